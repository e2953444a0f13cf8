import type { Choice } from '../events/vocabulary.ts';
import { drop } from '../tracker/drop.ts';
import type { Checkout, EventInput, Tracker } from '../tracker/tracker.ts';

/** What a page may push, before the tag has loaded and after. */
export type Command =
  | ['checkout', Checkout]
  | ['segment', key: string, value: string]
  | ['consent', Choice]
  | ['identify', analyticsId: string]
  | ['track', EventInput];

export type Queue = { push(...commands: Command[]): number };

declare global {
  interface Window {
    /** The only global: `(window.vitrine ||= []).push(['checkout', {…}])`. */
    vitrine?: Queue;
  }
}

const COMMANDS = ['checkout', 'segment', 'consent', 'identify', 'track'] as const;

/**
 * Does what the page has pushed so far, and from now on at once. A command that is not understood is dropped and
 * counted: an order page must not break on it.
 */
export function obey(queue: Queue & Partial<Iterable<Command>>, tracker: Tracker): void {
  const run = (command: Command) => {
    try {
      const [name, ...values] = command;
      if (!COMMANDS.includes(name)) throw new TypeError(`expected one of ${COMMANDS.join(', ')}`);
      (tracker[name] as (...values: unknown[]) => void)(...values);
    } catch (error) {
      if (import.meta.env.DEV) console.error('vitrine: not a command', command, error);
      drop('*', 'invalid', 1);
    }
  };
  const waiting = [...(queue[Symbol.iterator] ? (queue as Iterable<Command>) : [])];
  queue.push = (...commands) => {
    for (const command of commands) run(command);
    return 0;
  };
  for (const command of waiting) run(command);
}
