import { createHash } from 'node:crypto';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { CONTENT_FILE, EVENTS_FILE } from '../../server/store/database-files.ts';
import { markAsNewer } from '../../server/store/testing/change-data.ts';
import { EARLIER_CONTENT, EARLIER_CUSTOMER, writeEarlierContent } from '../../server/store/testing/earlier-content.ts';
import { COUNTED_SINCE, EARLIER_EVENTS, writeEarlierEvents } from '../../server/store/testing/earlier-events.ts';
import { eventsVersion, StoredEvents } from '../../server/store/testing/stored-events.ts';
import { removeData, startService } from '../../tools/service.ts';
import type { Fault } from './fault.ts';
import { run } from './run.ts';
import { openShop, type Shop } from './shop.ts';
import { Traffic } from './traffic.ts';

const MANY = 1_000_000;
const FEW = 50_000;
/** What a migration of `MANY` says when it is killed. */
const HALF_WAY = 'Counting events (%): 50 of 100';

/** The data folder of each earlier version, and of a newer one. */
export const migrated: Fault = {
  what: `databases of each earlier version, ${MANY.toLocaleString('en')} events in the first and the last that is counted anew, killed (SIGKILL) half-way; databases of a newer version`,
  must: 'all events are kept, totals are right, events are taken; the start tells how far it is; a newer one is refused in one sentence, and left alone',
  async run(progress) {
    const wrong: string[] = [];
    const times: string[] = [];
    for (const [index, version] of EARLIER_EVENTS.entries()) {
      const many = index === 0 || version === COUNTED_SINCE - 1;
      const count = many ? MANY : FEW;
      const names = EARLIER_CONTENT[Math.min(index, EARLIER_CONTENT.length - 1)] ?? [];
      progress(`version ${version}: writing ${count} events`);
      const shop = await shopOf(names);
      writeEarlierEvents(shop.data, version, count);
      if (many) {
        progress(`version ${version}: killed half-way`);
        const { code, stderr } = await run('dist/server/main.js', [], shop.data, HALF_WAY);
        if (code !== null) wrong.push(`it was not killed half-way, and said: ${stderr.trim().split('\n').at(-1)}`);
        if (eventsVersion(shop.data) !== version)
          wrong.push(`half a migration left version ${eventsVersion(shop.data)}`);
      }
      progress(`version ${version}: migrating`);
      const began = performance.now();
      const service = await startService({ data: shop.data });
      if (many)
        times.push(
          `${MANY.toLocaleString('en')} of version ${version} in ${((performance.now() - began) / 1000).toFixed(0)} s`,
        );
      const said = service.output();
      if (!said.includes(`${EVENTS_FILE} is migrated from version ${version} to `))
        wrong.push(`version ${version} was no news`);
      if (many && !said.includes(HALF_WAY)) wrong.push('nobody saw how far it is');
      const traffic = new Traffic(service.url, shop);
      traffic.start(1);
      while (traffic.answered.size < 100) await pause(10);
      await traffic.stop();
      await service.stop();
      const stored = new StoredEvents(shop);
      const lost = count + traffic.answered.size - stored.events;
      if (lost !== 0) wrong.push(`version ${version}: ${lost} events are missing`);
      const damage = stored.damage();
      if (damage) wrong.push(`version ${version}: ${damage}`);
      progress(`version ${version}: counting everything anew`);
      for (const table of await stored.wrongTotals()) wrong.push(`version ${version}: ${table} is wrong`);
      stored.close();
      await removeData(shop.data);
    }
    progress('newer versions');
    wrong.push(...(await refuseNewer()));
    const seen = `versions ${EARLIER_EVENTS[0]} to ${EARLIER_EVENTS.at(-1)}: ${times.join(', ')}; newer ones of both databases refused`;
    return { seen: [...wrong, seen].join('; '), held: wrong.length === 0 };
  },
};

async function shopOf(names: readonly string[]): Promise<Shop> {
  const data = await mkdtemp(join(tmpdir(), 'vitrine-earlier-'));
  const key = '0123456789abcdef0123456789abcdef';
  await writeEarlierContent(data, names, createHash('sha256').update(key).digest('hex'));
  return { data, key, customerId: EARLIER_CUSTOMER, origin: 'https://shop.example' };
}

async function refuseNewer(): Promise<string[]> {
  const wrong: string[] = [];
  for (const file of [EVENTS_FILE, CONTENT_FILE] as const) {
    const { data } = await openShop();
    // A service of this version makes the database of events.
    await (await startService({ data })).stop();
    const path = join(data, file);
    markAsNewer(data, file);
    const before = await readFile(path);
    const { code, stderr } = await run('dist/server/main.js', [], data);
    if (code !== 1) wrong.push(`a newer ${file}: the start ended with ${code}`);
    if (!/^\S+ was written by a newer [^\n]+\n$/.test(stderr)) wrong.push(`a newer ${file} is refused with: ${stderr}`);
    if (!before.equals(await readFile(path))) wrong.push(`a newer ${file} was changed`);
    await removeData(data);
  }
  return wrong;
}
