const NAME = 'vitrine';
const WITHDRAWN = 'withdrawn';

/** Tells the other tabs of the origin, and other trackers of the page, that the visitor has withdrawn consent. */
export interface Withdrawal {
  tell(): void;
  stop(): void;
}

/**
 * An open channel keeps no page out of the bfcache, and a message throws one out of it, so that it cannot come back with
 * what it remembers (Chromium 156).
 * @param onWithdrawn another tab has told
 */
export function createWithdrawal(onWithdrawn: () => void): Withdrawal {
  let channel: BroadcastChannel | undefined;
  try {
    channel = new BroadcastChannel(NAME);
    channel.onmessage = ({ data }) => {
      if (data === WITHDRAWN) onWithdrawn();
    };
  } catch {
    // Safari before 15.4 has none, and Firefox refuses it where it refuses storage.
  }
  return {
    tell: () => channel?.postMessage(WITHDRAWN),
    stop: () => channel?.close(),
  };
}
