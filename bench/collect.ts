import { table, writeBenchmark } from './benchmarks.ts';
import { PER_REQUEST } from './collect/events.ts';
import type { Job } from './collect/load.ts';
import { bareDatabaseRate, type Load, startBareFastify, startLoadedService } from './collect/processes.ts';
import { median, ms, p99 } from './times.ts';

/**
 * What the collector takes, over real HTTP from another process to the real service, each answer given when the event
 * is on disk; beside what the database takes without HTTP and decoding, and what Fastify answers without anything else.
 * All in turns, on fresh databases, since a shared machine is not equally fast all the time. Writes the table into
 * docs/benchmarks.md. Fails when a limit is not held.
 *
 * Argument: rounds (1 for a try); then nothing is written.
 */
const [rounds] = process.argv.slice(2).map(Number);
const ROUNDS = rounds ?? 5;
const BARE_REQUESTS = 6_000;
const CONNECTIONS = 64;
/** The same for all that are asked. */
const SECONDS = { warm: 1, turn: 1, half: 20 };
const TURNS = 6;
const LIMITS = { bulk: 0.65, get: 0.5, p99: 50, memory: 250 };

const measured = ['database', 'bulk', 'headless', 'fastify', 'get'] as const;
const rates = Object.fromEntries(measured.map((what) => [what, [] as number[]])) as Record<
  (typeof measured)[number],
  number[]
>;
let latencies: number[] = [];
let memory = 0;
for (let round = 1; round <= ROUNDS; round++) {
  const service = await startLoadedService(CONNECTIONS);
  let events = 0;
  const load: Load = async (job) => {
    const done = await service.load(job);
    events += done.answered * (job.what === 'bulk' ? PER_REQUEST : 1);
    return done;
  };
  // A turn of it is a database of its own, filled from empty: so it comes before and after rather than in turns.
  const before = await bareDatabaseRate(BARE_REQUESTS);
  const [bulk] = await ratesInTurns({ load, what: 'bulk' });
  const after = await bareDatabaseRate(BARE_REQUESTS);
  rates.database.push((before + after) / 2);
  rates.bulk.push(bulk * PER_REQUEST);
  const bare = await startBareFastify(CONNECTIONS);
  const [headless, fastify, get] = await ratesInTurns(
    { load: bare.load, what: 'empty' },
    { load: bare.load, what: 'empty-browser' },
    { load, what: 'get' },
  );
  await bare.stop();
  rates.headless.push(headless);
  rates.fastify.push(fastify);
  rates.get.push(get);
  if (round === ROUNDS) {
    const rate = median(rates.bulk) / PER_REQUEST / 2;
    ({ latencies } = await load({ what: 'bulk', seconds: SECONDS.half, rate }));
  }
  const ended = await service.stop();
  if (ended.stored !== events) throw new Error(`${events} events were answered, ${ended.stored} are stored.`);
  memory = Math.max(memory, ended.memory);
  const said = Object.entries(rates).map(([what, rates]) => `${what} ${perSecond(rates.at(-1))}`);
  console.log(`round ${round} of ${ROUNDS}: ${said.join(', ')}, memory ${megabytes(ended.memory)}`);
}

// Of each round on its own: its parts are neighbours in time.
const ofRounds = (part: number[], whole: number[]) =>
  median(part.map((rate, round) => rate / (whole[round] ?? Number.NaN)));
const ratios = { bulk: ofRounds(rates.bulk, rates.database), get: ofRounds(rates.get, rates.fastify) };
const slowest = p99(latencies);
const text = table(
  ['', `median of ${ROUNDS}`, 'ratio', 'limit'],
  [
    ['the database alone: decoded rows, 1,000 a transaction', perSecond(median(rates.database)), '', ''],
    row(`\`POST /track/bulk\`, ${PER_REQUEST} events a request: events`, rates.bulk, ratios.bulk, LIMITS.bulk),
    ['Fastify alone: an empty GET without headers', perSecond(median(rates.headless)), '', ''],
    ['Fastify alone: an empty GET with a browser’s headers', perSecond(median(rates.fastify)), '', ''],
    row('`GET /track/…`: requests, each an event; beside those headers', rates.get, ratios.get, LIMITS.get),
    [
      `half of those events in bulk, evenly for ${SECONDS.half} s in the last round: 99 of 100 requests are answered within`,
      mark(ms(slowest), slowest <= LIMITS.p99),
      '',
      `at most ${LIMITS.p99} ms`,
    ],
    [
      'memory of the service in all of that, mapped files not counted: the most',
      mark(megabytes(memory), memory <= LIMITS.memory),
      '',
      `at most ${LIMITS.memory} MB`,
    ],
  ],
);
console.log(`\n${text}`);
if (rounds === undefined) await writeBenchmark('bench:collect', text);
const held = ratios.bulk >= LIMITS.bulk && ratios.get >= LIMITS.get && slowest <= LIMITS.p99 && memory <= LIMITS.memory;
if (!held) process.exitCode = 1;

interface Asked {
  load: Load;
  what: Job['what'];
}

/**
 * Requests a second of each, once the code is warm. They take turns of a second: what a machine's neighbours take away
 * for some seconds is then taken from all that are compared.
 */
async function ratesInTurns<T extends Asked[]>(...asked: T): Promise<{ [K in keyof T]: number }> {
  const sums = asked.map(() => ({ answered: 0, seconds: 0 }));
  for (const { load, what } of asked) await load({ what, seconds: SECONDS.warm });
  for (let turn = 0; turn < TURNS; turn++) {
    for (const [nth, { load, what }] of asked.entries()) {
      const { answered, seconds } = await load({ what, seconds: SECONDS.turn });
      const sum = sums[nth] as (typeof sums)[number];
      sum.answered += answered;
      sum.seconds += seconds;
    }
  }
  return sums.map(({ answered, seconds }) => answered / seconds) as { [K in keyof T]: number };
}

function row(what: string, rates: number[], ratio: number, least: number): (string | number)[] {
  return [what, perSecond(median(rates)), mark(ratio.toFixed(2), ratio >= least), `at least ${least}`];
}

/** What does not hold is to be seen. */
function mark(value: string, holds: boolean): string {
  return holds ? value : `**${value}**`;
}

function perSecond(rate: number | undefined): string {
  return `${Math.round(rate ?? 0).toLocaleString('en')} a second`;
}

function megabytes(value: number): string {
  return `${Math.round(value)} MB`;
}
