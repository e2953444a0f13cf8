export { tracking } from '../wire/tracking.ts';

import { readDocument } from '../events/unclobbered.ts';
import { createTracker, type TrackerOptions } from '../tracker/tracker.ts';
import type { ImportChunk } from './chunks.ts';
import { type Command, obey } from './commands.ts';

/** What the tag's `data-` attributes say. */
export interface TagOptions extends TrackerOptions {
  vitals?: 'off';
}

/** Milliseconds from `load`, for the page to paint its pictures. The browser keeps for web-vitals what was before. */
const VITALS_AFTER = 1000;

/**
 * Starts the tag's tracker and does what the page has pushed so far, and from now on at once what it pushes.
 * @throws TypeError what `createTracker` throws
 */
export function start(options: TagOptions, waiting: Command[], importChunk: ImportChunk): void {
  const tracker = createTracker(options);
  obey(waiting, {
    ...tracker,
    destinations: (named) => importChunk('destinations', ({ add }) => add(named, options, waiting, importChunk)),
  });
  const measure = () =>
    options.vitals === 'off' ||
    setTimeout(() => importChunk('vitals', ({ reportVitals }) => reportVitals(tracker.track)), VITALS_AFTER);
  if (readDocument('readyState') === 'complete') measure();
  else addEventListener('load', measure);
}
