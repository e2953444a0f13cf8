import { expect, test } from 'vitest';
import { reasonOf } from './reason.ts';

const told = (code: string, more: object) =>
  reasonOf(Object.assign(new Error(`${code}: it failed`), { code, ...more }));

test.each([
  ['EACCES', 'give this user the rights'],
  ['EPERM', 'give this user the rights'],
  ['ENOSPC', 'free some space'],
  ['EDQUOT', 'free some space'],
  ['EROFS', 'its disk is read-only'],
  ['EIO', 'the disk fails'],
  ['ENOENT', 'its parent folder does not exist'],
  ['EEXIST', 'a file has the name of a folder'],
  ['EMFILE', 'too many files and connections open'],
  ['ENFILE', 'too many files open'],
  ['ENOMEM', 'no memory left'],
  ['EBADF', 'it failed'],
])('%s of a file is told as what it is, in one line', (code, reason) => {
  const line = told(code, { path: '/srv/vitrine/media' });
  expect(line).toContain(`(${code})`);
  expect(line).toContain(reason);
  expect(line).toContain('/srv/vitrine/media');
  expect(line).not.toContain('\n');
  if (!['EACCES', 'EPERM'].includes(code)) expect(line).not.toContain('rights');
});

test('too many open files are told without a file, too, and not as a port without rights', () => {
  expect(told('EMFILE', {})).toContain('ulimit -n');
  expect(told('EMFILE', { port: 80 })).not.toContain('rights');
  expect(told('EACCES', { port: 80 })).toContain('Port 80 needs more rights');
});
