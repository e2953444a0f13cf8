import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hashFolder, mediaFolder } from '../../media/paths.ts';
import { shows } from '../testing/shows.ts';
import { MAX_ARRIVING } from './limits.ts';
import {
  beginUpload,
  FOREIGN,
  form,
  from,
  largePicture,
  MULTIPART,
  multipart,
  openUploadShop,
  picture,
  type UploadShop,
  uploadPathOf,
} from './testing/upload-shop.ts';

/** What goes wrong on the way: connections, crashes, folders that go, too much at once. */

const UPLOAD = 'POST /users/{user_id}/media';

let shop: UploadShop;
let path: string;
beforeAll(async () => {
  shop = await openUploadShop();
  path = shop.uploadPath;
});
afterAll(() => shop.close());

/** For what another process or a socket does in its own time. */
const PATIENT = { timeout: 10_000 };

const JPEG = Buffer.from('\xff\xd8\xff\xe0\x00\x10JFIF', 'latin1');

test('an upload that never ends is cut off, and leaves nothing', shows({ [UPLOAD]: ['file'] }), async () => {
  const slow = await openUploadShop({ requestTimeout: 300 });
  const before = slow.kept();
  const head = multipart([
    ['Content-Disposition: form-data; name="file"; filename="a.jpg"', Buffer.alloc(100_000, 0xff)],
  ]);
  const { hostname, port } = new URL(slow.url);
  const socket = connect(Number(port), hostname);
  const answered = text(socket);
  socket.write(`POST ${slow.uploadPath}?auth_token=public-token HTTP/1.1\r\nHost: a\r\n`);
  socket.write(`Content-Type: ${MULTIPART['content-type']}\r\nContent-Length: 1000000\r\n\r\n`);
  socket.write(head.subarray(0, 90_000));
  await expect.poll(slow.arriving, PATIENT).toHaveLength(1);
  expect(await answered).toMatch(/^HTTP\/1\.1 408 /);
  await expect.poll(() => slow.kept(), PATIENT).toEqual(before);
  await slow.close();
});

const BEGINNING = multipart([['Content-Disposition: form-data; name="file"; filename="a.jpg"', JPEG]]).subarray(0, -20);

test('an upload that does not go on is ended with 408, and leaves nothing', async () => {
  const stalled = await openUploadShop({ stallMs: 1000 });
  const before = stalled.kept();
  const { hostname, port } = new URL(stalled.url);
  const socket = connect(Number(port), hostname);
  const answered = text(socket);
  socket.write(`POST ${stalled.uploadPath}?auth_token=public-token HTTP/1.1\r\nHost: a\r\n`);
  socket.write(`Content-Type: ${MULTIPART['content-type']}\r\nContent-Length: 1000000\r\n\r\n`);
  socket.write(BEGINNING);
  expect(await answered).toMatch(/^HTTP\/1\.1 408 .*The body stalled for 1 seconds/s);
  await expect.poll(() => stalled.kept(), PATIENT).toEqual(before);
  await stalled.close();
});

test('an address that takes all places loses one to each other address, and to each other customer', async () => {
  const hangUp = Array.from({ length: MAX_ARRIVING }, () =>
    beginUpload(`${shop.url}${path}?auth_token=public-token`, BEGINNING, from('203.0.113.1')),
  );
  await expect.poll(shop.arriving, PATIENT).toHaveLength(MAX_ARRIVING);
  const same = await shop.post(path, form({ file: await picture() }), from('203.0.113.1'));
  expect([same.status, same.headers.get('retry-after')]).toEqual([503, '2']);
  const other = await shop.post(path, form({ file: await picture() }), from('203.0.113.2'));
  expect(other.status).toBe(200);
  const foreign = `${uploadPathOf(shop.contentStore, shop.foreign.user)}?auth_token=${FOREIGN}`;
  expect((await shop.post(foreign, form({ file: await picture() }), from('203.0.113.1'))).status).toBe(200);
  for (const end of hangUp) end();
  await expect.poll(shop.arriving, PATIENT).toEqual([]);
});

test('slow files keep nobody from reporting', shows({ [UPLOAD]: ['file'] }), async () => {
  const hangUp = Array.from({ length: MAX_ARRIVING }, () =>
    beginUpload(`${shop.url}${path}?auth_token=public-token`, BEGINNING),
  );
  await expect.poll(shop.arriving, PATIENT).toHaveLength(MAX_ARRIVING);
  const refused = await shop.post(path, form({ file: await picture() }));
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '2']);
  expect((await shop.post('/users', form({ email: 'patient@example.com' }))).status).toBe(200);
  for (const end of hangUp) end();
  await expect.poll(shop.arriving, PATIENT).toEqual([]);
});

