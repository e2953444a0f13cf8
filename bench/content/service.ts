import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { ROOT } from '../../server/config.ts';
import { startArguments } from '../../tools/start-command.ts';

export interface Service {
  port: number;
  pid: number;
  stop(): Promise<void>;
}

/**
 * `npm start` without its build: the service as a process of its own, over this data folder, on any free port.
 * @param options.logLevel `info` is what operators have
 */
export async function startService(data: string, { logLevel = 'warn' } = {}): Promise<Service> {
  const child = spawn(process.execPath, startArguments(), {
    cwd: ROOT,
    env: {
      ...process.env,
      PORT: '0',
      HOST: '127.0.0.1',
      VITRINE_DATA: data,
      LOG_LEVEL: logLevel,
      VITRINE_RATE_LIMITS: 'off',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  // Whoever interrupts the benchmark does not want to go on serving.
  const end = () => child.kill('SIGKILL');
  process.once('exit', end);
  return {
    port: await announcedPort(child),
    pid: child.pid as number,
    async stop() {
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
      process.off('exit', end);
    },
  };
}

function announcedPort({ stdout }: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let said = '';
    const read = (text: Buffer) => {
      said += text;
      const port = /http:\/\/127\.0\.0\.1:(\d+)\//.exec(said)?.[1];
      if (!port) return;
      // What it logs from now on is read too, or it would wait for a reader.
      stdout?.off('data', read).resume();
      resolve(Number(port));
    };
    stdout?.on('data', read).once('end', () => reject(new Error(`The service ended before it served: ${said}`)));
  });
}
