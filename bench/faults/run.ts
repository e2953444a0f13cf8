import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { ROOT } from '../../server/config.ts';

/** How a command ended, and what it said. */
export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/**
 * Runs one of the project's files, as its own process on this data folder.
 * @param killAt what it says when it is killed (SIGKILL); it comes to its own end unless told
 */
export async function run(file: string, args: readonly string[], data: string, killAt?: string): Promise<Ended> {
  const child = spawn(process.execPath, [file, ...args], {
    cwd: ROOT,
    env: { ...process.env, VITRINE_DATA: data, PORT: '0', LOG_LEVEL: 'warn' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const)
    child[stream].setEncoding('utf8').on('data', (text: string) => {
      said[stream] += text;
      if (killAt !== undefined && said[stream].includes(killAt)) child.kill('SIGKILL');
    });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, ...said };
}
