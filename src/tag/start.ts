import { readDocument } from '../events/unclobbered.ts';
import type { Cookie } from '../tracker/cookie.ts';
import { type PageTracker, startTracker, type TrackerOptions } from '../tracker/tracker.ts';
import type { ImportChunk } from './chunks.ts';
import type { Command } from './commands.ts';

/** What the tag's `data-` attributes say. */
export interface TagOptions extends TrackerOptions {
  vitals?: 'off';
  /** As in `TagSettings`. */
  elements?: string;
}

/** Milliseconds from `load`, for the page to paint its pictures. The browser keeps for web-vitals what was before. */
const LATER = 1000;
/** Milliseconds after which the code of commands is not waited for: a blocker may dislike its name. */
const PATIENCE = 3000;

/**
 * Starts the tag's tracker; what the page has pushed so far is done in the same task, and what it pushes from now on at
 * once. Where the visitor is one across subdomains, it waits for the code of the cookie that says who it is, and where the
 * page has pushed something, for the code of commands: for ever where the visitor's choice is among it.
 * @throws TypeError what `startTracker` throws
 */
export function start(options: TagOptions, waiting: Command[], importChunk: ImportChunk, cookie?: Cookie): void {
  const { cookieDomain } = options;
  if (cookieDomain && !cookie) {
    importChunk('subdomains', ({ createCookie }) => start(options, waiting, importChunk, createCookie(cookieDomain)));
    return;
  }
  let tracker: PageTracker | undefined;
  const begin = () => {
    if (!tracker) {
      tracker = startTracker(options, cookie);
      const { track } = tracker;
      const later = () =>
        setTimeout(() => {
          // Who is offline later still has the code of commands.
          waiting.push();
          options.vitals === 'off' || importChunk('vitals', ({ reportVitals }) => reportVitals(track));
        }, LATER);
      if (readDocument('readyState') === 'complete') later();
      else addEventListener('load', later);
    }
    return tracker;
  };
  const { push } = waiting;
  waiting.push = (...commands) => {
    // The code is asked for once: until it is there, what else the page pushes waits.
    waiting.push = push;
    importChunk('commands', ({ obey }) => obey(waiting, begin(), options, importChunk));
    return push.apply(waiting, commands);
  };
  if (waiting.length) {
    waiting.push();
    // By way of a chunk that is there, so that what `startTracker` throws is said.
    waiting.flat().includes('consent' as never) || setTimeout(importChunk, PATIENCE, 'start', begin);
  } else begin();
}

export { tracking } from '../wire/tracking.ts';
