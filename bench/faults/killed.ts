import { StoredEvents } from '../../server/store/testing/stored-events.ts';
import { freePort, removeData, startService } from '../../tools/service.ts';
import { generator } from '../random.ts';
import type { Fault } from './fault.ts';
import { openShop } from './shop.ts';
import { Traffic } from './traffic.ts';

const KILLS = 50;
const CONNECTIONS_PER_WIRE = 3;
const LATEST_MS = 600;
const MAX_START_MS = 2000;

/** SIGKILL under load: an answer is a promise, and the operating system may end a process whenever it likes. */
export const killed: Fault = {
  what: `killed (SIGKILL) at random moments under load on all four wires, ${KILLS} times, the same data folder`,
  must: 'what was answered is stored once, a request is stored whole or not at all, totals are right; healthy again within 2 s',
  async run(progress) {
    const random = generator(5);
    const shop = await openShop();
    const port = await freePort();
    const traffic = new Traffic(`http://127.0.0.1:${port}`, shop);
    const wrong: string[] = [];
    let slowest = 0;
    let checked = 0;
    let stored: StoredEvents | undefined;
    for (let kill = 0; kill <= KILLS; kill++) {
      const began = performance.now();
      const service = await startService({ data: shop.data, port });
      slowest = Math.max(slowest, performance.now() - began);
      stored ??= new StoredEvents(shop);
      for (const id of [...traffic.answered].slice(checked))
        if (stored.times(id) !== 1) wrong.push(`an answered event is stored ${stored.times(id)} times`);
      checked = traffic.answered.size;
      for (const { ids } of traffic.open) {
        const there = ids.filter((id) => stored?.times(id) === 1).length;
        if (there !== 0 && there !== ids.length) wrong.push(`${there} of ${ids.length} events of a request are stored`);
      }
      const damage = stored.damage();
      if (damage) wrong.push(damage);
      progress(`start ${kill + 1} of ${KILLS + 1}, ${checked} events answered`);
      if (kill === KILLS) {
        await traffic.finish();
        await service.stop();
        break;
      }
      traffic.start(CONNECTIONS_PER_WIRE);
      await new Promise((resolve) => setTimeout(resolve, random() * LATEST_MS));
      const ended = new Promise((resolve) => service.process.once('close', resolve));
      service.process.kill('SIGKILL');
      await ended;
      await traffic.stop();
    }
    if (!stored) throw new Error('The service was never started.');
    progress('counting everything anew');
    const { events } = stored;
    const { answered, open, repeated } = traffic;
    const lost = [...answered].filter((id) => stored?.times(id) !== 1).length;
    if (lost > 0) wrong.push(`${lost} answered events are not stored once`);
    if (open.size > 0) wrong.push(`${open.size} requests were never answered`);
    if (events !== answered.size) wrong.push(`${answered.size} events were sent, ${events} are stored`);
    for (const table of await stored.wrongTotals()) wrong.push(`${table} is not what the events come to`);
    stored.close();
    await removeData(shop.data);
    const figures = `${answered.size.toLocaleString('en')} events answered and stored once, ${repeated.toLocaleString('en')} of them sent again after a kill; slowest start ${(slowest / 1000).toFixed(2)} s`;
    return {
      seen: wrong.length > 0 ? `${[...new Set(wrong)].slice(0, 5).join('; ')} (${figures})` : figures,
      held: wrong.length === 0 && slowest <= MAX_START_MS,
    };
  },
};
