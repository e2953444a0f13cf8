import { withCheckout } from '../tracker/checkout.ts';
import { dispatchDrop } from '../tracker/dispatch-drop.ts';
import { dispatchError } from '../tracker/dispatch-error.ts';
import type { PageTracker } from '../tracker/tracker.ts';
import type { ImportChunk } from './chunk-loader.ts';
import type { Command, Commands } from './commands.ts';
import { stamp } from './stamp.ts';
import type { TagOptions } from './tag-options.ts';

/**
 * Runs the commands that the page has pushed, and from now on each command at once. An invalid command must not break an order
 * page: it is discarded, counted and reported.
 */
export function runCommands(
  waiting: Command[],
  tracker: PageTracker,
  options: TagOptions,
  importChunk: ImportChunk,
): void {
  const commands: Partial<Commands> = {
    ...withCheckout(tracker),
    destinations: (named) => importChunk('destinations', ({ add }) => add(named, options, waiting, importChunk)),
  };

  const run = (pushed: Command) => {
    const command = stamp(pushed);
    const name = command?.[0];
    try {
      if (!Object.hasOwn(commands, name)) throw new TypeError('no such command');
      const [, ...values] = command;
      (commands[name] as (...values: unknown[]) => void)(...values);
    } catch (error) {
      dispatchError({ code: 'markup', message: `${typeof name === 'string' ? name : typeof name}: ${error}` });
      dispatchDrop('*', 'invalid', 1);
    }
  };
  // The array stays the same, because the page may have kept it.
  waiting.push = (...commands) => commands.forEach(run) as never;
  waiting.splice(0).forEach(run);
}
