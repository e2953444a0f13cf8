import { type MessagePort, workerData } from 'node:worker_threads';
import type { Migrating } from '../migrating.ts';
import { expireErasedIds } from './erasure/erased-ids.ts';
import { openForWriting } from './schema.ts';
import { EventWriter, type Whole } from './writer.ts';

/** The writer's own thread: the only one that writes `events.db`. It answers each message in order. */

export type ToWriter =
  | { kind: 'write'; batch: number; wholes: Whole[] }
  | { kind: 'check'; batch: number; now: number }
  | { kind: 'close' };

export type FromWriter =
  | { kind: 'migrating'; migrating: Migrating }
  | { kind: 'ready' }
  | { kind: 'unusable'; reason: string }
  /** `outcomes` has one letter for each row and then each act, whole by whole. */
  | { kind: 'done'; batch: number; outcomes: string; refusals: string[] }
  | { kind: 'failed'; batch: number; reason: string };

/** What it is started with. */
export interface WriterData {
  path: string;
  port: MessagePort;
}

const { path, port } = workerData as WriterData;
const answer = (message: FromWriter) => port.postMessage(message);

function start(): void {
  const db = openForWriting(path, (migrating) => answer({ kind: 'migrating', migrating }));
  expireErasedIds(db, Date.now());
  const writer = new EventWriter(db);
  port.on('message', (message: ToWriter) => {
    if (message.kind === 'close') {
      db.close();
      port.close();
      return;
    }
    const { batch } = message;
    try {
      const refusals: string[] = [];
      if (message.kind === 'check') writer.check(message.now);
      const refuse = (why: string) => refusals.push(why);
      const outcomes = message.kind === 'write' ? writer.write(message.wholes, refuse) : '';
      answer({ kind: 'done', batch, outcomes, refusals });
    } catch (error) {
      answer({ kind: 'failed', batch, reason: (error as Error).message });
    }
  });
  answer({ kind: 'ready' });
}

try {
  start();
} catch (error) {
  answer({ kind: 'unusable', reason: (error as Error).message });
  port.close();
}
