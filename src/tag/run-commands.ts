import { type Tracker, withCheckout } from '../tracker/checkout.ts';
import { drop } from '../tracker/drop.ts';
import { report } from '../tracker/report.ts';
import type { PageTracker } from '../tracker/tracker.ts';
import type { ImportChunk } from './chunk-loader.ts';
import type { Destinations } from './destinations.ts';
import { stamp } from './stamp.ts';
import type { TagOptions } from './start.ts';

/** What commands do. */
export interface Commands extends Tracker {
  /** Adds destinations to those of the tag's attributes. Before the tag has loaded, they get all that happens. */
  destinations(named: Destinations): void;
}

/** What a page may push, before the tag has loaded and after: a command, and its arguments. */
export type Command = { [C in keyof Commands]: [name: C, ...values: Parameters<Commands[C]>] }[keyof Commands];

export interface Queue {
  push(...commands: Command[]): void;
}

declare global {
  interface Window {
    /**
     * The only global, an array: `(Array.isArray(window.vitrine) ? window.vitrine : window.vitrine = []).push([…])`. On a
     * page with an element of that id it is that element before (`<section id="vitrine">`).
     */
    vitrine?: Queue;
  }
}

/**
 * Does what the page has pushed so far, and from now on at once what it pushes. A command that is not understood is
 * dropped, counted and said: an order page must not break on it.
 */
export function obey(waiting: Command[], tracker: PageTracker, options: TagOptions, importChunk: ImportChunk): void {
  const commands: Partial<Commands> = {
    ...withCheckout(tracker),
    destinations: (named) => importChunk('destinations', ({ add }) => add(named, options, waiting, importChunk)),
  };

  const run = (pushed: Command) => {
    const command = stamp(pushed);
    // By index, since a page may push hundreds in one task.
    const name = command?.[0];
    try {
      // No command has more than two arguments.
      // What is no command of ours is nothing that can be called.
      if (!Object.hasOwn(commands, name)) throw new TypeError('no such command');
      (commands[name] as (...values: unknown[]) => void)(command[1], command[2]);
    } catch (error) {
      report({ code: 'markup', message: `${typeof name === 'string' ? name : typeof name}: ${error}` });
      drop('*', 'invalid', 1);
    }
  };
  // The array itself obeys, because the page may have kept it.
  waiting.push = (...commands) => commands.forEach(run) as never;
  waiting.splice(0).forEach(run);
}
