import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** The next message of a process that measures; it is a mistake when that ends instead. */
export async function answerOf(child: ChildProcess): Promise<unknown> {
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`The load process ended with ${code}.`);
  });
  const [message] = await Promise.race([once(child, 'message'), ended]);
  return message;
}
