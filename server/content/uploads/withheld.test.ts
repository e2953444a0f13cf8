import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { ROOT } from '../../config.ts';
import { hashFolder, mediaFolder, statusFolder } from '../../media/paths.ts';
import type { CustomerRecord, MediaRecord } from '../../store/content/content-store.ts';
import { openContentStore } from '../../store/testing/open-stores.ts';
import { PRIVATE } from '../testing/shop.ts';
import { shows } from '../testing/shows.ts';
import {
  type Answered,
  form,
  openUploadShop,
  picture,
  type UploadShop,
  uploadPathOf,
  video,
} from './testing/upload-shop.ts';

/** What is not shown, since it waits for a moderator or was rejected: who sees it, and how it stays so. */

const UPLOAD = 'POST /users/{user_id}/media';
const NOT_ALLOWED = 'The authenticated customer is not allowed to access the selected resource.';
const REJECTED = `An error was thrown while uploading the file: 'This file was rejected by a moderator.'`;

let shop: UploadShop;
beforeAll(async () => {
  shop = await openUploadShop();
});
afterAll(() => shop.close());

/** A photo of the demo, smaller. */
async function photo(name: string): Promise<Buffer> {
  return sharp(await readFile(join(ROOT, 'demo/content/media', name)))
    .resize(480)
    .jpeg({ quality: 90 })
    .toBuffer();
}

async function premoderate<T>(work: () => Promise<T>): Promise<T> {
  const { key, name, domain } = (await shop.contentStore.customer(shop.customerId)) as CustomerRecord;
  await shop.contentStore.upsertCustomer({ key, name, domain, settings: { premoderation: true } });
  try {
    return await work();
  } finally {
    await shop.contentStore.upsertCustomer({ key, name, domain, settings: {} });
  }
}

async function newUploader(screen_name: string): Promise<string> {
  const { json } = await shop.post('/users', form({ email: 'somebody@example.com', screen_name }));
  return `/users/${json.data.id}/media`;
}

const upload = (file: Uint8Array, path = shop.uploadPath) => shop.post(path, form({ file, caption: 'Of her' }));
const addressesOf = ({ json }: Answered): string[] =>
  [...Object.values<string>(json.data.images), json.data.video_url]
    .filter((url) => url !== null)
    .map((url) => url.replace(/^(?:https?:)?\/\/[^/]+/, ''));
const plain = (address: string) => address.replace(/\?.*/, '');
const open = async (address: string) => {
  const { status, headers } = await fetch(`${shop.url}${address}`);
  return [status, headers.get('cache-control')];
};
const statusOf = async ({ json }: Answered) => (await shop.contentStore.media([Number(json.data.id)]))[0]?.status;

const PUBLIC_FILE = [200, 'public, max-age=31536000, immutable'];
const PRIVATE_FILE = [200, 'private, no-store'];
const NO_FILE = [404, 'no-store'];

