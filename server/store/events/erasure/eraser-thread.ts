import { setTimeout as pause } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { type FromThread, failureOf, type ToThread } from '../reading/asked-thread.ts';
import { openForWriting } from '../schema.ts';
import { expireErasedIds } from './erased-ids.ts';
import { BUSY_TIMEOUT_MS, Eraser } from './eraser.ts';
import type { ForgetOptions } from './erasure.ts';
import type { Steps } from './steps.ts';

/** The eraser's own thread: one erasure after the other, each in steps, and between two steps as long a pause. */

export type Job =
  | { kind: 'forgetVisitor'; customerId: number; id: string; options: ForgetOptions; at: number }
  | { kind: 'prune'; before: number; customerId: number | undefined; at: number }
  | { kind: 'eraseTotals'; customerId: number };

if (!parentPort) throw new Error('eraser-thread.ts runs as a worker of thread.ts');
const port = parentPort;
const db = openForWriting(workerData.path, undefined, BUSY_TIMEOUT_MS);
const eraser = new Eraser(db);
let closing = false;
let working: Promise<void> = Promise.resolve();

port.on('message', (message: ToThread<Job>) => {
  if (message.kind === 'close') {
    closing = true;
    void working.then(() => {
      db.close();
      port.close();
    });
    return;
  }
  const { call, question: job } = message;
  working = working.then(async () => {
    try {
      port.postMessage({ call, answer: await finish(stepsOf(job)) } satisfies FromThread);
    } catch (error) {
      port.postMessage({ call, ...failureOf(error) } satisfies FromThread);
    }
  });
});

function stepsOf(job: Job): Steps<unknown> {
  if (job.kind === 'forgetVisitor') return eraser.forgetVisitor(job.customerId, job.id, job.options, job.at);
  if (job.kind === 'eraseTotals') return eraser.eraseTotals(job.customerId);
  expireErasedIds(db, job.at);
  return eraser.prune(job.before, job.customerId);
}

/** @throws when the service ends before the work does */
async function finish(steps: Steps<unknown>): Promise<unknown> {
  for (;;) {
    if (closing) throw new Error('The erasure was interrupted.');
    const began = performance.now();
    const step = steps.next();
    if (step.done) return step.value;
    await pause(Math.ceil(performance.now() - began));
  }
}
