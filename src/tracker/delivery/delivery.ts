import type { StampedEvent } from '../../events/vocabulary.ts';
import type { LoadBacklog } from './backlog.ts';
import { encodeEvents } from './batch.ts';
import { createDestination, type DestinationOptions } from './destination.ts';
import { flushOnExit } from './flush-on-exit.ts';
import { createSchedule, type Schedule } from './schedule.ts';
import { sendBeacon, sendKeepalive } from './transport.ts';

/** Delivers the events of the outbox to one destination, independently of the others. */
export interface Delivery extends Schedule {
  /** The page is hidden or ends: all that waits is sent at once. */
  flushOnExit(): void;
  /** Sends one event that is not in the outbox, and ignores the answer. */
  sendOnce(event: StampedEvent): void;
}

export function createDelivery(options: DestinationOptions, loadBacklog: LoadBacklog): Delivery {
  const { wire, page } = options;
  const destination = createDestination(options);
  const schedule = createSchedule(destination, loadBacklog);
  return {
    ...schedule,
    flushOnExit() {
      if (page.isUnloaded()) schedule.pause();
      flushOnExit(destination, schedule.schedule);
      // Stored rows that are sent at most once are left, and the page may live on.
      void schedule.drain();
    },
    sendOnce(event) {
      for (const request of encodeEvents(wire, [event])) {
        if (!sendKeepalive(request, page.isUnloaded())) sendBeacon(request);
      }
    },
  };
}
