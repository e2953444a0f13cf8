import { tooBusy } from './refusals.ts';

/** Does up to `running` works at a time, lets up to `waiting` more wait for their turn and refuses the others. */
export function createQueue(running: number, waiting: number): <T>(work: () => Promise<T>) => Promise<T> {
  const line: (() => void)[] = [];
  let busy = 0;
  return async (work) => {
    if (busy < running) busy++;
    else if (line.length < waiting) await new Promise<void>((turn) => line.push(turn));
    else throw tooBusy();
    try {
      return await work();
    } finally {
      // The next one takes over the place, so nobody slips in between.
      const next = line.shift();
      if (next) next();
      else busy--;
    }
  };
}

/** Does works of one key one after another. */
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
