import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SORTINGS } from '../src/content/resources.ts';
import { startProcess } from '../tools/service.ts';
import { table, writeBenchmark } from './benchmarks.ts';
import { Client } from './content/client.ts';
import { fill } from './content/fill.ts';
import { BIGGEST, type Size } from './content/shop.ts';
import { median, ms, p99 } from './times.ts';

/**
 * What the content API costs where there is much: pages of every order of a customer with a million media, of its
 * biggest stream and of a category, from the real service over HTTP. Writes the tables into docs/benchmarks.md. Fails when a
 * budget is exceeded.
 *
 * Times are a client's on the same machine and a kept connection, with a browser's Accept-Encoding: what the service
 * takes from reading the request to the last compressed byte, plus the loopback. The 500th page is reached as a
 * client reaches it, by following `next`.
 *
 * Argument: a share of the size (0.05 for a try); then nothing is written, and the furthest page there is stands for
 * the 500th.
 */
const [share = 1] = process.argv.slice(2).map(Number);
const SIZE: Size = {
  media: 1_000_000 * share,
  streams: 20_000 * share,
  categories: 100,
  users: 50_000 * share,
};
const FAR = 500;
const ROUNDS = 200;
const BROWSER = 'gzip, deflate, br';
const TOKEN = '0123456789abcdef0123456789abcdef';
const BUDGET = { median: 10, ratio: 2, gzip: 60 };

interface List {
  of: string;
  sorting: string;
  /** Links to both pages, and to their like with 50 media. */
  first: string;
  far: string;
  times: { first: number[]; far: number[] };
}

const data = await mkdtemp(join(tmpdir(), 'vitrine-bench-content-'));
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    // Two gigabytes are not left behind; the service, if there is one, has nothing to save.
    rmSync(data, { recursive: true, force: true });
    process.exit(1);
  });
try {
  const started = performance.now();
  const customerId = await fill(data, SIZE, TOKEN);
  console.error(`Filled in ${Math.round((performance.now() - started) / 1000)} s`);
  const service = await startProcess({ data });
  const client = new Client(service.port);
  try {
    await measure(client, customerId);
  } finally {
    client.close();
    await service.stop();
  }
} finally {
  await rm(data, { recursive: true, force: true });
}

async function measure(client: Client, customerId: number): Promise<void> {
  const lists: List[] = [];
  for (const [of, path] of [
    ['the customer', `/customers/${customerId}`],
    ['a stream', `/streams/${BIGGEST.stream}`],
    ['a category', `/categories/${BIGGEST.category}`],
  ] as const) {
    for (const sorting of SORTINGS) {
      if (sorting === 'media_position' && of !== 'a stream') continue;
      const first = `${path}/media/${sorting}?auth_token=${TOKEN}`;
      console.error(`Walking to page ${FAR} of ${path}/media/${sorting}`);
      lists.push({ of, sorting, first, far: await walk(client, first), times: { first: [], far: [] } });
    }
  }
  // All pages in turn, as shops' pages ask for them: what the last answer left in caches is seldom of use to the next.
  // Each round in another order, or the same page would meet the garbage collector in every one of them.
  const pages = lists.flatMap(({ first, far, times }) => [
    { link: first, times: times.first },
    { link: far, times: times.far },
  ]);
  for (let round = 0; round < ROUNDS; round++) {
    for (const { link, times } of pages.toSorted(() => Math.random() - 0.5))
      times.push((await client.get(link, BROWSER)).ms);
  }
  await report(lists.map(judged), await largest(client, lists));
}

/** Follows `next` from the first page to the 500th and answers its link. */
async function walk(client: Client, path: string): Promise<string> {
  let here = path;
  for (let number = 1; number < FAR; number++) {
    const { body } = await client.get(here, 'identity');
    const { next } = JSON.parse(body.toString()).data._links;
    if (next.href === null && share === 1) throw new Error(`${path} has only ${number} pages.`);
    if (next.href === null) break;
    here = next.href.replace(/^\/\/[^/]+/, '');
  }
  return here;
}

function judged({ of, sorting, times }: List) {
  const [first, far] = [median(times.first), median(times.far)];
  const ratio = far / first;
  return {
    within: first <= BUDGET.median && far <= BUDGET.median && ratio <= BUDGET.ratio,
    cells: [`${of}, ${sorting}`, ms(first), ms(p99(times.first)), ms(far), ms(p99(times.far)), ratio.toFixed(2)],
  };
}

/** The largest answer with 50 media among both pages of all lists, and what one takes. */
async function largest(client: Client, lists: List[]) {
  let most = { text: 0, gzip: 0, br: 0 };
  const times: number[] = [];
  for (const { first, far } of lists) {
    for (const link of [`${first}&count=50`, `${far}&count=50`]) {
      const [text, gzip, br] = await Promise.all(
        ['identity', 'gzip', BROWSER].map(async (encoding) => (await client.get(link, encoding)).body.length),
      );
      if ((gzip ?? 0) > most.gzip) most = { text: text ?? 0, gzip: gzip ?? 0, br: br ?? 0 };
      for (let i = 0; i < 5; i++) times.push((await client.get(link, BROWSER)).ms);
    }
  }
  return { ...most, times };
}

async function report(
  rows: ReturnType<typeof judged>[],
  { text, gzip, br, times }: Awaited<ReturnType<typeof largest>>,
): Promise<void> {
  const pages = table(
    ['20 media of', 'page 1, median', 'p99', `page ${FAR}, median`, 'p99', 'ratio'],
    [...rows.map(({ cells }) => cells), ['**at most**', ms(BUDGET.median), '', ms(BUDGET.median), '', BUDGET.ratio]],
  );
  const sizes = table(
    ['50 media with their streams and categories', 'measured', 'at most'],
    [
      ['the largest such page, gzip', kilobytes(gzip), `${BUDGET.gzip} KB`],
      ['the same as browsers get it, brotli', kilobytes(br), ''],
      ['the same without compression', kilobytes(text), ''],
      ['such a page, median', ms(median(times)), ''],
      ['such a page, p99', ms(p99(times)), ''],
    ],
  );
  console.log(`${pages}\n\n${sizes}`);
  if (share === 1) await writeBenchmark('bench:content', `${pages}\n\n${sizes}`);
  if (!rows.every(({ within }) => within) || gzip > BUDGET.gzip * 1024) process.exitCode = 1;
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1024).toFixed(1)} KB`;
}
