import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { useWriteAheadLog } from './wal.ts';

test('a log that grew gives its room back when it begins anew', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vitrine-wal-'));
  const file = join(folder, 'test.db');
  const writer = new Database(file);
  useWriteAheadLog(writer);
  writer.exec('CREATE TABLE pictures (bytes BLOB)');
  const reader = new Database(file);
  const insert = writer.prepare('INSERT INTO pictures VALUES (zeroblob(10000000))');
  // While somebody reads what was there before, nothing of the log can be given up.
  reader.exec('BEGIN');
  reader.prepare('SELECT count(*) FROM pictures').get();
  for (let n = 0; n < 10; n++) insert.run();
  expect(statSync(`${file}-wal`).size).toBeGreaterThan(100_000_000);
  reader.exec('COMMIT');
  writer.pragma('wal_checkpoint(RESTART)');
  insert.run();
  expect(statSync(`${file}-wal`).size).toBeLessThanOrEqual(67_108_864);
  reader.close();
  writer.close();
  rmSync(folder, { recursive: true });
});
