import { isAnalyticsId, uuidv7 } from '../events/id.ts';
import type { Cookie } from './cookie.ts';
import type { Database } from './database.ts';

const KEY = 'analytics_id';

/**
 * The visitor's opaque id. It is kept in IndexedDB, and in a cookie where the shop names its domain. `load` and `current`
 * may be called only when events may be sent.
 */
export interface Identity {
  /** The id. Before `load` has read one, it is the new id that is stored if there is none. */
  current(): string;
  /** The id that was in use before `current`, where it changed on this page. */
  previous(): string | undefined;
  /** Reads the id, or stores a new one. A cookie is read before this returns. */
  load(): Promise<void>;
  /** Takes an id from another domain of the shop. The id is stored once `load` has been called. */
  identify(id: string): void;
  /** Deletes the id from memory and from the cookie. The database is erased as a whole. */
  forget(): void;
}

export function createIdentity({ write }: Database, cookie?: Cookie): Identity {
  let fresh = uuidv7();
  let known: string | undefined;
  let previous: string | undefined;
  let loading: Promise<void> | undefined;

  const load = async () => {
    const mirrored = cookie?.get();
    known ??= mirrored;
    const mine = fresh;
    // Consent may be withdrawn while this waits. `forget` then replaces `fresh`, and the erased id is not stored again.
    // One transaction reads and writes, so that two tabs that start together agree on one id.
    await write((store) => {
      const request = store.get(KEY);
      request.onsuccess = () => {
        if (mine !== fresh) return;
        // Other scripts of the origin can write here as well.
        const stored = isAnalyticsId(request.result) ? request.result : mirrored;
        known ??= stored ?? mine;
        if (stored !== known) previous = stored;
        store.put(known, KEY);
      };
    }).catch(() => {});
    if (mine !== fresh) return;
    known ??= mine;
    cookie?.set(known);
  };

  return {
    current: () => known ?? fresh,
    previous: () => previous,
    load: () => (loading ??= load()),
    identify(id) {
      // Before `load`, the previous id is not known: `load` compares the two.
      if (loading && known !== id) previous = known;
      known = id;
      if (!loading) return;
      void write((store) => store.put(id, KEY)).catch(() => {});
      cookie?.set(id);
    },
    forget() {
      fresh = uuidv7();
      known = previous = loading = undefined;
      cookie?.delete();
    },
  };
}
