import { drop } from '../tracker/drop.ts';
import type { Tracker } from '../tracker/tracker.ts';
import type { Destinations } from './destinations.ts';

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
 * dropped and counted: an order page must not break on it.
 */
export function obey(waiting: Command[], commands: Partial<Commands>): void {
  const run = (command: Command) => {
    try {
      // No command has more than two arguments. By index, since a page may push hundreds in one task.
      const name = command[0];
      // What is no command of ours is nothing that can be called.
      const does = Object.hasOwn(commands, name) && commands[name];
      (does as (...values: unknown[]) => void)(command[1], command[2]);
    } catch (error) {
      if (import.meta.env.DEV) console.error('vitrine: not a command', command, error);
      drop('*', 'invalid', 1);
    }
  };
  // The array itself obeys, because the page may have kept it.
  waiting.push = (...commands) => commands.forEach(run) as never;
  waiting.splice(0).forEach(run);
}
