import { mkdir, mkdtemp, readdir, readFile, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { addFiles, hasFiles, storeFiles, sweepUnfinished } from './files.ts';
import { contentHash, hashFolder } from './paths.ts';

const HASH = contentHash(Buffer.from('one'));

let media: string;

beforeEach(async () => {
  media = await mkdtemp(join(tmpdir(), 'vitrine-files-'));
});

afterEach(() => rm(media, { recursive: true }));

test('files stand under the first two digits of their hash, and nothing else is left', async () => {
  await storeFiles(
    media,
    HASH,
    new Map([
      ['a.jpg', Buffer.from('A')],
      ['b.jpg', Buffer.from('B')],
    ]),
  );
  expect(await readdir(media)).toEqual([HASH.slice(0, 2)]);
  expect((await readdir(join(media, HASH.slice(0, 2), HASH))).sort()).toEqual(['a.jpg', 'b.jpg']);
  expect(await hasFiles(media, HASH)).toBe(true);
  expect(await hasFiles(media, contentHash(Buffer.from('two')))).toBe(false);
});

test('a media that is there stays as it is', async () => {
  await storeFiles(media, HASH, new Map([['a.jpg', Buffer.from('first')]]));
  await storeFiles(media, HASH, new Map([['a.jpg', Buffer.from('second')]]));
  expect(await readFile(join(hashFolder(media, HASH), 'a.jpg'), 'utf8')).toBe('first');
  expect(await readdir(media)).toEqual([HASH.slice(0, 2)]);
});

test('many at once meet without harm', async () => {
  const files = new Map([['a.jpg', Buffer.from('A')]]);
  await Promise.all(Array.from({ length: 10 }, () => storeFiles(media, HASH, files)));
  expect(await readdir(media)).toEqual([HASH.slice(0, 2)]);
  expect(await readdir(hashFolder(media, HASH))).toEqual(['a.jpg']);
});

test('when a file cannot be written, nothing of the media is there', async () => {
  const files = new Map([
    ['a.jpg', Buffer.from('A')],
    ['no/such/folder.jpg', Buffer.from('B')],
  ]);
  await expect(storeFiles(media, HASH, files)).rejects.toThrow('ENOENT');
  expect(await hasFiles(media, HASH)).toBe(false);
  expect((await readdir(media)).filter((name) => name.startsWith('.'))).toEqual([]);
});

test('files are added whole', async () => {
  await storeFiles(media, HASH, new Map([['a.jpg', Buffer.from('A')]]));
  await addFiles(media, HASH, new Map([['a.avif', Buffer.from('AVIF')]]));
  expect((await readdir(hashFolder(media, HASH))).sort()).toEqual(['a.avif', 'a.jpg']);
});

test('what a kill left is swept once nobody can be writing it', async () => {
  for (const name of ['.part-old', '.part-new']) await mkdir(join(media, name));
  const longAgo = new Date(Date.now() - 2 * 3_600_000);
  await utimes(join(media, '.part-old'), longAgo, longAgo);
  await sweepUnfinished(media);
  expect(await readdir(media)).toEqual(['.part-new']);
  await sweepUnfinished(join(media, 'nothing'));
});
