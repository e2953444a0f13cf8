import { createRecentWork } from './recent-work.ts';
import { tooBusy } from './refusals.ts';
import { firstToGo, type Sender } from './sender.ts';

interface Waiting {
  sender: Sender;
  start: () => void;
  refuse: (error: Error) => void;
}

/**
 * Runs up to `running` jobs at a time and lets up to `waiting` more wait. The next job is that of the sender with the
 * least recent work, so that nobody has to wait for all jobs of one address. When too many jobs wait, the sender with
 * the most waiting jobs loses one.
 */
export function createQueue(
  running: number,
  waiting: number,
): <T>(sender: Sender, work: () => Promise<T>) => Promise<T> {
  const line = new Set<Waiting>();
  const customers = createRecentWork();
  const networks = createRecentWork();
  let busy = 0;

  function wait(sender: Sender): Promise<void> {
    return new Promise((start, refuse) => {
      line.add({ sender, start, refuse });
      if (line.size <= waiting) return;
      const goes = firstToGo(line);
      line.delete(goes);
      goes.refuse(tooBusy());
    });
  }

  function next(): Waiting | undefined {
    const now = performance.now();
    const [first] = [...line].sort(
      ({ sender: one }, { sender: other }) =>
        customers.of(one.customerId, now) - customers.of(other.customerId, now) ||
        networks.of(one.network, now) - networks.of(other.network, now),
    );
    return first;
  }

  return async (sender, work) => {
    if (busy < running) busy++;
    else await wait(sender);
    const began = performance.now();
    try {
      return await work();
    } finally {
      const now = performance.now();
      customers.add(sender.customerId, now - began, now);
      networks.add(sender.network, now - began, now);
      // The next job takes over this place before a new one can.
      const waits = next();
      if (waits) {
        line.delete(waits);
        waits.start();
      } else busy--;
    }
  };
}

/** Runs the jobs of one key one after another. */
export function createTurns(): <T>(key: string, work: () => Promise<T>) => Promise<T> {
  const last = new Map<string, Promise<unknown>>();
  return (key, work) => {
    const before = last.get(key) ?? Promise.resolve();
    const mine = before.then(work, work);
    last.set(key, mine);
    const clear = () => {
      if (last.get(key) === mine) last.delete(key);
    };
    mine.then(clear, clear);
    return mine;
  };
}
