import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { takeFolder } from './take.ts';

test('a folder that is not there is told from one that cannot be read', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vitrine-take-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  expect(await takeFolder([join(folder, 'none')], join(folder, 'to'))).toBe(false);
  // No file system has names so long.
  await expect(takeFolder([join(folder, 'a'.repeat(300))], join(folder, 'to'))).rejects.toThrow(
    /a cannot be read \(ENAMETOOLONG\)/,
  );
});
