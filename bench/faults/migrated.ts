import { createHash } from 'node:crypto';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { EARLIER_CONTENT, EARLIER_CUSTOMER, writeEarlierContent } from '../../server/store/content/testing/earlier.ts';
import { COUNTED_SINCE } from '../../server/store/events/schema.ts';
import { EARLIER_EVENTS, writeEarlierEvents } from '../../server/store/events/testing/earlier.ts';
import { removeData, startService } from '../../tools/service.ts';
import type { Fault } from './fault.ts';
import { run } from './run.ts';
import { openShop, type Shop } from './shop.ts';
import { Stored } from './stored.ts';
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
        if (versionOf(shop.data) !== version) wrong.push(`half a migration left version ${versionOf(shop.data)}`);
      }
      progress(`version ${version}: migrating`);
      const began = performance.now();
      const service = await startService({ data: shop.data });
      if (many)
        times.push(
          `${MANY.toLocaleString('en')} of version ${version} in ${((performance.now() - began) / 1000).toFixed(0)} s`,
        );
      const said = service.output();
      if (!said.includes(`events.db is migrated from version ${version} to `))
        wrong.push(`version ${version} was no news`);
      if (many && !said.includes(HALF_WAY)) wrong.push('nobody saw how far it is');
      const traffic = new Traffic(service.url, shop);
      traffic.start(1);
      while (traffic.answered.size < 100) await pause(10);
      await traffic.stop();
      await service.stop();
      const stored = new Stored(shop);
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

function versionOf(data: string): number {
  const db = new Database(join(data, 'events.db'), { readonly: true });
  try {
    return db.pragma('user_version', { simple: true }) as number;
  } finally {
    db.close();
  }
}

async function refuseNewer(): Promise<string[]> {
  const wrong: string[] = [];
  for (const file of ['events.db', 'content.db']) {
    const { data } = await openShop();
    // A service of this version makes `events.db`.
    await (await startService({ data })).stop();
    const path = join(data, file);
    const db = new Database(path);
    if (file === 'events.db') db.pragma('user_version = 1000');
    else db.exec("INSERT INTO kysely_migration VALUES ('9999-later', '2030-01-01')");
    db.pragma('wal_checkpoint(TRUNCATE)');
    db.close();
    const before = await readFile(path);
    const { code, stderr } = await run('dist/server/main.js', [], data);
    if (code !== 1) wrong.push(`a newer ${file}: the start ended with ${code}`);
    if (!/^\S+ was written by a newer [^\n]+\n$/.test(stderr)) wrong.push(`a newer ${file} is refused with: ${stderr}`);
    if (!before.equals(await readFile(path))) wrong.push(`a newer ${file} was changed`);
    await removeData(data);
  }
  return wrong;
}
