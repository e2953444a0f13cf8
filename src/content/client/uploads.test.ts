import { afterAll, beforeAll, expect, test } from 'vitest';
import { startFixture } from '../../../tools/testing/content-api.ts';
import type { Logged } from '../testing/answers.ts';
import { createUpload, stashFile } from './uploads.ts';

/** Where there is no XMLHttpRequest. In a browser: `uploads.browser.test.ts`. */
let fixture: Awaited<ReturnType<typeof startFixture>>;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture.close());

let keys = 0;
const file = new File(['x'.repeat(1000)], 'mug.jpg', { type: 'image/jpeg' });
const where = (scenario: string) => ({ base: `${fixture.url}/${scenario}`, key: `upload-${++keys}` });

async function log(key: string): Promise<Logged[]> {
  return (await fetch(`${fixture.url}/log?auth_token=${key}`)).json();
}
const posts = async (key: string) => (await log(key)).map(({ method, path }) => `${method} ${path.split('?')[0]}`);
const STASH = 'POST /stashes';
const UPLOAD = 'POST /users/9/media';

test('a file is stashed, and the media is made of the stash', async () => {
  const api = where('uploads');
  const shares: number[] = [];
  const upload = createUpload(api, {
    user: 9,
    file,
    caption: 'On my wall',
    stream: '42',
    location: { latitude: 0, longitude: -74.6323 },
  });
  expect(await log(api.key)).toEqual([]);
  const media = await upload.send({ onProgress: (share) => shares.push(share) });
  expect(media).toMatchObject({ id: '108', status: 'pending', caption: 'On my wall' });
  expect(upload.stash).toBe('fAcxTCXC');
  expect(shares).toEqual([1]);
  const query = `?auth_token=${api.key}&version=v2.2`;
  expect(await log(api.key)).toMatchObject([
    { method: 'POST', path: `/stashes${query}`, form: { file: 'mug.jpg image/jpeg 1000' } },
    {
      method: 'POST',
      path: `/users/9/media${query}`,
      form: {
        url: '/stashes/fAcxTCXC',
        caption: 'On my wall',
        stream_uri: '/streams/42',
        latitude: '0',
        longitude: '-74.6323',
      },
    },
  ]);
});

test('nothing is said that was not given', async () => {
  const api = where('uploads');
  await createUpload(api, { user: '9', file: new Blob(['x']) }).send();
  expect((await log(api.key)).map(({ form }) => form)).toEqual([
    { file: expect.stringContaining(' 1') },
    { url: '/stashes/fAcxTCXC' },
  ]);
});

test('a video may bring its poster', async () => {
  const api = where('uploads');
  const poster = new File(['xyz'], 'film.png', { type: 'image/png' });
  await createUpload(api, { user: 9, file: new File(['x'], 'film.mp4', { type: 'video/mp4' }), poster }).send();
  expect((await log(api.key)).map(({ form }) => form)).toEqual([
    { file: 'film.mp4 video/mp4 1' },
    { url: '/stashes/fAcxTCXC', poster: 'film.png image/png 3' },
  ]);
});

test('a second attempt sends no bytes that have arrived', async () => {
  const api = where('uploads-failing');
  const upload = createUpload(api, { user: 9, file });
  await expect(upload.send()).rejects.toMatchObject({ code: 'refused', status: 503, message: 'Come back later.' });
  expect(upload.stash).toBe('fAcxTCXC');
  expect(await upload.send()).toMatchObject({ id: '108' });
  expect(await posts(api.key)).toEqual([STASH, UPLOAD, UPLOAD]);
});

test('a second attempt sends the file again where the stash is gone', async () => {
  const api = where('uploads-forgetting');
  const upload = createUpload(api, { user: 9, file });
  await expect(upload.send()).rejects.toMatchObject({ status: 503 });
  expect(await upload.send()).toMatchObject({ id: '108' });
  expect(await posts(api.key)).toEqual([STASH, UPLOAD, UPLOAD, STASH, UPLOAD]);
});

test('a file that is refused is refused in the words of the service', async () => {
  const upload = createUpload(where('uploads-refusing'), { user: 9, file });
  const message = "An error was thrown while uploading the file: 'Invalid media file type.'";
  await expect(upload.send()).rejects.toMatchObject({ code: 'refused', status: 400, message });
  expect(upload.stash).toBeUndefined();
});

test('a stash without an id is malformed', async () => {
  const error = { code: 'malformed', message: 'data.id: is missing' };
  await expect(stashFile(where('shapeless'), file)).rejects.toMatchObject(error);
});

test('an upload that is given up hangs up', async () => {
  const api = where('uploads-stalling');
  const controller = new AbortController();
  const big = new Blob([new Uint8Array(4_000_000)]);
  const sending = createUpload(api, { user: 9, file: big }).send({ signal: controller.signal });
  await expect.poll(() => posts(api.key)).toEqual([STASH]);
  controller.abort();
  await expect(sending).rejects.toMatchObject({ name: 'AbortError' });
  await expect.poll(async () => (await log(api.key))[0]?.aborted).toBe(true);
});
