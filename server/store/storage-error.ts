/**
 * Why a store cannot do what it was asked.
 * - `full`: the disk, or a quota of it, has no room.
 * - `busy`: too much waits already, another process holds the database, or the store is closing. It passes by itself.
 * - `readonly`: the database cannot be opened or written: missing rights, a read-only file system, or a disk that fails.
 * - `corrupt`: the file is damaged, or is no database.
 */
export type StorageProblem = 'full' | 'busy' | 'readonly' | 'corrupt';

/** The two stores. */
export type StoreName = 'content' | 'events';

export interface StorageErrorOptions extends ErrorOptions {
  store?: StoreName;
  silent?: boolean;
}

/**
 * The only error that leaves `server/store` when storing or reading fails. Errors of other types are mistakes of the
 * caller or of the code.
 */
export class StorageError extends Error {
  override name = 'StorageError';
  readonly kind: StorageProblem;
  readonly store: StoreName | undefined;
  /**
   * Whether a request that fails by it needs no line in the log. Hundreds of requests meet a full disk or a full queue
   * at once: the event store logs the failure once (`FailureLog`), and metrics count the requests.
   */
  readonly silent: boolean;

  constructor(kind: StorageProblem, message: string, { store, silent = false, ...options }: StorageErrorOptions = {}) {
    super(message, options);
    this.kind = kind;
    this.store = store;
    this.silent = silent;
  }
}

/** Result codes of SQLite (sqlite.org/rescode.html) and of the operating system, without SQLite's extensions of a code. */
const KINDS: readonly [codes: RegExp, kind: StorageProblem][] = [
  [/^(SQLITE_FULL|ENOSPC|EDQUOT)/, 'full'],
  [/^(SQLITE_(BUSY|LOCKED))/, 'busy'],
  [/^(SQLITE_(READONLY|CANTOPEN|PERM|IOERR)|EROFS|EACCES|EPERM|EIO)/, 'readonly'],
  [/^(SQLITE_(CORRUPT|NOTADB))/, 'corrupt'],
];

/** What a code says of storage; nothing where it says something else, as that a row breaks a constraint. */
export function kindOfCode(code: string | undefined): StorageProblem | undefined {
  return code === undefined ? undefined : KINDS.find(([codes]) => codes.test(code))?.[1];
}

/** The code of an error of SQLite or of the operating system. */
export function codeOf(error: unknown): string | undefined {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === 'string' ? code : undefined;
}

/** The `StorageError` of an error that says that storage fails; any other error as it is. */
export function toStorageError(error: unknown, store: StoreName): unknown {
  if (error instanceof StorageError) return error;
  const kind = kindOfCode(codeOf(error));
  return kind ? new StorageError(kind, (error as Error).message, { cause: error, store }) : error;
}

type Call = (...values: never[]) => unknown;

/** The same functions, whose failures of storage are `StorageError`s. Members that are no functions stay as they are. */
export function withStorageErrors<T extends object>(parts: T, store: StoreName): T {
  const entries = Object.entries(parts).map(([name, part]) => [
    name,
    typeof part === 'function' ? translated(part as Call, store) : part,
  ]);
  return Object.fromEntries(entries) as T;
}

function translated(call: Call, store: StoreName): Call {
  return async (...values) => {
    try {
      return await call(...values);
    } catch (error) {
      throw toStorageError(error, store);
    }
  };
}
