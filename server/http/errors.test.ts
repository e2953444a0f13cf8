import type { FastifyError } from 'fastify';
import { expect, test } from 'vitest';
import { isStorageDown, refusalOf } from './errors.ts';

test.each([
  ['ENOSPC', 503],
  ['EROFS', 503],
  ['SQLITE_FULL', 503],
  ['SQLITE_READONLY_DIRECTORY', 503],
  ['SQLITE_IOERR_WRITE', 503],
  ['EMFILE', 503],
  ['ENFILE', 503],
  ['ENOENT', 500],
  ['SQLITE_CONSTRAINT_UNIQUE', 500],
])('%s: %d, and no word of ours', (code, status) => {
  const error = Object.assign(new Error('/home/vitrine/data: no'), { code }) as unknown as FastifyError;
  const refusal = refusalOf(error);
  expect(refusal.status).toBe(status);
  expect(refusal.detail).not.toContain('/home');
});

test.each(['EMFILE', 'ENFILE'])('%s is told as too much to do, not as a disk that takes nothing', (code) => {
  const error = Object.assign(new Error('no'), { code }) as unknown as FastifyError;
  expect(isStorageDown(error)).toBe(false);
  expect(refusalOf(error).detail).toContain('too much to do');
});
