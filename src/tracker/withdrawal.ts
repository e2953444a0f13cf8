const NAME = 'vitrine';
const WITHDRAWN = 'withdrawn';

/** Informs other tabs of the origin, and other trackers of the page, that the visitor has withdrawn consent. */
export interface Withdrawal {
  broadcast(): void;
  stop(): void;
}

/**
 * An open channel does not keep a page out of the bfcache. A message removes a page from it (Chromium 156), so no page
 * returns with an erased identity in its memory.
 * @param onWithdrawn consent was withdrawn in another tab
 */
export function createWithdrawal(onWithdrawn: () => void): Withdrawal {
  let channel: BroadcastChannel | undefined;
  try {
    channel = new BroadcastChannel(NAME);
    channel.onmessage = ({ data }) => {
      if (data === WITHDRAWN) onWithdrawn();
    };
  } catch {
    // Safari before 15.4 has no channels. Firefox refuses them where it refuses storage.
  }
  return {
    broadcast: () => channel?.postMessage(WITHDRAWN),
    stop: () => channel?.close(),
  };
}
