import { type MessagePort, workerData } from 'node:worker_threads';
import type Database from 'better-sqlite3';
import type { Migrating } from '../../migrating.ts';
import { codeOf, kindOfCode, StorageError, type StorageProblem } from '../../storage-error.ts';
import { expireErasedIds } from '../erasure/erased-ids.ts';
import { openForWriting } from '../schema.ts';
import { EventWriter, type Whole } from './writer.ts';

/** The writer's own thread: the only one that writes `events.db`. It answers each message in order. */

export type ToWriter =
  | { kind: 'write'; batch: number; wholes: Whole[] }
  | { kind: 'check'; batch: number; now: number }
  | { kind: 'close' };

export type FromWriter =
  | { kind: 'migrating'; migrating: Migrating }
  | { kind: 'ready' }
  /** `problem` where storage fails; without it a newer version wrote the database. */
  | { kind: 'unusable'; reason: string; problem: StorageProblem | undefined }
  /** `outcomes` has one letter for each row and then each act, whole by whole. */
  | { kind: 'done'; batch: number; outcomes: string; refusals: string[] }
  | { kind: 'failed'; batch: number; reason: string; problem: StorageProblem | undefined }
  /** What refusals erase: that it fails is said once. */
  | { kind: 'not erased'; reason: string };

/** What it is started with. */
export interface WriterData {
  path: string;
  port: MessagePort;
}

/** After a failure; the disk may be full. */
const ERASE_AGAIN_MS = 1_000;

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
      answer({ kind: 'failed', batch, reason: (error as Error).message, problem: kindOfCode(codeOf(error)) });
    }
    eraseBetween();
  });
  const eraseBetween = eraserOf(db, writer);
  eraseBetween();
  answer({ kind: 'ready' });
}

/** Does what refusals leave to erase, a step in each turn of the event loop, so that messages come in between. */
function eraserOf(db: Database.Database, { erasures }: EventWriter): () => void {
  let scheduled = false;
  let failing = false;
  function erase(): void {
    scheduled = false;
    if (!db.open) return;
    try {
      erasures.step();
      failing = false;
      schedule();
    } catch (error) {
      if (!failing) answer({ kind: 'not erased', reason: (error as Error).message });
      failing = true;
      scheduled = true;
      setTimeout(erase, ERASE_AGAIN_MS).unref();
    }
  }
  function schedule(): void {
    if (scheduled || !erasures.pending) return;
    scheduled = true;
    setImmediate(erase);
  }
  return schedule;
}

try {
  start();
} catch (error) {
  const problem = error instanceof StorageError ? error.kind : undefined;
  answer({ kind: 'unusable', reason: (error as Error).message, problem });
  port.close();
}
