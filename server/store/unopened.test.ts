import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openContentStore } from './content/open.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vitrine-unopened-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('a process with too many open files says so, of a database and of a lock, and speaks of no rights', async () => {
  const script = `
    import { openSync } from 'node:fs';
    const { openContentStore } = await import(${JSON.stringify(new URL('./content/open.ts', import.meta.url).href)});
    const { lockFolder } = await import(${JSON.stringify(new URL('./service-lock.ts', import.meta.url).href)});
    const folder = ${JSON.stringify(folder)};
    await (await openContentStore(folder)).close();
    try {
      for (;;) openSync('/dev/null');
    } catch {}
    await openContentStore(folder).catch(({ message }) => console.log(message));
    try { lockFolder(folder); } catch ({ message }) { console.log(message); }`;
  const limited = ['-c', 'ulimit -n 100; exec "$@"', 'sh', process.execPath, '--input-type=module', '-e', script];
  const { stdout } = await promisify(execFile)('sh', limited);
  const reason = 'too many files are open (EMFILE): raise the limit of open files (ulimit -n)';
  expect(stdout.trim().split('\n')).toEqual(
    ['content.db', 'service.lock'].map((name) => `${join(folder, name)} cannot be opened: ${reason}`),
  );
});

test('a folder that is not there is told as that', async () => {
  await expect(openContentStore(join(folder, 'nowhere'))).rejects.toThrow('the directory does not exist');
});
