import { drop } from '../tracker/drop.ts';
import type { Tracker } from '../tracker/tracker.ts';

/** What a page may push, before the tag has loaded and after: a method of the tracker, and its arguments. */
export type Command = { [M in keyof Tracker]: [name: M, ...values: Parameters<Tracker[M]>] }[keyof Tracker];

export interface Queue {
  push(...commands: Command[]): void;
}

declare global {
  interface Window {
    /** The only global: `(window.vitrine ||= []).push(['checkout', {…}])`. */
    vitrine?: Queue;
  }
}

/**
 * Does what the page has pushed so far, and from now on at once what it pushes. A command that is not understood is
 * dropped and counted: an order page must not break on it.
 */
export function obey(waiting: Command[], tracker: Tracker): void {
  const run = (command: Command) => {
    try {
      const [name, ...values] = command;
      if (!Object.hasOwn(tracker, name)) throw new TypeError('command');
      (tracker[name] as (...values: unknown[]) => void)(...values);
    } catch (error) {
      if (import.meta.env.DEV) console.error('vitrine: not a command', command, error);
      drop('*', 'invalid', 1);
    }
  };
  // The array itself obeys, because the page may have kept it.
  waiting.push = (...commands) => commands.forEach(run) as never;
  waiting.forEach(run);
}
