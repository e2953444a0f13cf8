import type { FastifyError } from 'fastify';
import { expect, test } from 'vitest';
import { refusalOf } from './errors.ts';

test.each([
  ['ENOSPC', 503],
  ['EROFS', 503],
  ['SQLITE_FULL', 503],
  ['SQLITE_READONLY_DIRECTORY', 503],
  ['SQLITE_IOERR_WRITE', 503],
  ['ENOENT', 500],
  ['SQLITE_CONSTRAINT_UNIQUE', 500],
])('%s: %d, and no word of ours', (code, status) => {
  const error = Object.assign(new Error('/home/vitrine/data: no'), { code }) as unknown as FastifyError;
  const refusal = refusalOf(error);
  expect(refusal.status).toBe(status);
  expect(refusal.detail).not.toContain('/home');
});
