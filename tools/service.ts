import { type ChildProcess, spawn } from 'node:child_process';
import { copyFile, link, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startArguments } from './start-command.ts';

/** The real service as its own process, for end-to-end tests and benchmarks. */
export interface ServiceProcess {
  /** `http://127.0.0.1:PORT` */
  url: string;
  port: number;
  /** The data folder; both databases are in it. */
  data: string;
  process: ChildProcess;
  /** What it has written so far: its log, line by line. */
  output(): string;
  /** Asks it to finish what it accepted and waits for its end. Resolves to the exit code. */
  stop(): Promise<number | null>;
}

/** One that has the demo. */
export interface RunningService extends ServiceProcess {
  /** What `GET /shop/config.json` says of the demo. */
  config: DemoConfig;
}

export interface DemoConfig {
  api: string;
  key: string;
  customer: string;
  streams: Record<string, string>;
  categories: Record<string, string>;
  widgets: Record<string, string>;
}

const root = fileURLToPath(new URL('..', import.meta.url));

export interface ServiceOptions {
  /** A data folder; without one, a fresh temporary folder. */
  data?: string;
  /** 0 or nothing for any free port. */
  port?: number;
  /** Whether it has the demo. */
  demo?: boolean;
  /** `VITRINE_RATE_LIMITS`; without it nothing is limited, since tests and benches are one address. */
  rates?: string;
  /** `warn` unless told. */
  logLevel?: string;
  /** More of its environment. */
  env?: Record<string, string>;
}

/** Starts the service and waits until it is healthy. */
export async function startProcess(options: ServiceOptions = {}): Promise<ServiceProcess> {
  const data = options.data ?? (await mkdtemp(join(tmpdir(), 'vitrine-')));
  const port = options.port || (await freePort());
  const url = `http://127.0.0.1:${port}`;
  const child = spawn('node', [...startArguments(), ...(options.demo ? ['--demo'] : [])], {
    cwd: root,
    env: {
      ...process.env,
      PORT: String(port),
      VITRINE_DATA: data,
      LOG_LEVEL: options.logLevel ?? 'warn',
      VITRINE_RATE_LIMITS: options.rates ?? 'off',
      VITRINE_EVENTS_PER_DAY: 'off',
      ...options.env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
  }
  // Whoever interrupts a test or a benchmark does not want to go on serving.
  const end = () => child.kill('SIGKILL');
  process.once('exit', end);
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  void ended.then(() => process.off('exit', end));
  await Promise.race([
    healthy(url),
    ended.then((code) => Promise.reject(new Error(`The service ended with ${code}.\n${output}`))),
  ]);
  return {
    url,
    port,
    data,
    process: child,
    output: () => output,
    stop() {
      child.kill('SIGTERM');
      return ended;
    },
  };
}

/** The same over a data folder with the demo. */
export async function startService(options: ServiceOptions = {}): Promise<RunningService> {
  const started = await startProcess({ ...options, demo: true });
  const config = (await (await fetch(`${started.url}/shop/config.json`)).json()) as DemoConfig;
  return { ...started, config };
}

/** A copy of a data folder, so that tests that write do not meet. Media files are never written again: they are linked. */
export async function copyData(data: string): Promise<string> {
  const copy = await mkdtemp(join(tmpdir(), 'vitrine-'));
  for (const entry of await readdir(data, { recursive: true, withFileTypes: true })) {
    const from = join(entry.parentPath, entry.name);
    const to = join(copy, relative(data, from));
    if (entry.isDirectory()) await mkdir(to, { recursive: true });
    else if (entry.parentPath.startsWith(join(data, 'media'))) await link(from, to);
    else await copyFile(from, to);
  }
  return copy;
}

export function removeData(data: string): Promise<void> {
  return rm(data, { recursive: true, force: true });
}

async function healthy(url: string): Promise<void> {
  const deadline = Date.now() + 180_000;
  for (;;) {
    const status = await fetch(`${url}/healthz`).then(
      ({ status }) => status,
      () => 0,
    );
    if (status === 200) return;
    if (Date.now() > deadline) throw new Error(`${url}/healthz was never healthy`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
