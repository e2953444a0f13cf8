import { setTimeout as pause } from 'node:timers/promises';
import { EVENTS_FILE } from '../../server/store/database-files.ts';
import { StoredEvents } from '../../server/store/testing/stored-events.ts';
import { freePort, startService } from '../../tools/service.ts';
import type { Fault } from './fault.ts';
import { openShop } from './shop.ts';
import { openSmallDisk } from './small-disk.ts';
import { linesTo, Traffic } from './traffic.ts';

const TIMES = 3;
const WITH_ROOM_MS = 2000;
const FULL_MS = 4000;
const CONNECTIONS_PER_WIRE = 2;
const PAUSE_MS = 20;
const MAX_TAKING_DELAY_MS = 2_000;
/** A health check goes on failing for five seconds after the last failure. */
const MAX_WELL_DELAY_MS = 10_000;

/** The data folder on a disk that has no room, while the four wires go on, and then has some again. */
export const diskFull: Fault = {
  what: `the disk full for ${FULL_MS / 1000} s under load on all four wires, ${TIMES} times`,
  must: '503 with `Retry-After` on every wire, `/healthz` says so, one sentence in the log; goes on by itself when there is room, nothing answered is lost, nothing is corrupt',
  async run(progress) {
    const wrong: string[] = [];
    const disk = await openSmallDisk();
    const shop = await openShop(disk.folder);
    const port = await freePort();
    const service = await startService({ data: shop.data, port, logLevel: 'info' });
    const pid = service.process.pid as number;
    const traffic = new Traffic(service.url, shop);
    const wires = linesTo(service.url, shop).map(({ wire }) => wire.name);
    const health = async () => (await fetch(`${service.url}/healthz`)).status;
    let refusals = 0;
    let taking = 0;
    let well = 0;
    traffic.start(CONNECTIONS_PER_WIRE, PAUSE_MS);
    for (let time = 1; time <= TIMES; time++) {
      progress(`${traffic.answered.size} events answered; with room`);
      await pause(WITH_ROOM_MS);
      traffic.refusals.clear();
      await disk.fill(pid);
      progress(`${traffic.answered.size} events answered; full`);
      await pause(FULL_MS);
      if ((await health()) !== 503) wrong.push('/healthz is 200 while the disk is full');
      for (const wire of wires) {
        const answers = traffic.refusals.get(wire) ?? [];
        refusals += answers.length;
        if (answers.length === 0) wrong.push(`${wire} refused nothing while the disk was full`);
        if (answers.some(({ status, retryAfter }) => status !== 503 || !Number(retryAfter)))
          wrong.push(`${wire} answered something else than 503 with Retry-After`);
      }
      await disk.free(pid);
      const freed = performance.now();
      const before = new Map(traffic.accepted);
      const again = () => wires.every((wire) => (traffic.accepted.get(wire) ?? 0) > (before.get(wire) ?? 0));
      const passed = () => performance.now() - freed;
      while (!again() && passed() < MAX_TAKING_DELAY_MS) await pause(20);
      taking = Math.max(taking, passed());
      while ((await health()) !== 200 && passed() < MAX_WELL_DELAY_MS) await pause(50);
      well = Math.max(well, passed());
    }
    if (taking >= MAX_TAKING_DELAY_MS) wrong.push('with room again, events are not taken');
    if (well >= MAX_WELL_DELAY_MS) wrong.push('with room again, /healthz is not 200');
    await traffic.stop();
    await traffic.finish();
    if (traffic.unanswered > 0) wrong.push(`${traffic.unanswered} requests had no answer`);
    if (service.process.exitCode !== null) wrong.push('the process ended');
    if ((await service.stop()) !== 0) wrong.push('the process did not end as it should');
    const log = service.output().split('\n');
    const said = log.filter((line) => line.includes(`${EVENTS_FILE} cannot be written`)).length;
    const errors = log.filter((line) => /"level":"(error|fatal)"/.test(line)).length;
    if (said !== TIMES) wrong.push(`the log says ${said} times that the disk is full`);
    // With it: that a health check failed, and that the database is written again.
    if (errors > 3 * TIMES) wrong.push(`the log has ${errors} errors`);

    const stored = new StoredEvents(shop);
    const { answered, open } = traffic;
    const lost = [...answered].filter((id) => stored.times(id) !== 1).length;
    if (lost > 0) wrong.push(`${lost} answered events are not stored once`);
    if (open.size > 0) wrong.push(`${open.size} requests were never answered`);
    if (stored.events !== answered.size) wrong.push(`${answered.size} events were sent, ${stored.events} are stored`);
    const damage = stored.damage();
    if (damage) wrong.push(damage);
    for (const table of await stored.wrongTotals()) wrong.push(`${table} is not what the events come to`);
    stored.close();
    await disk.remove();
    const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
    const figures = [
      `${disk.kind}: ${refusals.toLocaleString('en')} times 503`,
      `${answered.size.toLocaleString('en')} events answered and stored once`,
      `events taken again after at most ${seconds(taking)}, \`/healthz\` 200 after ${seconds(well)}`,
    ].join('; ');
    return { seen: wrong.length > 0 ? `${wrong.join('; ')} (${figures})` : figures, held: wrong.length === 0 };
  },
};
