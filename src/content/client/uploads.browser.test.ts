import { expect, inject, test } from 'vitest';
import type { Logged } from '../testing/answers.ts';
import { createUpload } from './uploads.ts';

const base = inject('contentApi');
let keys = 0;
const where = (scenario: string) => ({ base: `${base}/${scenario}`, key: `browser-upload-${++keys}` });
const log = async (key: string): Promise<Logged[]> => (await fetch(`${base}/log?auth_token=${key}`)).json();
const posts = async (key: string) => (await log(key)).filter(({ method }) => method === 'POST');

const SIZE = 8_000_000;
const file = () => new File([new Uint8Array(SIZE)], 'mug.jpg', { type: 'image/jpeg' });

test('an upload that is watched tells how far it is', async () => {
  const api = where('uploads-slow');
  const shares: number[] = [];
  const upload = createUpload(api, { user: 9, file: file(), caption: 'Ünï “mug”' });
  const media = await upload.send({ onProgress: (share) => shares.push(share) });
  expect(media).toMatchObject({ id: '108', status: 'pending', caption: 'Ünï “mug”' });
  expect(shares.length).toBeGreaterThan(1);
  expect(shares).toEqual(shares.toSorted((a, b) => a - b));
  expect(shares[0]).toBeLessThan(1);
  expect(shares.at(-1)).toBe(1);
  expect((await posts(api.key)).map(({ form }) => form)).toEqual([
    { file: `mug.jpg image/jpeg ${SIZE}` },
    { url: '/stashes/fAcxTCXC', caption: 'Ünï “mug”' },
  ]);
});

test('an upload that nobody watches needs no preflight', async () => {
  const api = where('uploads');
  await createUpload(api, { user: 9, file: file() }).send();
  expect((await log(api.key)).map(({ method }) => method)).toEqual(['POST', 'POST']);
});

test('a second attempt sends no bytes that have arrived', async () => {
  const api = where('uploads-failing');
  const shares: number[] = [];
  const onProgress = (share: number) => shares.push(share);
  const upload = createUpload(api, { user: 9, file: file() });
  await expect(upload.send({ onProgress })).rejects.toMatchObject({ code: 'refused', status: 503 });
  shares.length = 0;
  expect(await upload.send({ onProgress })).toMatchObject({ id: '108' });
  expect(shares).toEqual([1]);
  expect((await posts(api.key)).map(({ path }) => path.split('?')[0])).toEqual([
    '/stashes',
    '/users/9/media',
    '/users/9/media',
  ]);
});

test.each([
  ['watched', { onProgress: () => {} }],
  ['not watched', {}],
])('an upload that is given up hangs up (%s)', async (_, options) => {
  const api = where('uploads-stalling');
  const controller = new AbortController();
  const sending = createUpload(api, { user: 9, file: file() }).send({ ...options, signal: controller.signal });
  await expect.poll(() => posts(api.key)).toHaveLength(1);
  const reason = new Error('enough');
  controller.abort(reason);
  await expect(sending).rejects.toBe(reason);
  await expect.poll(async () => (await posts(api.key))[0]?.aborted).toBe(true);
});

test('an upload that was given up before it began sends nothing', async () => {
  const api = where('uploads');
  const reason = new Error('enough');
  const options = { onProgress: () => {}, signal: AbortSignal.abort(reason) };
  await expect(createUpload(api, { user: 9, file: file() }).send(options)).rejects.toBe(reason);
  expect(await log(api.key)).toEqual([]);
});

test.each([
  ['watched', { onProgress: () => {} }],
  ['not watched', {}],
])('an upload without an answer is a lost connection (%s)', async (_, options) => {
  const upload = createUpload({ base: 'http://127.0.0.1:9', key: 'k' }, { user: 9, file: file() });
  await expect(upload.send(options)).rejects.toMatchObject({ code: 'network', status: undefined });
});

test('a refusal comes in the words of the service, watched too', async () => {
  const upload = createUpload(where('uploads-refusing'), { user: 9, file: file() });
  const message = "An error was thrown while uploading the file: 'Invalid media file type.'";
  const options = { onProgress: () => {} };
  await expect(upload.send(options)).rejects.toMatchObject({ code: 'refused', status: 400, message });
});