describe('who uploads', () => {
  test(
    'with a public token, is a user that POST /users made, and nobody else',
    shows({ [UPLOAD]: ['user_id', 'auth_token'] }),
    async () => {
      const { json } = await shop.get('/');
      const shopItself = json.data._embedded.customer._embedded.user.id;
      const path = await newUploader('Mila');
      const made = await upload(await picture(), path);
      expect([made.status, made.json.data._embedded.uploader.name]).toEqual([200, 'Mila']);
      const published = made.json.data._embedded.uploader.id;
      const before = shop.kept();
      for (const id of [shopItself, shop.userId, published, shop.foreign.user, 999]) {
        const { status, json } = await upload(await picture(), `/users/${id}/media`);
        expect([status, json.data.message]).toEqual([403, NOT_ALLOWED]);
        expect(json.data.detail).toMatch(/POST \/users/);
      }
      // Another user's signature, and one digit off.
      const uploadId = path.split('/')[2] as string;
      const signature = uploadId.slice(String(published).length);
      const digit = signature.endsWith('1') ? '2' : '1';
      for (const id of [`${shop.userId}${signature}`, `${uploadId.slice(0, -1)}${digit}`]) {
        const { status } = await upload(await picture(), `/users/${id}/media`);
        expect(status).toBe(404);
      }
      // What another service would have made of the same user.
      const folder = await mkdtemp(join(tmpdir(), 'vitrine-another-'));
      const another = await openContentStore(folder);
      onTestFinished(async () => {
        await another.close();
        await rm(folder, { recursive: true });
      });
      expect((await upload(await picture(), uploadPathOf(another, published))).status).toBe(404);
      expect(shop.kept()).toEqual(before);
    },
  );

  test('with a private token, is whom the shop says', shows({ [UPLOAD]: ['user_id', 'auth_token'] }), async () => {
    const { json } = await shop.get('/');
    const shopItself = json.data._embedded.customer._embedded.user.id;
    for (const id of [shopItself, shop.userId]) {
      const answer = await upload(await picture(), `/users/${id}/media?auth_token=${PRIVATE}`);
      expect([answer.status, answer.json.data._embedded.uploader.id]).toEqual([200, String(id)]);
    }
  });

  test('is published under another id than the one that uploads', async () => {
    const path = await newUploader('Mila');
    const { json } = await upload(await picture(), path);
    const answers = [json, (await shop.get(`/media/${json.data.id}`)).json, (await shop.get(`${path}/recent`)).json];
    const uploadId = path.split('/')[2] as string;
    // The list that was asked for under the upload id says so in its own links.
    const texts = answers.map((answer) => JSON.stringify(answer.data._embedded.media ?? answer));
    for (const text of texts) expect(text).not.toContain(uploadId);
    expect(answers[2].data._embedded.media).toHaveLength(1);
  });

  test('names only streams of the same customer', shows({ [UPLOAD]: ['stream_uri'] }), async () => {
    const before = shop.kept();
    const body = form({ file: await picture(), stream_uri: `/streams/${shop.foreign.stream}` });
    const { status, json } = await shop.post(await newUploader('Mila'), body);
    expect([status, json.data.message]).toEqual([403, NOT_ALLOWED]);
    expect(shop.kept().rows.media).toBe(before.rows.media);
  });
});

