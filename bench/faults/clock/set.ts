import { readFileSync } from 'node:fs';

/**
 * Loaded into the service before everything else (`--import`), in each of its threads: its `Date` is off by as many
 * milliseconds as the file CLOCK_OFFSET_FILE says. A process may not set the machine's clock, and this is all that a
 * service of ours could see of it: timers, `performance.now()` and file systems do not follow when a clock is set.
 */
const file = process.env.CLOCK_OFFSET_FILE ?? '';
const LOOK_EVERY_MS = 5;
const Real = Date;
let offset = 0;
let looked = Number.NEGATIVE_INFINITY;

function now(): number {
  if (performance.now() - looked >= LOOK_EVERY_MS) {
    looked = performance.now();
    // Empty while it is being written.
    offset = Number(readFileSync(file, 'utf8') || offset);
  }
  return Real.now() + offset;
}

globalThis.Date = new Proxy(Real, {
  construct: (target, args, made) => Reflect.construct(target, args.length > 0 ? args : [now()], made) as object,
  get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
});
