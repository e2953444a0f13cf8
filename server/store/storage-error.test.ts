import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { kindOfCode, StorageError, withStorageErrors } from './storage-error.ts';

test.each([
  ['SQLITE_FULL', 'full'],
  ['ENOSPC', 'full'],
  ['EDQUOT', 'full'],
  ['SQLITE_BUSY', 'busy'],
  ['SQLITE_BUSY_SNAPSHOT', 'busy'],
  ['SQLITE_LOCKED', 'busy'],
  ['SQLITE_READONLY_DIRECTORY', 'readonly'],
  ['SQLITE_CANTOPEN', 'readonly'],
  ['SQLITE_IOERR_WRITE', 'readonly'],
  ['EROFS', 'readonly'],
  ['EACCES', 'readonly'],
  ['SQLITE_CORRUPT_INDEX', 'corrupt'],
  ['SQLITE_NOTADB', 'corrupt'],
  ['SQLITE_CONSTRAINT_UNIQUE', undefined],
  ['ENOENT', undefined],
  [undefined, undefined],
])('%s is %s', (code, kind) => {
  expect(kindOfCode(code)).toBe(kind);
});

test('what a database says of storage leaves a store as a StorageError with its cause; mistakes leave it as they are', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vitrine-storage-'));
  const [one, other] = [1, 2].map(() => new Database(join(folder, 'a.db'), { timeout: 0 })) as [
    Database.Database,
    Database.Database,
  ];
  one.exec('CREATE TABLE t (id INTEGER PRIMARY KEY); INSERT INTO t VALUES (1); BEGIN IMMEDIATE');
  const parts = {
    name: 'parts',
    locked: async () => void other.exec('DELETE FROM t'),
    thrown: (): Promise<void> => void other.exec('DELETE FROM t') as never,
    twice: async () => void one.exec('INSERT INTO t VALUES (1)'),
  };
  const store = withStorageErrors(parts, 'content');
  expect(store.name).toBe('parts');
  for (const call of [store.locked, store.thrown]) {
    const error = await call().catch((error: unknown) => error);
    expect(error).toBeInstanceOf(StorageError);
    expect(error).toMatchObject({ kind: 'busy', store: 'content', silent: false, message: 'database is locked' });
    expect((error as StorageError).cause).toMatchObject({ code: 'SQLITE_BUSY' });
  }
  await expect(store.twice()).rejects.toMatchObject({ code: 'SQLITE_CONSTRAINT_PRIMARYKEY' });
  one.close();
  other.close();
  await rm(folder, { recursive: true });
});
