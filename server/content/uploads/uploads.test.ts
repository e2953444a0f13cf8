import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { hashFolder, mediaFolder } from '../../media/paths.ts';
import { ORIGIN, PRIVATE } from '../testing/shop.ts';
import { shows } from '../testing/shows.ts';
import { form, MULTIPART, multipart, openUploadShop, picture, type UploadShop, video } from './testing/upload-shop.ts';

const UPLOAD = 'POST /users/{user_id}/media';
const STASH = 'POST /stashes';

let shop: UploadShop;
let path: string;
beforeAll(async () => {
  shop = await openUploadShop();
  path = shop.uploadPath;
});
afterAll(() => shop.close());

/** The words of the specification for what is wrong with a file. */
const thrown = (reason: string) => `An error was thrown while uploading the file: '${reason}'`;

const NOT_ALLOWED = 'The authenticated customer is not allowed to access the selected resource.';

async function recent(list: string): Promise<string[]> {
  const { json } = await shop.get(`${list}/media/recent?count=50`);
  return json.data._embedded.media.map(({ id }: { id: string }) => id);
}

function filesOf(hash: string): string[] {
  return readdirSync(hashFolder(mediaFolder(shop.dataDir), hash)).toSorted();
}

const hashIn = (answer: { json: { data: { images: { original: string } } } }) =>
  answer.json.data.images.original.split('/').at(-2) as string;

