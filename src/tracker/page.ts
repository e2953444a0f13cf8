import './browser.ts';
import { uuidv7 } from '../events/id.ts';
import { readDocument } from '../events/unclobbered.ts';

/** The time and the page of an event that happens now. */
export function timeAndPage(): { at: number; pageUrl: string; pageReferrer?: string } {
  return { at: Date.now(), pageUrl: location.href, pageReferrer: readDocument('referrer') || undefined };
}

export interface Page {
  /** Each load of a page has a new id. Ids sort by the time of loading. */
  readonly id: string;
  /** The page is not visible. The browser may freeze or kill it at any moment without another event. */
  isHidden(): boolean;
  /** The visitor has left or closed the page. No answer will be read unless the page returns from the bfcache. */
  isUnloaded(): boolean;
  /** Listens on `window` until `stop`. The capture phase hears an event even if the page stops its propagation. */
  on(type: string, listener: (event: Event) => void): void;
  stop(): void;
}

/**
 * Watches the page's life cycle. Navigation fires `pagehide` and then `visibilitychange`. Closing a tab fires them in the
 * other order. A phone that switches apps fires only `visibilitychange`, and old Safaris fire only `pagehide` on
 * navigation. So `onExit` is called at each of them, and has to be idempotent. Listeners for `unload` and `beforeunload`
 * would keep the page out of the bfcache.
 * @param onExit the page is hidden or ends
 * @param onResume the page is visible again, or the network is back
 */
export function watchPage(onExit: () => void, onResume: () => void): Page {
  let isUnloaded = false;
  const listening = new AbortController();
  const on: Page['on'] = (type, listener) =>
    addEventListener(type, listener, { capture: true, signal: listening.signal });
  const isHidden = () => isUnloaded || readDocument('hidden');

  // A page that returns from the bfcache fires `resume`, then `visibilitychange`, and `pageshow` last.
  const resumeIfVisible = () => isHidden() || onResume();

  on('visibilitychange', () => (readDocument('hidden') ? onExit() : resumeIfVisible()));
  on('freeze', onExit);
  on('resume', resumeIfVisible);
  on('prerenderingchange', resumeIfVisible);
  on('pagehide', () => {
    isUnloaded = true;
    onExit();
  });
  on('pageshow', () => {
    isUnloaded = false;
    resumeIfVisible();
  });
  on('online', resumeIfVisible);

  return {
    id: uuidv7(),
    on,
    isHidden,
    isUnloaded: () => isUnloaded,
    stop: () => listening.abort(),
  };
}
