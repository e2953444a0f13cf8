import { parentPort, workerData } from 'node:worker_threads';
import { type ProductQueries, productQueries } from './product-queries.ts';
import { openForReading } from './schema.ts';

/** The reader's own thread: a report over millions of events keeps nobody else waiting. */

export type ToReader =
  | { kind: 'ask'; call: number; query: keyof ProductQueries; values: unknown[] }
  | { kind: 'close' };

export type FromReader = { call: number; answer: unknown } | { call: number; reason: string };

if (!parentPort) throw new Error('reader-thread.ts runs as a worker of reader.ts');
const port = parentPort;
const db = openForReading(workerData.path);
const queries = productQueries(db) as Record<string, (...values: unknown[]) => unknown>;

port.on('message', (message: ToReader) => {
  if (message.kind === 'close') {
    db.close();
    port.close();
    return;
  }
  const { call, query, values } = message;
  try {
    port.postMessage({ call, answer: queries[query]?.(...values) } satisfies FromReader);
  } catch (error) {
    port.postMessage({ call, reason: (error as Error).message } satisfies FromReader);
  }
});
