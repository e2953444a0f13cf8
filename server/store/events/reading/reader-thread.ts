import { parentPort, workerData } from 'node:worker_threads';
import { openForReading } from '../schema.ts';
import { type FromThread, failureOf, type ToThread } from './asked-thread.ts';
import { clickThroughQuery } from './click-through.ts';
import { productQueries } from './product-queries.ts';

/** The reader's own thread: a report over millions of events keeps nobody else waiting. */

const queriesOf = (db: ReturnType<typeof openForReading>) => ({
  ...productQueries(db),
  mediaClickThrough: clickThroughQuery(db),
});

export interface Report {
  query: keyof ReturnType<typeof queriesOf>;
  values: unknown[];
}

if (!parentPort) throw new Error('reader-thread.ts runs as a worker of reader.ts');
const port = parentPort;
const db = openForReading(workerData.path);
const queries = queriesOf(db) as Record<string, (...values: unknown[]) => unknown>;

port.on('message', (message: ToThread<Report>) => {
  if (message.kind === 'close') {
    db.close();
    port.close();
    return;
  }
  const { call, question } = message;
  try {
    port.postMessage({ call, answer: queries[question.query]?.(...question.values) } satisfies FromThread);
  } catch (error) {
    port.postMessage({ call, ...failureOf(error) } satisfies FromThread);
  }
});
