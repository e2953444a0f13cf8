import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** The next message of a process that measures; it is a mistake when that ends instead. */
export async function answerOf(child: ChildProcess): Promise<unknown> {
  const done = new AbortController();
  const { signal } = done;
  const ended = once(child, 'exit', { signal }).then(([code]) => {
    throw new Error(`A process of the benchmark ended with ${code}.`);
  });
  const [message] = await Promise.race([once(child, 'message', { signal }), ended]);
  ended.catch(() => {});
  done.abort();
  return message;
}
