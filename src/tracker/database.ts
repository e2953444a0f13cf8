import { promisifyRequest, type UseStore } from 'idb-keyval';

const NAME = 'vitrine';
const STORE = 'tracker';
/** WebKit's database process sometimes never answers the first `open` (bugs.webkit.org 226547). */
const PATIENCE = 3000;

/** The one database of the origin. A browser that has none, or blocks it, rejects every use: we go on in memory. */
export interface Database {
  use: UseStore;
  /** Does all of the work in one transaction, which is committed when this resolves. */
  write(work: (store: IDBObjectStore) => void): Promise<void>;
  /** Deletes it; this tab and others close theirs at `versionchange`. */
  erase(): void;
}

/** @param allowed asked before every use, so that nothing in flight brings an erased database back */
export function createDatabase(allowed: () => boolean): Database {
  let opening: Promise<IDBDatabase> | undefined;

  const open = async () => {
    const request = indexedDB.open(NAME);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    const patience = new Promise<never>((_, reject) => setTimeout(reject, PATIENCE));
    const opened = promisifyRequest(request).then((db) => {
      // Another tab may only now have let go of an older version.
      opening = opened;
      // Somebody deletes it or brings a newer version, or the browser has closed it: the next use opens it again.
      db.onversionchange = db.onclose = () => {
        db.close();
        opening = undefined;
      };
      return db;
    });
    return Promise.race([opened, patience]);
  };

  const database: Database = {
    async use(mode, work) {
      if (!allowed()) throw new Error();
      opening ??= open();
      // The system may lose the last second of a relaxed transaction, but never half of it; a strict one would make
      // the disk flush for every event.
      return work((await opening).transaction(STORE, mode, { durability: 'relaxed' }).objectStore(STORE));
    },
    write: (work) =>
      database.use('readwrite', (store) => {
        work(store);
        return promisifyRequest(store.transaction);
      }),
    erase() {
      opening = undefined;
      try {
        indexedDB.deleteDatabase(NAME);
      } catch {
        // Blocked: then nothing was stored either.
      }
    },
  };
  return database;
}