describe('what waits for a moderator', () => {
  test('is seen by who uploaded it for ten minutes, and by nobody else', shows({ [UPLOAD]: ['file'] }), async () => {
    const poster = await picture();
    const answer = await premoderate(() => shop.post(shop.uploadPath, form({ file: video(), poster })));
    expect(answer.json.data.status).toBe('pending');
    const addresses = addressesOf(answer);
    expect(addresses).toHaveLength(6);
    for (const address of addresses) {
      expect(await open(address)).toEqual(PRIVATE_FILE);
      expect(await open(plain(address))).toEqual(NO_FILE);
      expect(await open(`${plain(address)}?key=${'A'.repeat(40)}`)).toEqual(NO_FILE);
    }
    // One media's key opens no other.
    const other = await premoderate(async () => upload(await picture()));
    const [mine, theirs] = [addresses[0] as string, addressesOf(other)[0] as string];
    expect(await open(`${plain(theirs)}?${mine.split('?')[1]}`)).toEqual(NO_FILE);

    await shop.decide(answer.json.data.id, 'approve');
    for (const address of addresses) expect(await open(plain(address))).toEqual(PUBLIC_FILE);
    const shown = (await shop.get(`/media/${answer.json.data.id}`)).json.data;
    expect(Object.values<string>(shown.images).join()).not.toContain('key=');
  });

  test('is shown to who uploaded it not a second longer', async () => {
    const began = Date.now();
    const answer = await premoderate(async () => upload(await picture()));
    const ended = Date.now();
    onTestFinished(() => void vi.useRealTimers());
    vi.useFakeTimers({ toFake: ['Date'], now: began + 599_999 });
    for (const address of addressesOf(answer)) expect(await open(address)).toEqual(PRIVATE_FILE);
    vi.setSystemTime(ended + 600_000);
    for (const address of addressesOf(answer)) expect(await open(address)).toEqual(NO_FILE);
  });

  test('has files of its own place from the beginning, and the encoder of AVIF leaves it alone', async () => {
    const { addMedia } = shop.contentStore;
    let placed: string[] = [];
    // Its files are in their place before its row is written.
    const writing = vi.spyOn(shop.contentStore, 'addMedia').mockImplementation((...row) => {
      placed = shop.kept().files;
      return addMedia(...row);
    });
    onTestFinished(() => writing.mockRestore());
    const answer = await premoderate(async () => upload(await picture()));
    const [media] = (await shop.contentStore.media([Number(answer.json.data.id)])) as [MediaRecord];
    for (const all of [placed, shop.kept().files]) {
      const files = all.filter((file) => file.includes(`${media.hash}/`));
      expect(files).toHaveLength(9);
      for (const file of files) expect(file).toMatch(/^pending\//);
    }
    const waiting = async () => (await shop.contentStore.mediaWaitingForAvif(99)).map(({ id }) => id);
    expect(await waiting()).not.toContain(media.id);
    await shop.decide(media.id, 'approve');
    expect(await waiting()).toContain(media.id);
  });

  test('of an earlier version is hidden by the next start', async () => {
    const answer = await premoderate(async () => upload(await picture()));
    const [media] = (await shop.contentStore.media([Number(answer.json.data.id)])) as [MediaRecord];
    const places = [statusFolder(shop.dataDir, 'pending'), mediaFolder(shop.dataDir)].map((one) =>
      hashFolder(one, media.hash),
    );
    const [pending, shown] = places as [string, string];
    await mkdir(dirname(shown), { recursive: true });
    await rename(pending, shown);
    const [address] = addressesOf(answer) as [string];
    expect(await open(plain(address))).toEqual(PUBLIC_FILE);
    await shop.restart();
    expect(await open(plain(address))).toEqual(NO_FILE);
    expect(await open(address)).toEqual(PRIVATE_FILE);
  });

  test(
    'is not told to who has the same file: it is an upload of their own',
    shows({ [UPLOAD]: ['file'] }),
    async () => {
      const file = await photo('beach-mug.jpg');
      await premoderate(async () => {
        const hers = await shop.post(await newUploader('Mila'), form({ file, caption: 'For the moderator only' }));
        const path = await newUploader('Stranger');
        const his = await shop.post(path, form({ file, caption: 'x' }));
        expect(his.json.data).toMatchObject({
          status: 'pending',
          caption: 'x',
          _embedded: { uploader: { name: 'Stranger' } },
        });
        expect(his.json.data.id).not.toBe(hers.json.data.id);
        const fresh = await shop.post(path, form({ file: await photo('daisies-by-the-sea.jpg'), caption: 'x' }));
        expect(Object.keys(his.json.data)).toEqual(Object.keys(fresh.json.data));
        // Sent again by either, it is their own again.
        expect((await shop.post(path, form({ file, caption: 'y' }))).json.data.id).toBe(his.json.data.id);
        expect(addressesOf(his)[0]).not.toContain(plain(addressesOf(hers)[0] as string));
        await shop.decide(hers.json.data.id, 'approve');
        await shop.decide(his.json.data.id, 'reject');
        expect(await open(plain(addressesOf(hers)[0] as string))).toEqual(PUBLIC_FILE);
        expect(await open(plain(addressesOf(his)[0] as string))).toEqual(NO_FILE);
      });
    },
  );

  test('after reports, is not shown again by an upload of what looks like it', async () => {
    const file = await photo('eucalyptus-window.jpg');
    const first = await upload(file);
    const { key, name, domain } = (await shop.contentStore.customer(shop.customerId)) as CustomerRecord;
    await shop.contentStore.upsertCustomer({ key, name, domain, settings: { reportThreshold: 1 } });
    await shop.post(`/media/${first.json.data.id}/reports`, form({ email: 'sam@example.com', reason: 'Mine' }));
    await shop.contentStore.upsertCustomer({ key, name, domain, settings: {} });
    expect(await statusOf(first)).toBe('pending');
    const again = await sharp(file).webp({ quality: 60 }).toBuffer();
    for (const sent of [file, again]) {
      const answer = await upload(sent, await newUploader('Stranger'));
      expect(answer.json.data.status).toBe('pending');
      expect(await open(plain(addressesOf(answer)[0] as string))).toEqual(NO_FILE);
    }
    expect((await upload(await photo('sunday-table.jpg'))).json.data.status).toBe('approved');
  });
});

describe('what a moderator rejected', () => {
  test('is seen by nobody, not at an address that was signed while it waited either', async () => {
    const answer = await premoderate(async () => upload(await picture()));
    const addresses = addressesOf(answer);
    for (const address of addresses) expect(await open(address)).toEqual(PRIVATE_FILE);
    await shop.decide(answer.json.data.id, 'reject');
    for (const address of addresses) expect(await open(address)).toEqual(NO_FILE);
  });

  let file: Buffer;
  beforeAll(async () => {
    file = await photo('blossom-dark.jpg');
    await shop.decide((await upload(file)).json.data.id, 'reject');
  });

  test.each<[how: string, change: (file: Buffer) => Promise<Buffer>]>([
    ['with bytes added', async (file) => Buffer.concat([file, Buffer.from('more')])],
    [
      'with other metadata',
      (file) =>
        sharp(file)
          .withExif({ IFD0: { Copyright: 'me' } })
          .jpeg({ quality: 90 })
          .toBuffer(),
    ],
    ['saved anew at a lower quality', (file) => sharp(file).jpeg({ quality: 50 }).toBuffer()],
    ['saved as another format', (file) => sharp(file).webp({ quality: 70 }).toBuffer()],
    ['at another size', (file) => sharp(file).resize(300).png().toBuffer()],
    ['a little brighter', (file) => sharp(file).modulate({ brightness: 1.08 }).jpeg().toBuffer()],
  ])('stays rejected %s', async (_, change) => {
    const path = await newUploader('Stranger');
    const before = shop.kept();
    const again = await upload(await change(file), path);
    expect([again.status, again.json.data.message]).toEqual([400, REJECTED]);
    expect(shop.kept()).toEqual(before);
  });

  test('of one colour stays rejected with bytes added, and is not taken for another colour', async () => {
    const flat = await picture();
    const first = await upload(flat);
    await shop.decide(first.json.data.id, 'reject');
    expect((await upload(Buffer.concat([flat, Buffer.from('x')]))).json.data.message).toBe(REJECTED);
    expect((await upload(await picture())).status).toBe(200);
  });

  test('as a video stays rejected under another title, with another poster, and by its poster', async () => {
    const poster = await photo('leaning-heron.jpg');
    const first = await shop.post(shop.uploadPath, form({ file: video(), poster }));
    await shop.decide(first.json.data.id, 'reject');
    const otherPoster = await shop.post(shop.uploadPath, form({ file: video(), poster: await picture() }));
    expect(otherPoster.json.data.message).toBe(REJECTED);
    const longer = video({ ms: 1200 });
    const samePoster = await shop.post(shop.uploadPath, form({ file: longer, poster }));
    expect(samePoster.json.data.message).toBe(REJECTED);
    expect((await shop.post(shop.uploadPath, form({ file: longer, poster: await picture() }))).status).toBe(200);
    // The picture alone is no video.
    expect((await upload(poster)).status).toBe(200);
  });

  test('is not shown by any address but a moderator’s, and comes back when he changes his mind', async () => {
    const answer = await upload(await photo('flatlay-shells.jpg'));
    const [address] = addressesOf(answer) as [string];
    await shop.decide(answer.json.data.id, 'reject');
    expect(await open(address)).toEqual(NO_FILE);
    await shop.decide(answer.json.data.id, 'approve');
    expect(await open(address)).toEqual(PUBLIC_FILE);
    const alike = await sharp(await photo('flatlay-shells.jpg'))
      .webp()
      .toBuffer();
    expect((await upload(alike)).status).toBe(200);
  });

  test('by an earlier version is known by its pixels after the next start', async () => {
    const file = await photo('unboxing-heron.jpg');
    const { json } = await upload(file);
    await shop.decide(json.data.id, 'reject');
    await shop.contentStore.setPixelHashes(Number(json.data.id), { pixelHash: null, perceptualHash: null });
    await shop.restart();
    await expect.poll(() => shop.contentStore.rejectedWithoutHashes(0, 99)).toEqual([]);
    expect((await upload(Buffer.concat([file, Buffer.from('x')]))).json.data.message).toBe(REJECTED);
  });

  test('is another customer’s to judge', async () => {
    const file = await photo('tulips-pink.png');
    const first = await upload(file);
    await shop.decide(first.json.data.id, 'reject');
    const theirs = await shop.post(
      `${uploadPathOf(shop.contentStore, shop.foreign.user)}?auth_token=another-customers-token`,
      form({ file: await sharp(file).webp().toBuffer() }),
    );
    expect(theirs.status).toBe(200);
  });

  test('when the process ends between the row and the files, is hidden by the next start', async () => {
    const answer = await upload(await photo('sunday-table.jpg'));
    const [media] = (await shop.contentStore.media([Number(answer.json.data.id)])) as [MediaRecord];
    // As a kill leaves it: the row and the note, and the files where they were.
    await shop.contentStore.decide(shop.customerId, media.id, 'rejected', Date.now());
    await writeFile(join(shop.dataDir, 'uploads', 'incoming', `placing-${media.hash}-0123456789abcdef`), '');
    const [address] = addressesOf(answer) as [string];
    expect(await open(address)).toEqual(PUBLIC_FILE);
    await shop.restart();
    expect(await open(address)).toEqual(NO_FILE);
    expect(await readdir(hashFolder(statusFolder(shop.dataDir, 'rejected'), media.hash))).toHaveLength(9);
  });
});
