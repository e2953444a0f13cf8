import { Connection } from './connection.ts';
import { PER_REQUEST } from './events.ts';
import { bulkRequests, EMPTY_BROWSER_GET, EMPTY_GET, trackingGets } from './requests.ts';

/**
 * A process that asks a service over kept-alive connections. Arguments: port, token, connections. Says `ready`; then
 * does each `Job` it is sent and says what came of it, until it is disconnected.
 */
export interface Job {
  what: 'bulk' | 'get' | 'empty' | 'empty-browser';
  seconds: number;
  /** Requests a second, evenly spaced, whether answers come or not; without it, a connection asks when it is answered. */
  rate?: number;
}

export interface Done {
  /** Requests, all of them answered as they should be. */
  answered: number;
  seconds: number;
  /** With a rate: milliseconds from when each request was due to its answer. */
  latencies: number[];
}

const [port, key = '', connections] = process.argv.slice(2);
const sockets = await Promise.all(Array.from({ length: Number(connections) }, () => Connection.open(Number(port))));
const SUPPLY = 2_000;
const next = {
  bulk: bulkRequests(SUPPLY, key),
  get: trackingGets(SUPPLY, key),
  empty: () => EMPTY_GET,
  'empty-browser': () => EMPTY_BROWSER_GET,
};
process.on('message', async (job: Job) => {
  process.send?.(job.rate ? await evenly(job, job.rate) : await atFullSpeed(job));
});
process.once('disconnect', () => {
  for (const socket of sockets) socket.close();
});
process.send?.('ready');

async function atFullSpeed({ what, seconds }: Job): Promise<Done> {
  const started = performance.now();
  const until = started + seconds * 1_000;
  let answered = 0;
  await Promise.all(
    sockets.map(async (socket) => {
      while (performance.now() < until) {
        await ask(socket, what);
        answered++;
      }
    }),
  );
  return { answered, seconds: (performance.now() - started) / 1_000, latencies: [] };
}

/**
 * What is due and finds no free connection waits for one, and its time counts from when it was due: a service that
 * stalls cannot hide it by being asked less.
 */
async function evenly({ what, seconds }: Job, rate: number): Promise<Done> {
  const total = Math.round(rate * seconds);
  const latencies: number[] = [];
  const free = [...sockets];
  const started = performance.now();
  let asked = 0;
  await new Promise<void>((resolve, reject) => {
    const send = () => {
      const now = performance.now();
      for (let due = dueAt(asked); asked < total && due <= now && free.length > 0; due = dueAt(asked)) {
        asked++;
        const from = due;
        const socket = free.pop() as Connection;
        ask(socket, what).then(() => {
          latencies.push(performance.now() - from);
          free.push(socket);
          if (latencies.length === total) resolve();
          else send();
        }, reject);
      }
    };
    const dueAt = (request: number) => started + (request * 1_000) / rate;
    const timer = setInterval(() => (asked < total ? send() : clearInterval(timer)), 1);
  });
  return { answered: total, seconds: (performance.now() - started) / 1_000, latencies };
}

async function ask(socket: Connection, what: Job['what']): Promise<void> {
  const { status, body } = await socket.ask(next[what]());
  const good = what.startsWith('empty')
    ? status === 204
    : status === 200 && (what === 'get' || accepted(body) === PER_REQUEST);
  if (!good) throw new Error(`${status} for ${what}: ${body.toString('latin1', 0, 500)}`);
}

function accepted(body: Buffer): number | undefined {
  return (JSON.parse(body.toString('latin1')) as { data?: { accepted?: number[] } }).data?.accepted?.length;
}
