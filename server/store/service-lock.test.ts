import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

let folder: string;
let running: ChildProcess[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vitrine-lock-'));
  running = [];
});
afterEach(async () => {
  for (const child of running) child.kill('SIGKILL');
  await rm(folder, { recursive: true });
});

/** A process that takes the lock, keeps it until it is told to end, and says how it went. */
async function take(): Promise<{ child: ChildProcess; said: string }> {
  const script = `
    import { lockFolder } from ${JSON.stringify(new URL('./service-lock.ts', import.meta.url).href)};
    try {
      const unlock = lockFolder(${JSON.stringify(folder)});
      process.on('SIGTERM', () => { unlock(); process.exit(0); });
      setInterval(() => {}, 1000);
      console.log('locked');
    } catch (error) {
      console.log(error.name + ': ' + error.message);
    }`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  running.push(child);
  const [said] = await once(child.stdout as NonNullable<typeof child.stdout>, 'data');
  return { child, said: String(said).trim() };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  const ended = once(child, 'close');
  child.kill(signal);
  await ended;
}

test('the second is told who has the folder', async () => {
  const first = await take();
  expect(first.said).toBe('locked');
  expect((await take()).said).toBe(
    `FolderInUseError: Another service (pid ${first.child.pid}) already runs on ${folder}: stop it, or set VITRINE_DATA to another folder.`,
  );
});

test('a file that is no lock is named', async () => {
  const path = join(folder, 'service.lock');
  await writeFile(path, 'not what a service leaves');
  expect((await take()).said).toBe(`StorageError: ${path} cannot be locked: file is not a database`);
});

test.each(['SIGTERM', 'SIGKILL'] as const)('after %s the next one has it', async (signal) => {
  const first = await take();
  await end(first.child, signal);
  expect((await take()).said).toBe('locked');
});

test('of several that start at once, one has it', async () => {
  const all = await Promise.all(Array.from({ length: 4 }, take));
  const winners = all.filter(({ said }) => said === 'locked');
  expect(winners).toHaveLength(1);
  for (const { said } of all)
    if (said !== 'locked') expect(said).toMatch(/^FolderInUseError: Another service \(pid \w+\)/);
});
