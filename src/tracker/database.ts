import { promisifyRequest, type UseStore } from 'idb-keyval';

const NAME = 'vitrine';
const STORE = 'tracker';
/** Milliseconds for an `open`, which WebKit's database process sometimes never answers (bugs.webkit.org 226547). */
const OPEN_TIMEOUT_MS = 3000;

/** The one database of the origin. A browser that has none, or blocks it, rejects every use: we go on in memory. */
export interface Database {
  use: UseStore;
  /** Does all of the work in one transaction, which is committed when this resolves. */
  write(work: (store: IDBObjectStore) => void): Promise<void>;
  /** Closes the connection. What is being opened is not used any more, and makes nothing. */
  close(): void;
  /** Deletes what is ours, and the database with it unless another script of the origin stores something there. */
  erase(): void;
}

export interface DatabaseOptions {
  /** Asked before every use, so that nothing in flight brings an erased database back. */
  allowed: () => boolean;
  /** A script has deleted the database, as a tab does in which consent is withdrawn. */
  onErased: () => void;
}

export function createDatabase({ allowed, onErased }: DatabaseOptions): Database {
  let opening: Promise<IDBDatabase> | undefined;
  /** What `opening` resolves to, once it is open. */
  let connection: IDBDatabase | undefined;
  /** Counts calls of `close`. */
  let life = 0;

  const dropConnection = (db: IDBDatabase) => {
    db.close();
    if (db === connection) opening = connection = undefined;
  };

  /** @param mayMake asked where there is no database yet; what is not made rejects */
  const connect = async (mayMake: () => boolean): Promise<IDBDatabase> => {
    const request = indexedDB.open(NAME);
    request.onupgradeneeded = () => {
      if (mayMake()) request.result.createObjectStore(STORE);
      else request.transaction?.abort();
    };
    return promisifyRequest(request);
  };

  const open = (): Promise<IDBDatabase> => {
    const mine = life;
    const opened = connect(() => mine === life).then((db) => {
      // In a database of another script's nothing is made: it would not open any more in the version that its owner knows.
      if (mine !== life || !db.objectStoreNames.contains(STORE)) {
        db.close();
        throw new Error();
      }
      // Another tab may only now have let go of an older version.
      opening = opened;
      connection = db;
      db.onversionchange = ({ newVersion }) => {
        dropConnection(db);
        if (newVersion === null) onErased();
      };
      // The browser has closed it: the next use opens it again.
      db.onclose = () => dropConnection(db);
      return db;
    });
    return opened;
  };

  const openInTime = () =>
    Promise.race([open(), new Promise<never>((_, reject) => setTimeout(reject, OPEN_TIMEOUT_MS))]);

  const begin = async (mode: IDBTransactionMode) => {
    if (!allowed()) throw new Error();
    opening ??= openInTime();
    // The system may lose the last second of a relaxed transaction, but never half of it; a strict one would make
    // the disk flush for every event.
    return (await opening).transaction(STORE, mode, { durability: 'relaxed' }).objectStore(STORE);
  };

  const eraseIn = (db: IDBDatabase) => {
    const stores = [...db.objectStoreNames];
    try {
      // At once, where another tab is frozen and does not let go of the database.
      if (stores.includes(STORE)) db.transaction(STORE, 'readwrite').objectStore(STORE).clear();
    } catch {
      // The connection is dead. The database is deleted all the same.
    }
    db.close();
    if (stores.every((name) => name === STORE)) indexedDB.deleteDatabase(NAME);
  };

  const database: Database = {
    async use(mode, work) {
      let store: IDBObjectStore;
      try {
        store = await begin(mode);
      } catch (error) {
        if (!connection) throw error;
        // iOS closes the connections of a page in the background without a word (bugs.webkit.org 197050).
        dropConnection(connection);
        store = await begin(mode);
      }
      return work(store);
    },

    write: (work) =>
      database.use('readwrite', (store) => {
        work(store);
        return promisifyRequest(store.transaction);
      }),

    close() {
      life++;
      connection?.close();
      opening = connection = undefined;
    },

    erase() {
      const open = connection;
      if (open) eraseIn(open);
      database.close();
      // There may be none, or it is blocked: then nothing was stored either.
      if (!open) connect(() => false).then(eraseIn, () => {});
    },
  };
  return database;
}
