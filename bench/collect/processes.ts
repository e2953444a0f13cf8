import { type ChildProcess, fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { openContentStore } from '../../server/store/testing/open-stores.ts';
import { readTotals } from '../../server/store/testing/read-events.ts';
import { startProcess } from '../../tools/service.ts';
import { answerOf } from '../child.ts';
import { anonymousMemory } from '../memory.ts';
import type { Done, Job } from './load.ts';

const KEY = '0123456789abcdef0123456789abcdef';
const LOOK_EVERY_MS = 50;

/** Does one job after another. */
export type Load = (job: Job) => Promise<Done>;

/** The real service over a fresh folder with one customer, and a load for it. */
export interface LoadedService {
  load: Load;
  /** Ends it. Resolves to the events that are stored, and to the most memory of its own that it ever had, in MB. */
  stop(): Promise<{ stored: number; memory: number }>;
}

export async function startLoadedService(connections: number): Promise<LoadedService> {
  const data = await mkdtemp(join(tmpdir(), 'vitrine-bench-collect-'));
  const content = await openContentStore(data);
  const { id } = await content.upsertCustomer({ key: 'shop', name: 'Shop', domain: 'shop.example' });
  await content.addToken(id, 'public', 'page', KEY);
  await content.addOrigin(id, 'https://shop.example');
  await content.close();
  // As operators have it.
  const service = await startProcess({ data, logLevel: 'info' });
  let memory = 0;
  const look = setInterval(async () => {
    memory = Math.max(memory, (await anonymousMemory(service.process.pid as number)) ?? Number.NaN);
  }, LOOK_EVERY_MS);
  const { load, end } = await startLoad(service.port, connections);
  return {
    load,
    async stop() {
      await end();
      clearInterval(look);
      await service.stop();
      const stored = readTotals(data).reduce((sum, { events }) => sum + Number(events), 0);
      await rm(data, { recursive: true });
      return { stored, memory };
    },
  };
}

/** Nothing but Fastify, and a load for it. */
export async function startBareFastify(connections: number): Promise<{ load: Load; stop(): Promise<void> }> {
  // Without the service's bounds for V8: with them it answers a fifth less.
  const bare = fork(new URL('./bare-fastify.ts', import.meta.url));
  const { load, end } = await startLoad((await answerOf(bare)) as number, connections);
  return {
    load,
    async stop() {
      await end();
      await disconnect(bare);
    },
  };
}

/** Events a second that the database alone takes: decoded rows, 1,000 a transaction, on a fresh one. */
export async function bareDatabaseRate(requests: number): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'vitrine-bare-'));
  const worker = new Worker(new URL('./bare.ts', import.meta.url), {
    workerData: { dataDir: folder, count: requests, perCommit: 1_000 },
  });
  const [{ accepted, seconds }] = (await once(worker, 'message')) as [{ accepted: number; seconds: number }];
  await once(worker, 'exit');
  await rm(folder, { recursive: true });
  return accepted / seconds;
}

/**
 * Keeps a process to the last core, where there is a tool for that and the core may be used (Linux). Left to itself, the
 * scheduler moves the load to the core of whoever answers it, at each answer: on two cores that takes a fifth of the time
 * of what is measured.
 */
const LAST_CORE = ['-c', String(availableParallelism() - 1)];
const ON_LAST_CORE =
  spawnSync('taskset', [...LAST_CORE, process.execPath, '--version']).status === 0
    ? { execPath: 'taskset', execArgv: [...LAST_CORE, process.execPath] }
    : {};

async function startLoad(port: number, connections: number): Promise<{ load: Load; end(): Promise<void> }> {
  const child = fork(new URL('./load.ts', import.meta.url), [String(port), KEY, String(connections)], ON_LAST_CORE);
  await answerOf(child);
  return {
    async load(job) {
      child.send(job);
      return (await answerOf(child)) as Done;
    },
    end: () => disconnect(child),
  };
}

async function disconnect(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.disconnect();
  await ended;
}
