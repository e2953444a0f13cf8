import { isAnalyticsId, uuidv7 } from '../events/id.ts';
import type { Cookie } from './cookie.ts';
import type { Database } from './database.ts';

const KEY = 'analytics_id';

/** Who the visitor is: an opaque id in IndexedDB, mirrored in a cookie where the shop has named its domain. */
export interface Identity {
  /** The id; until it has been read, one that is kept if there was none. */
  current(): string;
  /** The id that was in use before that one, where it became another on this page. */
  previous(): string | undefined;
  /** Reads it, or makes it. Only after the consent gate. A cookie is read before this returns. */
  recall(): Promise<void>;
  /** Takes an id from elsewhere (another domain of the shop) and keeps it as soon as the gate is open. */
  identify(id: string): void;
  /** Erases what is in memory and in the cookie; the database is erased as a whole. */
  forget(): void;
}

export function createIdentity({ write }: Database, cookie?: Cookie): Identity {
  let fresh = uuidv7();
  let known: string | undefined;
  let previous: string | undefined;
  let opened: Promise<void> | undefined;

  const load = async () => {
    const mirrored = cookie?.get();
    known ??= mirrored;
    const mine = fresh;
    // Consent may be withdrawn in between (then `fresh` is another): what was erased does not come back.
    // One transaction, so that two tabs that start at once agree.
    await write((store) => {
      const request = store.get(KEY);
      request.onsuccess = () => {
        if (mine !== fresh) return;
        // Other scripts of the origin can write here, too.
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
    recall: () => (opened ??= load()),
    identify(id) {
      // One that was not read yet is compared when it is.
      if (opened && known !== id) previous = known;
      known = id;
      if (!opened) return;
      void write((store) => store.put(id, KEY)).catch(() => {});
      cookie?.set(id);
    },
    forget() {
      fresh = uuidv7();
      known = previous = opened = undefined;
      cookie?.delete();
    },
  };
}
