import { readDocument } from '../events/unclobbered.ts';
import type { Cookie } from '../tracker/cookie.ts';
import type { LoadBacklog } from '../tracker/delivery/backlog.ts';
import { type PageTracker, startTracker } from '../tracker/tracker.ts';
import type { ImportChunk } from './chunk-loader.ts';
import type { Command } from './commands.ts';
import type { TagOptions } from './tag-options.ts';

/** From `load`, the time for the page to paint its pictures. The browser keeps earlier measurements for web-vitals. */
const LATE_DELAY_MS = 1000;

/**
 * Starts the tracker of the tag. Commands that the page has pushed run in the same task, and later ones at once. Sales and
 * invalid commands wait for the code of commands. Later commands wait behind them, except for the visitor's choice. Where
 * the page names a cookie domain, everything waits for the code of the cookie, which has the visitor's id.
 * @throws TypeError as `startTracker`
 */
export function start(options: TagOptions, waiting: Command[], importChunk: ImportChunk, cookie?: Cookie): void {
  const { cookieDomain } = options;
  if (cookieDomain && !cookie) {
    importChunk('subdomains', ({ createCookie }) => start(options, waiting, importChunk, createCookie(cookieDomain)));
    return;
  }
  const loadBacklog: LoadBacklog = (use) => afterLoad(() => importChunk('backlog', use));
  const tracker = startTracker(options, loadBacklog, cookie);
  takeCommands(waiting, tracker, () =>
    importChunk('commands', ({ runCommands }) => runCommands(waiting, tracker, options, importChunk)),
  );
  if (options.vitals !== 'off')
    afterLoad(() => importChunk('vitals', ({ reportVitals }) => reportVitals(tracker.track)));
}

function afterLoad(work: () => void): void {
  const wait = () => setTimeout(work, LATE_DELAY_MS);
  if (readDocument('readyState') === 'complete') wait();
  else addEventListener('load', wait);
}

/** Runs commands until the code of commands is loaded, and loads it for the first command that needs it. */
function takeCommands(waiting: Command[], tracker: PageTracker, loadCommands: () => void): void {
  const { push } = waiting;
  let isLoading = false;
  // For a name that the tracker does not have, this throws.
  const run = ([name, ...values]: Command) =>
    (tracker as never as Record<Command[0], (...values: unknown[]) => void>)[name](...values);
  const take = (command: Command) => {
    try {
      if (!isLoading || command[0] === 'consent') return run(command);
    } catch {
      // `runCommands` reports the error.
    }
    push.call(waiting, command);
    if (!isLoading) loadCommands();
    isLoading = true;
  };
  waiting.push = ((...commands: Command[]) => commands.forEach(take)) as never;
  waiting.splice(0).forEach(take);
}

export { tracking } from '../wires/tracking/encode.ts';
