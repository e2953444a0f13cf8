import { fork } from 'node:child_process';
import { get } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { removeData, startService } from '../../tools/service.ts';
import { answerOf } from '../child.ts';
import { anonymousMemory } from '../memory.ts';
import { p99 } from '../times.ts';
import type { Held } from './connections/crowd.ts';
import type { Fault } from './fault.ts';
import { openShop } from './shop.ts';
import { eventsFor, linesTo, send } from './traffic.ts';

const IDLE = 10_000;
const SLOW = 1_000;
const SECONDS = 30;
const EVERY_MS = 20;
const MAX_P99_MS = 250;

/** Connections that only cost: nobody else may notice them. */
export const connections: Fault = {
  what: `${IDLE.toLocaleString('en')} idle connections and ${SLOW.toLocaleString('en')} that send one byte a second`,
  must: `others are served: every answer is 200, new connections included, p99 at most ${MAX_P99_MS} ms`,
  async run(progress) {
    const shop = await openShop();
    const service = await startService({ data: shop.data });
    const pid = service.process.pid as number;
    const before = (await anonymousMemory(pid)) ?? Number.NaN;
    progress('opening connections');
    const crowd = fork(new URL('./connections/crowd.ts', import.meta.url), [`${service.port}`, `${IDLE}`, `${SLOW}`]);
    await answerOf(crowd);
    const heldNow = async () => {
      crowd.send('how many?');
      return (await answerOf(crowd)) as Held;
    };
    const most = await heldNow();
    const lines = linesTo(service.url, shop);
    const took: number[] = [];
    let asked = 0;
    let failed = 0;
    let memory = 0;
    const others: Promise<void>[] = [];
    const until = performance.now() + SECONDS * 1000;
    while (performance.now() < until) {
      const { wire, events } = lines[asked % lines.length] as (typeof lines)[number];
      // One in five comes for the first time, on a connection of its own.
      const isNew = asked % 5 === 0;
      others.push(
        timed(async () => {
          if (isNew) return stranger(`${service.url}/healthz`);
          const [next] = wire.encode(eventsFor(wire, events), 65_536, Date.now());
          return next && (await send(next, shop.origin))?.status;
        }),
      );
      if (asked++ % 100 === 0) {
        memory = Math.max(memory, (await anonymousMemory(pid)) ?? Number.NaN);
        progress(`${most.idle} idle, ${most.slow} slow, ${asked} others asked, ${memory.toFixed(0)} MB`);
      }
      await pause(EVERY_MS);
    }
    await Promise.all(others);
    const held = await heldNow();
    crowd.disconnect();
    const wrong: string[] = [];
    if (held.idle < IDLE) wrong.push(`${IDLE - held.idle} idle connections were cut off`);
    if ((await service.stop()) !== 0) wrong.push('the process did not end as it should');
    await removeData(shop.data);
    if (most.idle < IDLE || most.slow < SLOW) wrong.push(`only ${most.idle} and ${most.slow} connections were held`);
    if (failed > 0) wrong.push(`${failed} of ${asked} were not served`);
    if (p99(took) > MAX_P99_MS) wrong.push('too slow');
    const figures = [
      `${asked.toLocaleString('en')} others served, p99 ${p99(took).toFixed(0)} ms`,
      `memory ${before.toFixed(0)} MB before, ${memory.toFixed(0)} MB with them`,
      `${held.cut.toLocaleString('en')} slow requests cut off`,
    ].join('; ');
    return { seen: wrong.length > 0 ? `${wrong.join('; ')} (${figures})` : figures, held: wrong.length === 0 };

    async function timed(ask: () => Promise<number | undefined>): Promise<void> {
      const began = performance.now();
      if ((await ask()) !== 200) failed++;
      took.push(performance.now() - began);
    }
  },
};

/** The status that somebody gets who has no connection yet; nothing when none comes. */
function stranger(url: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    get(url, { agent: false }, (answer) => {
      answer.resume().on('end', () => resolve(answer.statusCode));
    }).on('error', () => resolve(undefined));
  });
}
