import { rm } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { EARLIER_EVENTS, writeEarlierEvents } from '../../server/store/testing/earlier-events.ts';
import { StoredEvents } from '../../server/store/testing/stored-events.ts';
import { removeData, startService } from '../../tools/service.ts';
import type { Fault } from './fault.ts';
import { run } from './run.ts';
import { openShop, type Shop } from './shop.ts';
import { Traffic } from './traffic.ts';

/** So many that the backup takes a while, and events arrive meanwhile. */
const EVENTS = 500_000;
const CONNECTIONS_PER_WIRE = 3;
/** No shopper's tracker waits longer for its answer than under an overload. */
const MAX_WAIT_MS = 250;

/** `npm run backup` while events arrive on all wires. */
export const backup: Fault = {
  what: `npm run backup of ${EVENTS.toLocaleString('en')} events under load on all four wires`,
  must: `opens; has each event once that was answered before it began; totals are right; a service starts on it; the load goes on meanwhile, and a single request waits at most ${MAX_WAIT_MS} ms`,
  async run(progress) {
    const shop = await openShop();
    const target = `${shop.data}-backup`;
    progress('writing events');
    writeEarlierEvents(shop.data, EARLIER_EVENTS.at(-1) ?? 0, EVENTS);
    const service = await startService({ data: shop.data });
    const traffic = new Traffic(service.url, shop);
    const wrong: string[] = [];
    traffic.start(CONNECTIONS_PER_WIRE);
    while (traffic.answered.size < 2_000) await pause(20);

    progress('backing up');
    const before = new Set(traffic.answered);
    const began = performance.now();
    let ended = false;
    const backedUp = run('server/cli/backup.ts', [target], shop.data).finally(() => {
      ended = true;
    });
    const slowest = await slowestAnswer(service.url, shop, () => ended);
    const { code, stderr } = await backedUp;
    const seconds = (performance.now() - began) / 1000;
    const meanwhile = traffic.answered.size - before.size;
    await traffic.stop();
    await service.stop();
    if (code !== 0) wrong.push(`npm run backup ended with ${code}: ${stderr.trim().split('\n').at(-1)}`);
    if (meanwhile === 0) wrong.push('no event was answered meanwhile');
    if (traffic.unanswered > 0) wrong.push(`${traffic.unanswered} requests had no answer`);
    for (const [wire, answers] of traffic.refusals) wrong.push(`${wire} was refused ${answers.length} times`);
    if (slowest > MAX_WAIT_MS) wrong.push('answers are late');

    let stored = 0;
    if (code === 0) {
      progress('counting everything anew');
      const there = new StoredEvents({ ...shop, data: target });
      stored = there.events;
      const lost = [...before].filter((id) => there.times(id) !== 1).length;
      if (lost > 0) wrong.push(`${lost} events that were answered before are not in it once`);
      const damage = there.damage();
      if (damage) wrong.push(damage);
      for (const table of await there.wrongTotals()) wrong.push(`${table} is not what the events come to`);
      there.close();
      const restored = await startService({ data: target });
      const again = new Traffic(restored.url, shop);
      again.start(1);
      while (again.answered.size < 100) await pause(20);
      await again.stop();
      if ((await restored.stop()) !== 0) wrong.push('the service on the backup did not end well');
    }
    await removeData(shop.data);
    await rm(target, { recursive: true, force: true });
    const figures = `${seconds.toFixed(1)} s; ${stored.toLocaleString('en')} events in it, all ${before.size.toLocaleString('en')} answered before it; ${meanwhile.toLocaleString('en')} answered meanwhile, the slowest of single requests in ${Math.round(slowest)} ms`;
    return { seen: [...wrong, figures].join('; '), held: wrong.length === 0 };
  },
};

/** Sends one event after the other. @returns the longest that one waited for its answer, in milliseconds */
async function slowestAnswer(url: string, { key, origin }: Shop, done: () => boolean): Promise<number> {
  let slowest = 0;
  while (!done()) {
    const began = performance.now();
    const query = `analytics_id=probe&pics=1&auth_token=${key}`;
    const answer = await fetch(`${url}/track/widget/abc/best/render?${query}`, { headers: { origin } });
    await answer.text();
    if (!answer.ok) throw new Error(`An event was answered with ${answer.status}.`);
    slowest = Math.max(slowest, performance.now() - began);
    await pause(5);
  }
  return slowest;
}
