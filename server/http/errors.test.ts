import type { FastifyError } from 'fastify';
import { expect, test } from 'vitest';
import { StorageError, type StorageProblem } from '../store/storage-error.ts';
import { isForLog, isStorageDown, refusalOf } from './errors.ts';

test.each([
  ['ENOSPC', 503],
  ['EROFS', 503],
  ['EMFILE', 503],
  ['ENFILE', 503],
  ['ENOENT', 500],
])('%s: %d, and no word of ours', (code, status) => {
  const error = Object.assign(new Error('/home/vitrine/data: no'), { code }) as unknown as FastifyError;
  const refusal = refusalOf(error);
  expect(refusal.status).toBe(status);
  expect(refusal.detail).not.toContain('/home');
});

test.each<[StorageProblem, number]>([
  ['full', 503],
  ['busy', 503],
  ['readonly', 503],
  ['corrupt', 500],
])('a store that is %s: %d, a line in the log, and no word of ours', (kind, status) => {
  const error = new StorageError(kind, '/home/vitrine/data: no', { store: 'content' }) as unknown as FastifyError;
  const refusal = refusalOf(error);
  expect(refusal).toMatchObject({ status, ...(status === 503 && { retryAfter: '2' }) });
  expect(refusal.detail).not.toContain('/home');
  expect(isForLog(error, status)).toBe(true);
});

test.each<StorageProblem>(['full', 'busy', 'readonly', 'corrupt'])(
  'events that cannot be stored, since the store is %s: 503, and no line in the log',
  (kind) => {
    const error = new StorageError(kind, 'no', { store: 'events', silent: true }) as unknown as FastifyError;
    expect(refusalOf(error)).toEqual({
      status: 503,
      detail: 'The service cannot store events now; come again in 2 seconds.',
      retryAfter: '2',
    });
    expect(isForLog(error, 503)).toBe(false);
  },
);

test.each(['EMFILE', 'ENFILE'])('%s is told as too much to do, not as a disk that takes nothing', (code) => {
  const error = Object.assign(new Error('no'), { code }) as unknown as FastifyError;
  expect(isStorageDown(error)).toBe(false);
  expect(refusalOf(error).detail).toContain('too much to do');
});
