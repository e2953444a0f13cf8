import { readDocument } from '../events/unclobbered.ts';
import type { Cookie } from '../tracker/cookie.ts';
import { startTracker, type TrackerOptions } from '../tracker/tracker.ts';
import type { ImportChunk } from './chunks.ts';
import type { Command, obey } from './commands.ts';

/** What the tag's `data-` attributes say. */
export interface TagOptions extends TrackerOptions {
  vitals?: 'off';
  /** As in `TagSettings`. */
  elements?: string;
}

/** Milliseconds from `load`, for the page to paint its pictures. The browser keeps for web-vitals what was before. */
const VITALS_AFTER = 1000;

/**
 * Starts the tag's tracker; what the page has pushed so far is done in the same task, and what it pushes from now on at
 * once. Where the visitor is one across subdomains, it waits for the code of the cookie that says who it is, and where the
 * page has pushed something, for the code of commands.
 * @throws TypeError what `startTracker` throws
 */
export function start(
  options: TagOptions,
  waiting: Command[],
  importChunk: ImportChunk,
  cookie?: Cookie,
  runCommands?: typeof obey,
): void {
  const { cookieDomain } = options;
  if (cookieDomain && !cookie) {
    importChunk('subdomains', ({ createCookie }) => start(options, waiting, importChunk, createCookie(cookieDomain)));
    return;
  }
  if (waiting.length && !runCommands) {
    importChunk('commands', ({ obey }) => start(options, waiting, importChunk, cookie, obey));
    return;
  }
  const tracker = startTracker(options, cookie);
  const { push } = waiting;
  waiting.push = (...commands) => {
    importChunk('commands', ({ obey }) => obey(waiting, tracker, options, importChunk));
    return push.apply(waiting, commands);
  };
  runCommands?.(waiting, tracker, options, importChunk);
  const measure = () =>
    options.vitals === 'off' ||
    setTimeout(() => importChunk('vitals', ({ reportVitals }) => reportVitals(tracker.track)), VITALS_AFTER);
  if (readDocument('readyState') === 'complete') measure();
  else addEventListener('load', measure);
}

export { tracking } from '../wire/tracking.ts';