test('a folder that is not there any more is told in this API’s words, and to the log', async () => {
  const incoming = join(shop.dataDir, 'uploads', 'incoming');
  // Files of the requests before are gone; their folders go a moment later, and two that remove the same may both fail.
  await expect.poll(() => readdirSync(incoming), PATIENT).toEqual([]);
  rmSync(incoming, { recursive: true });
  writeFileSync(incoming, '');
  for (const endpoint of [path, '/stashes']) {
    const { status, json } = await shop.post(endpoint, form({ file: await picture() }));
    expect([status, json.data]).toEqual([500, { message: 'Internal error.' }]);
  }
  rmSync(incoming);
  await shop.restart();
  expect((await shop.post(path, form({ file: await picture() }))).status).toBe(200);
});

describe('what a crash leaves', () => {
  test('is the beginning of a file in a folder that the next start empties', async () => {
    const before = shop.kept();
    const [open, limits, media, plugin] = [
      ...['../../store/testing/open-stores.ts', '../../http/rate-limit.ts'],
      ...['../../media/media-archive.ts', '../plugin.ts'],
    ].map((file) => new URL(file, import.meta.url));
    const script = `
      import fastify from 'fastify';
      const { openContentStore } = await import('${open}');
      const { limitRates } = await import('${limits}');
      const { MediaArchive } = await import('${media}');
      const { contentPlugin } = await import('${plugin}');
      const dataDir = ${JSON.stringify(shop.dataDir)};
      const app = fastify();
      limitRates(app);
      await app.register(contentPlugin, { archive: new MediaArchive(await openContentStore(dataDir), dataDir) });
      console.log(await app.listen({ port: 0, host: '127.0.0.1' }));`;
    const service = spawn(process.execPath, ['--input-type=module', '--eval', script], { cwd: import.meta.dirname });
    const url = String((await once(service.stdout, 'data'))[0]).trim();
    const whole = multipart([
      ['Content-Disposition: form-data; name="file"; filename="a.jpg"', Buffer.alloc(2_000_000, JPEG)],
    ]);
    beginUpload(`${url}${path}?auth_token=public-token`, whole.subarray(0, 1_000_000));
    await expect.poll(shop.arriving, PATIENT).toEqual([expect.stringMatching(/request-\w+\/file$/)]);
    service.kill('SIGKILL');
    await once(service, 'exit');
    expect(shop.arriving()).toHaveLength(1);
    await shop.restart();
    expect(shop.kept()).toEqual(before);
  });

  test('is gone after the next start, placed files without a row included', async () => {
    const before = shop.kept();
    const [hash, known] = ['ab'.repeat(32), (await shop.contentStore.media([1]))[0]?.hash ?? 'f'.repeat(64)];
    const crashed = join(shop.dataDir, 'uploads', 'incoming', 'request-crashed');
    for (const folder of [join(crashed, '.part-x'), hashFolder(mediaFolder(shop.dataDir), hash)]) {
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'original.jpg'), 'half');
    }
    writeFileSync(join(crashed, 'file'), 'half');
    for (const name of [hash, known]) writeFileSync(join(crashed, '..', `placing-${name}`), '');
    writeFileSync(join(shop.dataDir, 'uploads', 'stashes', 'orphan'), 'x');
    await shop.restart();
    expect(shop.kept()).toEqual(before);
  });
});

test('more pictures than can be made at a time: 503 with Retry-After, and nothing of them', async () => {
  const before = shop.kept();
  // Large ones, so that they come sooner than they are made.
  const pictures = await Promise.all(Array.from({ length: 20 }, () => largePicture()));
  const answers = await Promise.all(pictures.map((file) => shop.post(path, form({ file }))));
  const refused = answers.filter(({ status }) => status === 503);
  expect(answers.filter(({ status }) => status === 200).length + refused.length).toBe(20);
  expect(refused.length).toBeGreaterThan(0);
  for (const { headers, json } of refused) {
    expect(headers.get('retry-after')).toBe('2');
    expect(json.data.message).toBe('The service is busy with other uploads; try again in a few seconds.');
  }
  expect(shop.kept().rows.media).toBe((before.rows.media as number) + 20 - refused.length);
});
