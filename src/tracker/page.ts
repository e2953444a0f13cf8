import './browser.ts';
import { uuidv7 } from '../events/id.ts';
import { readDocument } from '../events/unclobbered.ts';

/** What an event gets when it happens: its time and its page. */
export function birth(): { at: number; pageUrl: string; pageReferrer?: string } {
  return { at: Date.now(), pageUrl: location.href, pageReferrer: readDocument('referrer') || undefined };
}

export interface Page {
  /** A new one each time a page is loaded; by time of loading, they sort. */
  readonly id: string;
  /** Nobody sees it; it may be frozen or killed at any moment without another event. */
  isHidden(): boolean;
  /** It has been navigated away from or closed: no answer will be read, unless it comes back from the bfcache. */
  isGone(): boolean;
  /** Listens on `window` until `stop`, in the capture phase: a page's own `stopPropagation()` costs no event. */
  on(type: string, listener: (event: Event) => void): void;
  stop(): void;
}

/**
 * Watches the page come and go. Navigating fires `pagehide` and then `visibilitychange`, closing a tab fires them in
 * the other order, a phone that switches apps fires only the latter, and old Safaris only the former when navigating:
 * so `leave` is called at each of them and has to bear it. `unload` and `beforeunload` would cost the page its bfcache.
 */
export function watchPage(leave: () => void, back: () => void): Page {
  let gone = false;
  const listening = new AbortController();
  const on: Page['on'] = (type, listener) =>
    addEventListener(type, listener, { capture: true, signal: listening.signal });

  // A page that leaves the bfcache resumes first, becomes visible next, and is told by `pageshow` last.
  const awake = () => gone || readDocument('hidden') || back();

  on('visibilitychange', () => (readDocument('hidden') ? leave() : awake()));
  on('freeze', leave);
  on('resume', awake);
  on('prerenderingchange', awake);
  on('pagehide', () => {
    gone = true;
    leave();
  });
  on('pageshow', () => {
    gone = false;
    awake();
  });
  on('online', awake);

  return {
    id: uuidv7(),
    on,
    isHidden: () => gone || readDocument('hidden'),
    isGone: () => gone,
    stop: () => listening.abort(),
  };
}
