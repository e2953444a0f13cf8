import { readDocument } from '../events/unclobbered.ts';
import type { Cookie } from '../tracker/cookie.ts';
import { startTracker, type TrackerOptions } from '../tracker/tracker.ts';
import type { ImportChunk } from './chunk-loader.ts';
import type { Command } from './run-commands.ts';

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
 * once. Sales, and what is not understood, wait for the code of commands, and what was pushed behind them, but not the
 * visitor's choice. Where the visitor is one across subdomains, all waits for the code of the cookie that says who it is.
 * @throws TypeError what `startTracker` throws
 */
export function start(options: TagOptions, waiting: Command[], importChunk: ImportChunk, cookie?: Cookie): void {
  const { cookieDomain } = options;
  if (cookieDomain && !cookie) {
    importChunk('subdomains', ({ createCookie }) => start(options, waiting, importChunk, createCookie(cookieDomain)));
    return;
  }
  const tracker = startTracker(options, cookie);
  const { push } = waiting;
  let asked = false;
  waiting.push = ((...commands: Command[]) => {
    push.apply(waiting, commands);
    for (const command of waiting.splice(0)) {
      try {
        const [name, ...values] = command;
        if (waiting.length && name !== 'consent') throw 0;
        // What the tracker has no name for is no function, and throws.
        (tracker as never as Record<Command[0], (...values: unknown[]) => void>)[name](...values);
      } catch {
        push.call(waiting, command);
        if (!asked) importChunk('commands', ({ obey }) => obey(waiting, tracker, options, importChunk));
        asked = true;
      }
    }
  }) as never;
  waiting.push();
  const measure = () =>
    options.vitals === 'off' ||
    setTimeout(() => importChunk('vitals', ({ reportVitals }) => reportVitals(tracker.track)), VITALS_AFTER);
  if (readDocument('readyState') === 'complete') measure();
  else addEventListener('load', measure);
}

export { tracking } from '../wires/tracking/encode.ts';
