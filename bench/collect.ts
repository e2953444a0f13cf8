import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { readTotals } from '../server/store/events/testing.ts';
import { openTestService } from '../server/testing.ts';
import { answerOf } from './child.ts';
import { PER_REQUEST } from './collect/events.ts';
import { table, writeToReadme } from './readme.ts';

/**
 * Durable events a second through `POST /track/bulk`, over real HTTP from another process, beside the rate at which
 * the same database takes the same events without HTTP and decoding. Both in turns, on a fresh database each, since a
 * shared machine is not equally fast all the time. Writes the table into the README. Fails below a ratio of 0.5.
 */
const ROUNDS = 5;
const REQUESTS = 2_000;
const CONNECTIONS = 64;
const LEAST = 0.5;

interface Run {
  accepted: number;
  seconds: number;
}

const bare: number[] = [];
const served: number[] = [];
for (let round = 1; round <= ROUNDS; round++) {
  bare.push(rate(await writeBare()));
  served.push(rate(await postBulk()));
  console.log(`round ${round} of ${ROUNDS}: bare ${perSecond(bare.at(-1))}, served ${perSecond(served.at(-1))}`);
}
// Of each round on its own: its two halves are neighbours in time.
const ratio = median(served.map((rate, round) => rate / (bare[round] ?? Number.NaN)));
const text = table(
  ['durable events', `median of ${ROUNDS}`, 'ratio', 'at least'],
  [
    ['the database alone: decoded rows, 1,000 a transaction', perSecond(median(bare)), '', ''],
    [`\`POST /track/bulk\`, ${PER_REQUEST} a request`, perSecond(median(served)), ratio.toFixed(2), LEAST],
  ],
);
console.log(`\n${text}`);
await writeToReadme('bench:collect', text);
if (ratio < LEAST) process.exitCode = 1;

async function writeBare(): Promise<Run> {
  const folder = await mkdtemp(join(tmpdir(), 'vitrine-bare-'));
  const worker = new Worker(new URL('./collect/bare.ts', import.meta.url), {
    workerData: { path: join(folder, 'events.db'), count: REQUESTS, perCommit: 1_000 },
  });
  const [run] = (await once(worker, 'message')) as [Run];
  await once(worker, 'exit');
  await rm(folder, { recursive: true });
  return run;
}

async function postBulk(): Promise<Run> {
  const service = await openTestService();
  const load = fork(new URL('./collect/load.ts', import.meta.url), [
    new URL(service.url).port,
    service.key,
    String(REQUESTS),
    String(CONNECTIONS),
  ]);
  await answerOf(load);
  load.send('go');
  const run = (await answerOf(load)) as Run;
  const stored = readTotals(service.data).reduce((sum, { events }) => sum + Number(events), 0);
  if (stored !== run.accepted) throw new Error(`${run.accepted} events were acknowledged, ${stored} are stored.`);
  await service.close();
  return run;
}

function rate({ accepted, seconds }: Run): number {
  if (accepted !== REQUESTS * PER_REQUEST) throw new Error(`Only ${accepted} events were accepted.`);
  return accepted / seconds;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function perSecond(rate: number | undefined): string {
  return `${Math.round(rate ?? 0).toLocaleString('en')} a second`;
}
