import { codeOf, kindOfCode, StorageError, type StoreName } from './storage-error.ts';
import { whyUnopened } from './unopened.ts';

/** A newer version of Vitrine wrote the database. The message tells the operator what to do. */
export class NewerVersionError extends Error {
  override name = 'NewerVersionError';
}

/**
 * Why a database cannot be opened, as a sentence for the operator.
 * @param what of `path` failed, as `cannot be opened`
 */
export function openingError(path: string, what: string, error: unknown, store?: StoreName): StorageError {
  const kind = kindOfCode(codeOf(error)) ?? 'readonly';
  return new StorageError(kind, `${path} ${what}: ${whyUnopened(path, error)}`, {
    cause: error,
    ...(store && { store }),
  });
}
