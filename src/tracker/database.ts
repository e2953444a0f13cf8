import { promisifyRequest, type UseStore } from 'idb-keyval';

const NAME = 'vitrine';
const STORE = 'tracker';
/** WebKit's database process sometimes never answers an `open` (bugs.webkit.org 226547). Past this time it counts as failed. */
const OPEN_TIMEOUT_MS = 3000;

/** The database of the origin. Where the browser has none or blocks it, every use rejects, and the tracker works in memory. */
export interface Database {
  use: UseStore;
  /** Does the work in one transaction. Resolves when it is committed. */
  write(work: (store: IDBObjectStore) => void): Promise<void>;
  /** Closes the connection. A connection that is being opened is not used, and creates nothing. */
  close(): void;
  /** Deletes the tracker's data, and the database as well unless another script of the origin has a store in it. */
  erase(): void;
}

/**
 * @param canUse checked before every use, so that no pending use creates an erased database again
 * @param onErased a script has deleted the database; a tab in which consent is withdrawn does that
 */
export function createDatabase(canUse: () => boolean, onErased: () => void): Database {
  let opening: Promise<IDBDatabase> | undefined;
  /** The result of `opening`. */
  let connection: IDBDatabase | undefined;
  /** The number of calls of `close`: a connection of an earlier generation is not used. */
  let generation = 0;

  const dropConnection = (db: IDBDatabase) => {
    db.close();
    if (db === connection) opening = connection = undefined;
  };

  /** @param mayCreate whether to create the database where there is none; otherwise this rejects */
  const connect = async (mayCreate: () => boolean): Promise<IDBDatabase> => {
    const request = indexedDB.open(NAME);
    request.onupgradeneeded = () => {
      if (mayCreate()) request.result.createObjectStore(STORE);
      else request.transaction?.abort();
    };
    return promisifyRequest(request);
  };

  const open = (): Promise<IDBDatabase> => {
    const mine = generation;
    const opened = connect(() => mine === generation).then((db) => {
      // Another script has a database of this name. A new store would raise its version, and its owner could not open it.
      if (mine !== generation || !db.objectStoreNames.contains(STORE)) {
        db.close();
        throw new Error();
      }
      // Another tab may have closed an older version after `OPEN_TIMEOUT_MS`.
      opening = opened;
      connection = db;
      db.onversionchange = ({ newVersion }) => {
        dropConnection(db);
        if (newVersion === null) onErased();
      };
      // The browser has closed the connection. The next use opens another.
      db.onclose = () => dropConnection(db);
      return db;
    });
    return opened;
  };

  const openInTime = () =>
    Promise.race([open(), new Promise<never>((_, reject) => setTimeout(reject, OPEN_TIMEOUT_MS))]);

  const begin = async (mode: IDBTransactionMode) => {
    if (!canUse()) throw new Error();
    opening ??= openInTime();
    // When the system crashes, the last second of relaxed transactions may be lost, but no part of one. A strict transaction
    // would flush the disk for every event.
    return (await opening).transaction(STORE, mode, { durability: 'relaxed' }).objectStore(STORE);
  };

  const eraseIn = (db: IDBDatabase) => {
    const stores = [...db.objectStoreNames];
    try {
      // A frozen tab delays the deletion of the database, but not of its content.
      if (stores.includes(STORE)) db.transaction(STORE, 'readwrite').objectStore(STORE).clear();
    } catch {
      // The connection is dead. The database is deleted nevertheless.
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
        // iOS closes the connections of a background page without an event (bugs.webkit.org 197050).
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
      generation++;
      connection?.close();
      opening = connection = undefined;
    },

    erase() {
      const open = connection;
      if (open) eraseIn(open);
      database.close();
      // There may be no database, or the browser blocks it. Then nothing was stored.
      if (!open) connect(() => false).then(eraseIn, () => {});
    },
  };
  return database;
}
