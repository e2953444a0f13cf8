import { type Row, WAITING } from '../row.ts';
import { attempt } from './attempt.ts';
import type { DrainBacklog, LoadBacklog } from './backlog.ts';
import { BATCH_SIZE } from './batch.ts';
import type { Destination } from './destination.ts';
import { requeueHandedOver } from './flush-on-exit.ts';
import { sendBatch } from './send-batch.ts';
import { send } from './transport.ts';

/** Events that happen within this time are sent together. */
const BATCH_DELAY_MS = 1000;

/** When a destination gets its events. */
export interface Schedule {
  /** Drains soon: a row may be waiting. */
  schedule(): void;
  /** Sends all that waits, and then the backlog, unless a drain is running. */
  drain(): Promise<void>;
  /**
   * The page is visible again, or the network is back. Drains the backlog as well, and does not wait for a destination that
   * failed.
   */
  resume(): void;
  /** Stops the timer and the backlog, until something is scheduled again. */
  pause(): void;
}

export function createSchedule(destination: Destination, loadBacklog: LoadBacklog): Schedule {
  const { name, wire, outbox, page, backoff } = destination;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isDraining = false;
  let isBacklogDue = false;
  let drainBacklog: DrainBacklog = async () => false;
  let backlogDrain = new AbortController();
  const canSend = () => destination.canSend() && !page.isUnloaded();
  const isWaiting = ({ states }: Row) => states[name] === WAITING;

  function schedule(): void {
    if (timer || isDraining) return;
    timer = setTimeout(
      () => {
        stopTimer();
        void drain();
      },
      Math.max(backoff.remaining(), page.isHidden() ? 0 : BATCH_DELAY_MS),
    );
  }

  async function drain(): Promise<void> {
    if (isDraining) return;
    isDraining = true;
    while (canSend() && !backoff.remaining()) {
      if (destination.isDown && wire.probe) {
        const isUp = await attempt(destination, { request: wire.probe, rows: [] }, send(wire.probe));
        if (!isUp) continue;
      }
      const rows = outbox.waiting(name, BATCH_SIZE);
      if (rows.length) {
        // An answer that left out some events is a failure as well. Otherwise the loop would not end.
        if ((await sendBatch(destination, rows)) && rows.some(isWaiting)) backoff.failed();
      } else if (isBacklogDue) {
        isBacklogDue = false;
        backlogDrain = new AbortController();
        const isDown = await drainBacklog(destination, sendBatch, backlogDrain);
        // `resume` may have set it meanwhile, when another tab has released the lock.
        if (isDown) isBacklogDue = true;
      } else break;
    }
    isDraining = false;
    if (canSend() && (isBacklogDue || outbox.waiting(name, 1).length)) schedule();
  }

  function stopTimer(): void {
    clearTimeout(timer);
    timer = undefined;
  }

  loadBacklog((backlog) => {
    drainBacklog = backlog.drainBacklog;
    isBacklogDue = true;
    schedule();
  });

  return {
    schedule,
    drain,
    resume() {
      requeueHandedOver(destination);
      isBacklogDue = true;
      backoff.resume();
      stopTimer();
      schedule();
    },
    pause() {
      backlogDrain.abort();
      stopTimer();
    },
  };
}
