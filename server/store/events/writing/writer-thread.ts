import { type MessagePort, workerData } from 'node:worker_threads';
import type Database from 'better-sqlite3';
import type { Migrating } from '../../migrating.ts';
import { codeOf, kindOfCode, StorageError, type StorageProblem } from '../../storage-error.ts';
import { expireErasedIds } from '../erasure/erased-ids.ts';
import { openForWriting } from '../schema.ts';
import { encodeOutcomes } from './outcomes.ts';
import type { Submission } from './submission.ts';
import { EventWriter } from './transaction.ts';

/** The thread that stores events. It answers each message, in their order. */

export type ToWriter =
  | { kind: 'write'; batch: number; submissions: Submission[] }
  | { kind: 'check'; batch: number; now: number }
  | { kind: 'close' };

export type FromWriter =
  | { kind: 'migrating'; migrating: Migrating }
  | { kind: 'ready' }
  /** `problem` where storage fails; without it a newer version wrote the database. */
  | { kind: 'unusable'; reason: string; problem: StorageProblem | undefined }
  /** Erasing what refusals of people erase fails. It is sent once, until it works again. */
  | { kind: 'erasure failed'; reason: string }
  | BatchAnswer;

export type BatchAnswer =
  /** `outcomes` are codes (`outcomes.ts`) of each row and then each side write, submission by submission. */
  | { kind: 'done'; batch: number; outcomes: Uint8Array; refusals: string[] }
  | { kind: 'failed'; batch: number; reason: string; problem: StorageProblem | undefined };

/** What the thread is started with. */
export interface WriterData {
  path: string;
  port: MessagePort;
}

/** Milliseconds until an erasure that failed, as on a full disk, is tried again. */
const ERASE_RETRY_MS = 1_000;

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
      const outcomes = message.kind === 'write' ? writer.write(message.submissions, refuse) : [];
      answer({ kind: 'done', batch, outcomes: encodeOutcomes(outcomes), refusals });
    } catch (error) {
      answer({ kind: 'failed', batch, reason: (error as Error).message, problem: kindOfCode(codeOf(error)) });
    }
    eraseBetween();
  });
  const eraseBetween = eraserOf(db, writer);
  eraseBetween();
  answer({ kind: 'ready' });
}

/** Erases what refusals of people leave to erase, one step in each turn of the event loop, so that messages come between. */
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
      if (!failing) answer({ kind: 'erasure failed', reason: (error as Error).message });
      failing = true;
      scheduled = true;
      setTimeout(erase, ERASE_RETRY_MS).unref();
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