describe('an upload', () => {
  test(
    'of a file is a media at once, with all its sizes, in the lists of its customer and its user',
    shows({ [UPLOAD]: ['user_id', 'file', 'caption', 'auth_token', 'version'] }),
    async () => {
      const bytes = await sharp(await picture())
        .withExif({ IFD0: { Copyright: 'SecretName' } })
        .jpeg()
        .toBuffer();
      const answer = await shop.post(`${path}?version=v2.1`, form({ file: bytes, caption: 'On my <b>wall</b> ✓' }));
      expect([answer.status, answer.json.metadata]).toEqual([200, { code: 200, message: 'OK', version: 'v2.0' }]);
      const { data } = answer.json;
      expect(data).toMatchObject({
        ...{ type: 'IMAGE', status: 'approved', source: 'harddrive', caption: 'On my <b>wall</b> ✓', location: null },
        ...{ original_image_width: '120', original_image_height: '80', video_url: null },
        _embedded: {
          uploader: { id: String(shop.userId), name: 'Mila' },
          'streams:all': { _embedded: { stream: [] } },
        },
      });
      expect(data._links.self.href).toMatch(/\/media\/\d+\?auth_token=public-token&version=v2\.1$/);
      expect(answer.headers.get('cache-control')).toBe('no-store');
      expect(await recent(`/customers/${shop.customerId}`)).toContain(data.id);
      expect(await recent(`/users/${shop.userId}`)).toContain(data.id);
      expect((await shop.get(data._links.self.href)).json.data.caption).toBe('On my <b>wall</b> ✓');
      expect(filesOf(hashIn(answer))).toHaveLength(9);
      const original = await fetch(`${shop.url}${data.images.original.replace(/^(?:https?:)?\/\/[^/]+/, '')}`);
      expect(original.headers.get('content-type')).toBe('image/jpeg');
      expect(Buffer.from(await original.arrayBuffer()).includes('SecretName')).toBe(false);
      expect(shop.kept().files.filter((file) => file.startsWith('uploads'))).toEqual([]);
      expect(await shop.contentStore.mediaWaitingForAvif(50)).toContainEqual(
        expect.objectContaining({ id: Number(data.id) }),
      );
    },
  );

  test.each(['png', 'jpeg', 'webp', 'gif', 'avif'] as const)(
    'of a %s is known by its bytes, whatever it calls itself',
    shows({ [UPLOAD]: ['file'] }),
    async (format) => {
      const file = { bytes: await picture(format), name: '../../evil.html', type: 'text/html' };
      const { status, json } = await shop.post(path, form({ file }));
      expect(status).toBe(200);
      expect(json.data.images.original).toMatch(new RegExp(`/original\\.${format === 'jpeg' ? 'jpg' : format}$`));
    },
  );

  test(
    'of parts without a Content-Type, and without a file name',
    shows({ [UPLOAD]: ['file', 'caption'] }),
    async () => {
      for (const disposition of ['name="file"; filename="a.png"', 'name="file"']) {
        const body = multipart([
          [`Content-Disposition: form-data; ${disposition}`, await picture()],
          ['Content-Disposition: form-data; name="caption"', 'Größe'],
        ]);
        const { status, json } = await shop.post(path, body, MULTIPART);
        expect([status, json.data.caption]).toEqual([200, 'Größe']);
      }
    },
  );

  test(
    'with a stream joins it behind the others, and may be its cover',
    shows({ [UPLOAD]: ['stream_uri'] }),
    async () => {
      const { id } = await shop.contentStore.upsertStream(shop.customerId, { key: 'fresh', name: 'Fresh' });
      const uris = [
        `/streams/${id}`,
        `//api.example/streams/${id}?auth_token=x&version=v2.2`,
        `https://a.example/streams/${id}/`,
      ];
      const ids: string[] = [];
      for (const uri of uris) {
        const { json } = await shop.post(path, form({ file: await picture(), stream_uri: uri }));
        ids.push(json.data.id);
        expect(json.data._embedded['streams:all']._embedded.stream).toMatchObject([{ id: String(id) }]);
      }
      const { json } = await shop.get(`/streams/${id}/media/media_position`);
      expect(json.data._embedded.media.map((media: { id: string }) => media.id)).toEqual(ids);
      expect((await shop.get(`/streams/${id}`)).json.data._embedded.cover_media.id).toBe(ids[0]);
    },
  );

  test('with a place says where it was', shows({ [UPLOAD]: ['latitude', 'longitude'] }), async () => {
    const place = { latitude: '-33.85', longitude: '151.2' };
    const { json } = await shop.post(path, form({ file: await picture(), ...place }));
    expect(json.data.location).toEqual({ latitude: -33.85, longitude: 151.2 });
  });

  test(
    'may have all its other fields in the query, as the examples of the text do',
    shows({ [UPLOAD]: ['caption'] }),
    async () => {
      const query = 'version=v2.2&wrap_responses=1&caption=This%20is%a%20caption';
      const { json } = await shop.post(`${path}?${query}`, form({ file: await picture() }));
      expect(json.data.caption).toBe('This is%a caption');
    },
  );

  test('pends where the customer moderates before, and is in no list', shows({ [UPLOAD]: ['file'] }), async () => {
    const customer = (await shop.contentStore.customer(shop.customerId)) as NonNullable<
      Awaited<ReturnType<typeof shop.contentStore.customer>>
    >;
    const { key, name, domain } = customer;
    await shop.contentStore.upsertCustomer({ key, name, domain, settings: { premoderation: true } });
    const stream_uri = `/streams/${shop.streamId}`;
    const { json } = await shop.post(path, form({ file: await picture(), stream_uri }));
    await shop.contentStore.upsertCustomer({ key, name, domain, settings: {} });
    expect(json.data.status).toBe('pending');
    expect(await recent(`/customers/${shop.customerId}`)).not.toContain(json.data.id);
    expect(await recent(`/users/${shop.userId}`)).not.toContain(json.data.id);
    expect(await recent(stream_uri)).not.toContain(json.data.id);
    expect((await shop.get(`/media/${json.data.id}`)).json.data.message).toMatch(/is inactive\.$/);
    expect(await shop.contentStore.queued(Number(json.data.id))).toMatchObject({ reason: 'premoderated' });
  });

  test('of the same file twice is the same media, and nothing twice', shows({ [UPLOAD]: ['file'] }), async () => {
    const bytes = await picture();
    const first = await shop.post(path, form({ file: bytes, caption: 'First' }));
    const before = shop.kept();
    const second = await shop.post(
      path,
      form({ file: bytes, caption: 'Second', stream_uri: `/streams/${shop.streamId}` }),
    );
    expect([second.status, second.json.data]).toEqual([200, first.json.data]);
    expect(shop.kept()).toEqual(before);
  });

  test('of the same file ten times at once is one media', shows({ [UPLOAD]: ['file'] }), async () => {
    const bytes = await picture();
    const { rows } = shop.kept();
    const answers = await Promise.all(Array.from({ length: 10 }, () => shop.post(path, form({ file: bytes }))));
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200));
    expect(new Set(answers.map(({ json }) => json.data.id)).size).toBe(1);
    expect(shop.kept().rows.media).toBe((rows.media as number) + 1);
  });

  test('of a video comes with its poster as a second part', shows({ [UPLOAD]: ['file', 'poster'] }), async () => {
    const film = video();
    const answer = await shop.post(path, form({ file: film, poster: await picture() }));
    expect([answer.status, answer.json.data.type]).toEqual([200, 'VIDEO']);
    expect(answer.json.data.video_url).toMatch(/\/video\.webm$/);
    const stored = readFileSync(join(hashFolder(mediaFolder(shop.dataDir), hashIn(answer)), 'video.webm'));
    expect([stored.length, stored.includes('Secret')]).toEqual([film.length, false]);
  });

  test('of a video without a poster says what to do', shows({ [UPLOAD]: ['poster'] }), async () => {
    const before = shop.kept();
    vi.stubEnv('PATH', '/nowhere');
    const { status, json } = await shop.post(path, form({ file: video() }));
    vi.unstubAllEnvs();
    expect([status, json.data.message]).toEqual([
      400,
      thrown('The video has no poster, and there is no ffmpeg here to draw one. Send a picture as the part "poster".'),
    ]);
    expect(shop.kept()).toEqual(before);
  });
});
describe('from a page', () => {
  test(
    'of a registered origin, preflight included',
    shows({ [UPLOAD]: ['auth_token'], [STASH]: ['auth_token'] }),
    async () => {
      for (const endpoint of [path, '/stashes']) {
        const asked = await fetch(`${shop.url}${endpoint}?auth_token=public-token`, {
          method: 'OPTIONS',
          headers: { origin: ORIGIN, 'access-control-request-method': 'POST' },
        });
        expect([asked.status, asked.headers.get('access-control-allow-origin')]).toEqual([204, ORIGIN]);
        expect(asked.headers.get('access-control-allow-methods')).toMatch(/\bPOST\b/);
        const { status, headers } = await shop.post(endpoint, form({ file: await picture() }), { origin: ORIGIN });
        expect([status, headers.get('access-control-allow-origin')]).toEqual([200, ORIGIN]);
      }
    },
  );

  test('of another origin, or with a private token: not', shows({ [UPLOAD]: ['auth_token'] }), async () => {
    const before = shop.kept();
    for (const [token, origin] of [
      ['public-token', 'https://evil.example'],
      [PRIVATE, ORIGIN],
    ]) {
      const url = `${path}?auth_token=${token}`;
      const { status, json } = await shop.post(url, form({ file: await picture() }), { origin: origin as string });
      expect([status, json.data.message]).toEqual([403, NOT_ALLOWED]);
    }
    expect(shop.kept()).toEqual(before);
  });
});
