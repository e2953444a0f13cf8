import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ServiceProcess, startProcess } from '../tools/service.ts';
import { table, writeBenchmark } from './benchmarks.ts';
import { Client } from './content/client.ts';
import { COMMON, RARE, SHOP } from './reports/events.ts';
import { fill } from './reports/fill.ts';
import { median, ms, p99 } from './times.ts';

/**
 * What reports on product events cost where there are few and where there are many, from two real services over HTTP.
 * Writes the table into docs/benchmarks.md. Fails when a report takes more than twice as long where there are fifty times as
 * many events.
 *
 * Times are a client's on the same machine and a kept connection. Both services are asked in turns, since a shared
 * machine is not equally fast all the time, and the reports of a round come in an order of chance.
 *
 * Argument: a share of the larger size (0.1 for a try); then nothing is written.
 */
const [share = 1] = process.argv.slice(2).map(Number);
const SIZES = [100_000, 5_000_000 * share] as const;
const ROUNDS = 200;
const MOST = 2;
const TOKEN = 'fedcba9876543210fedcba9876543210';

/** A question, and how it is put where there are so many events, of which one has this id. */
interface Report {
  of: string;
  path(size: number, id: string): string;
}

const views = (query: Record<string, string>) => () => `/views?${new URLSearchParams({ range: 'month', ...query })}`;
const list = (query: Record<string, string>) => () => `?${new URLSearchParams(query)}`;
const REPORTS: Report[] = [
  { of: 'views by year', path: views({ range: 'year' }) },
  { of: 'views by month', path: views({}) },
  { of: 'views by day', path: views({ range: 'day' }) },
  { of: 'of the last 30 days, by day', path: views({ range: 'day', subStartDate: daysAgo(30) }) },
  { of: 'of a type', path: views({ eventType: 'product ordered' }) },
  { of: 'of a device that many have', path: views({ device: COMMON.device }) },
  { of: 'of one that few have', path: views({ device: RARE.device }) },
  { of: 'of a page', path: views({ referer: COMMON.page }) },
  { of: 'of an origin', path: views({ referer: SHOP }) },
  { of: 'of metadata that many have', path: views({ metadata: JSON.stringify({ shelf: COMMON.shelf }) }) },
  { of: 'of some that few have', path: views({ metadata: JSON.stringify({ campaign: RARE.campaign }) }) },
  { of: 'of a device and a page', path: views({ device: COMMON.device, referer: COMMON.page }) },
  { of: 'of a type and a page', path: views({ referer: COMMON.page, eventType: 'product interaction' }) },
  {
    of: 'of a page and metadata',
    path: views({ referer: COMMON.page, metadata: JSON.stringify({ shelf: COMMON.shelf }) }),
  },
  {
    of: 'of two pieces of metadata',
    path: views({ metadata: JSON.stringify({ shelf: COMMON.shelf, campaign: RARE.campaign }) }),
  },
  {
    of: 'of a type, a device, an origin and metadata',
    path: views({
      eventType: 'product interaction',
      device: COMMON.device,
      referer: SHOP,
      metadata: JSON.stringify({ shelf: COMMON.shelf }),
    }),
  },
  {
    of: 'of a page and metadata in the last 30 days',
    path: views({
      referer: COMMON.page,
      metadata: JSON.stringify({ shelf: COMMON.shelf }),
      subStartDate: daysAgo(30),
    }),
  },
  { of: 'events, page 1', path: list({}) },
  { of: 'events, page 100', path: list({ page: '100' }) },
  { of: 'events, the last page', path: (size) => list({ page: String(Math.ceil(size / 30)) })() },
  { of: 'events of a type, page 1', path: list({ eventType: 'product interaction' }) },
  { of: 'events of a device, page 1', path: list({ device: COMMON.device }) },
  { of: 'events of metadata, page 1', path: list({ metadata: JSON.stringify({ shelf: COMMON.shelf }) }) },
  { of: 'an event by its id', path: (_, id) => `/${id}` },
];

interface Side {
  size: number;
  data: string;
  service: ServiceProcess;
  client: Client;
  /** An event that it has. */
  id: string;
}

const folders: string[] = [];
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    // Gigabytes are not left behind; the services have nothing to save.
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
    process.exit(1);
  });
const sides: Side[] = [];
try {
  const now = Date.now();
  for (const size of SIZES) sides.push(await open(size, now));
  await measure();
} finally {
  for (const { client, service } of sides) {
    client.close();
    await service.stop();
  }
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
}

async function open(size: number, now: number): Promise<Side> {
  const data = await mkdtemp(join(tmpdir(), 'vitrine-bench-reports-'));
  folders.push(data);
  const started = performance.now();
  await fill(data, size, TOKEN, now);
  console.error(`Filled in ${Math.round((performance.now() - started) / 1000)} s`);
  const service = await startProcess({ data });
  const client = new Client(service.port);
  const { events } = await ask(client, '?page=100');
  const { views: years } = await ask(client, '/views?range=year');
  const counted = years.reduce((sum: number, { views }: { views: number }) => sum + views, 0);
  if (counted !== size) throw new Error(`Of ${size} events ${counted} are counted.`);
  return { size, data, service, client, id: events[0].id };
}

async function measure(): Promise<void> {
  const asked = REPORTS.map((report) => ({ report, times: sides.map((): number[] => []) }));
  for (let round = 0; round < ROUNDS; round++) {
    for (const { report, times } of asked.toSorted(() => Math.random() - 0.5)) {
      for (const [n, { client, size, id }] of sides.entries())
        times[n]?.push((await client.get(withToken(report.path(size, id)), 'identity')).ms);
    }
  }
  let within = true;
  const rows = asked.map(({ report, times: [few = [], many = []] }) => {
    const ratio = median(many) / median(few);
    within &&= ratio <= MOST;
    const cells = [ms(median(few)), ms(p99(few)), ms(median(many)), ms(p99(many))];
    return [report.of, ...cells, ratio.toFixed(2), MOST];
  });
  const [few, many] = SIZES.map((size) => size.toLocaleString('en'));
  const text = table(
    ['report', `${few} events, median`, 'p99', `${many} events, median`, 'p99', 'ratio', 'at most'],
    rows,
  );
  console.log(text);
  if (share === 1) await writeBenchmark('bench:reports', text);
  if (!within) process.exitCode = 1;
}

async function ask(client: Client, path: string) {
  return JSON.parse((await client.get(withToken(path), 'identity')).body.toString());
}

function withToken(path: string): string {
  return `/api/analytics/events${path}${path.includes('?') ? '&' : '?'}bearer_token=${TOKEN}`;
}

/** As the API writes it. */
function daysAgo(days: number): string {
  return new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10).replaceAll('-', '/');
}
