import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { ROOT } from '../../server/config.ts';

export interface Service {
  port: number;
  stop(): Promise<void>;
}

/** `npm start` without its build: the service as a process of its own, over this data folder, on any free port. */
export async function startService(data: string): Promise<Service> {
  const child = spawn(process.execPath, ['server/main.ts'], {
    cwd: ROOT,
    env: {
      ...process.env,
      PORT: '0',
      HOST: '127.0.0.1',
      VITRINE_DATA: data,
      LOG_LEVEL: 'warn',
      VITRINE_RATE_LIMITS: 'off',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  // Whoever interrupts the benchmark does not want to go on serving.
  const end = () => child.kill('SIGKILL');
  process.once('exit', end);
  return {
    port: await announcedPort(child),
    async stop() {
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
      process.off('exit', end);
    },
  };
}

async function announcedPort(child: ChildProcess): Promise<number> {
  let said = '';
  for await (const text of child.stdout as AsyncIterable<Buffer>) {
    said += text;
    const port = /http:\/\/127\.0\.0\.1:(\d+)\//.exec(said)?.[1];
    if (port) return Number(port);
  }
  throw new Error(`The service ended before it served: ${said}`);
}
