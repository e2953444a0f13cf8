import type { FastifyError } from 'fastify';
import { expect, test } from 'vitest';
import { HttpError, isStorageDown, toHttpError } from './errors.ts';

const failure = (code: string) =>
  Object.assign(new Error('/home/vitrine/data: no'), { code }) as unknown as FastifyError;

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
])('%s is answered %d, and the answer does not name the cause', (code, status) => {
  const error = toHttpError(failure(code));
  expect(error.status).toBe(status);
  expect(error.message).not.toContain('/home');
});

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
