import type { FastifyError } from 'fastify';
import { expect, test } from 'vitest';
import { StorageError, type StorageProblem } from '../store/storage-error.ts';
import { EVENTS_UNAVAILABLE, HttpError, isSilent, isStorageDown, toHttpError } from './errors.ts';

const failure = (code: string) =>
  Object.assign(new Error('/home/vitrine/data: no'), { code }) as unknown as FastifyError;

test.each([
  ['ENOSPC', 503],
  ['EROFS', 503],
  ['EMFILE', 503],
  ['ENFILE', 503],
  ['ENOENT', 500],
])('%s is answered %d, and the answer does not name the cause', (code, status) => {
  const error = toHttpError(failure(code));
  expect(error.status).toBe(status);
  expect(error.message).not.toContain('/home');
});

test.each<[StorageProblem, number]>([
  ['full', 503],
  ['busy', 503],
  ['readonly', 503],
  ['corrupt', 500],
])('a store that is %s is answered %d, and the answer does not name the cause', (kind, status) => {
  const error = new StorageError(kind, '/home/vitrine/data: no', { store: 'content' }) as unknown as FastifyError;
  expect(isSilent(error)).toBe(false);
  expect(toHttpError(error).status).toBe(status);
  expect(toHttpError(error).message).not.toContain('/home');
});

test.each<StorageProblem>(['full', 'busy', 'readonly', 'corrupt'])(
  'events that cannot be stored, since the store is %s, are answered 503',
  (kind) => {
    const error = new StorageError(kind, 'no', { store: 'events', silent: true }) as unknown as FastifyError;
    expect(isSilent(error)).toBe(true);
    expect(toHttpError(error)).toMatchObject({ status: 503, message: EVENTS_UNAVAILABLE });
  },
);

test.each(['EMFILE', 'ENFILE'])('%s means that the service is busy, not that a disk is full', (code) => {
  expect(isStorageDown(failure(code))).toBe(false);
  expect(toHttpError(failure(code)).message).toContain('too busy');
});

test('an error of the service’s own is its answer, and a mistake of the sender keeps its message', () => {
  const own = new HttpError(409, 'The id is taken.', 7);
  expect(toHttpError(own as unknown as FastifyError)).toBe(own);
  const mistake = Object.assign(new Error('body: is not UTF-8'), { statusCode: 400 }) as unknown as FastifyError;
  expect(toHttpError(mistake)).toMatchObject({ status: 400, message: 'body: is not UTF-8', retryAfter: undefined });
});
