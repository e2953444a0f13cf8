import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openShop, type Shop } from '../bench/faults/shop.ts';
import { eventsFor, linesTo, send } from '../bench/faults/traffic.ts';
import { type RunningService, removeData, startService } from '../tools/service.ts';
import { EVENTS_FILE } from './store/database-files.ts';
import { readEvents } from './store/testing/read-events.ts';

let shop: Shop;
let service: RunningService;
beforeAll(async () => {
  shop = await openShop();
  service = await startService({ data: shop.data });
});
afterAll(async () => {
  await service.stop();
  await removeData(shop.data);
});

/** Of each wire, what one request with new events comes to. */
const askAll = () =>
  Promise.all(
    linesTo(service.url, shop).map(async ({ wire, events }) => {
      const [request] = wire.encode(eventsFor(wire, events), 65_536, Date.now());
      const answer = request && (await send(request, shop.origin));
      return [wire.name, answer?.status, answer?.retryAfter];
    }),
  );

/** Bytes that a file of the process may have: what is written past them fails as on a full disk. */
const limitFiles = (most: string) => execFileSync('prlimit', ['--pid', `${service.process.pid}`, `--fsize=${most}:`]);

// Other systems have no way to limit a process that runs.
test.runIf(process.platform === 'linux')(
  'on a full disk every wire answers 503, the log has one line, and with room events are stored again',
  async () => {
    const names = linesTo(service.url, shop).map(({ wire }) => wire.name);
    limitFiles('4096');
    for (let time = 0; time < 5; time++) expect(await askAll()).toEqual(names.map((name) => [name, 503, '2']));
    expect((await fetch(`${service.url}/healthz`)).status).toBe(503);
    expect(service.output().match(new RegExp(`${EVENTS_FILE} cannot be written`, 'g'))).toHaveLength(1);
    limitFiles('unlimited');
    expect(await askAll()).toEqual(names.map((name) => [name, 200, null]));
    expect(readEvents(shop.data)).toHaveLength(20 + 20 + 1 + 20);
  },
);
