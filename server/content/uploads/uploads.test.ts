import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { crc32, deflateSync } from 'node:zlib';
import fc from 'fast-check';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { hashFolder, mediaFolder } from '../../media/paths.ts';
import { ORIGIN, PRIVATE } from '../shop.fixture.ts';
import { shows } from '../shows.ts';
import { MAX_ARRIVING } from './limits.ts';
import {
  beginUpload,
  FOREIGN,
  form,
  largePicture,
  MULTIPART,
  multipart,
  openUploadShop,
  picture,
  type UploadShop,
  video,
} from './uploads.fixture.ts';

const UPLOAD = 'POST /users/{user_id}/media';
const STASH = 'POST /stashes';

let shop: UploadShop;
let path: string;
let gone: number;
beforeAll(async () => {
  shop = await openUploadShop();
  gone = (await shop.store.upsertStream(shop.customerId, { key: 'gone', name: 'G', status: 'discontinued' })).id;
  path = `/users/${shop.userId}/media`;
});
afterAll(() => shop.close());

/** For what another process or a socket does in its own time. */
const PATIENT = { timeout: 10_000 };

/** The words of the specification for what is wrong with a file. */
const thrown = (reason: string) => `An error was thrown while uploading the file: '${reason}'`;
const JPEG = Buffer.from('\xff\xd8\xff\xe0\x00\x10JFIF', 'latin1');
const NOT_ALLOWED = 'The authenticated customer is not allowed to access the selected resource.';

async function recent(list: string): Promise<string[]> {
  const { json } = await shop.get(`${list}/media/recent?count=50`);
  return json.data._embedded.media.map(({ id }: { id: string }) => id);
}

function filesOf(hash: string): string[] {
  return readdirSync(hashFolder(mediaFolder(shop.data), hash)).toSorted();
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
      const original = await fetch(`${shop.url}${data.images.original.replace(/^\/\/[^/]+/, '')}`);
      expect(original.headers.get('content-type')).toBe('image/jpeg');
      expect(Buffer.from(await original.arrayBuffer()).includes('SecretName')).toBe(false);
      expect(shop.kept().files.filter((file) => file.startsWith('uploads'))).toEqual([]);
      expect(await shop.store.mediaWaitingForAvif(50)).toContainEqual(expect.objectContaining({ id: Number(data.id) }));
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
      const { id } = await shop.store.upsertStream(shop.customerId, { key: 'fresh', name: 'Fresh' });
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
    const customer = (await shop.store.customer(shop.customerId)) as NonNullable<
      Awaited<ReturnType<typeof shop.store.customer>>
    >;
    const { key, name, domain } = customer;
    await shop.store.upsertCustomer({ key, name, domain, settings: { premoderation: true } });
    const stream_uri = `/streams/${shop.streamId}`;
    const { json } = await shop.post(path, form({ file: await picture(), stream_uri }));
    await shop.store.upsertCustomer({ key, name, domain, settings: {} });
    expect(json.data.status).toBe('pending');
    expect(await recent(`/customers/${shop.customerId}`)).not.toContain(json.data.id);
    expect(await recent(`/users/${shop.userId}`)).not.toContain(json.data.id);
    expect(await recent(stream_uri)).not.toContain(json.data.id);
    expect((await shop.get(`/media/${json.data.id}`)).json.data.message).toMatch(/is inactive\.$/);
    expect(await shop.store.queued(Number(json.data.id))).toMatchObject({ reason: 'premoderated' });
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
    const stored = readFileSync(join(hashFolder(mediaFolder(shop.data), hashIn(answer)), 'video.webm'));
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

describe('a stash', () => {
  async function stash(file: Uint8Array): Promise<{ id: string; href: string }> {
    const { status, json } = await shop.post('/stashes', form({ file }));
    expect([status, json.data._fixed]).toEqual([200, true]);
    return { id: json.data.id, href: json.data._links.self.href };
  }

  test(
    'becomes a media by its id, whether as a path or as the link that was answered',
    shows({ [STASH]: ['file', 'auth_token', 'version'], [UPLOAD]: ['url'] }),
    async () => {
      const answer = await shop.post('/stashes/?version=v2.0', form({ file: await picture() }));
      expect(answer.json).toEqual({
        metadata: { code: 200, message: 'OK', version: 'v2.0' },
        data: {
          _links: {
            self: { href: expect.stringMatching(/\/stashes\/[\w-]{22}\?auth_token=public-token&version=v2\.0$/) },
          },
          id: expect.stringMatching(/^[\w-]{22}$/),
          _fixed: true,
        },
      });
      for (const url of [({ id }: { id: string }) => `/stashes/${id}`, ({ href }: { href: string }) => href]) {
        const stashed = await stash(await picture());
        const body = new URLSearchParams({ url: url(stashed), caption: 'Later' });
        const { status, json } = await shop.post(path, body);
        expect([status, json.data.caption, json.data.status]).toEqual([200, 'Later', 'approved']);
        expect(existsSync(join(shop.data, 'uploads', 'stashes', stashed.id))).toBe(false);
      }
    },
  );

  test('may be named in the query alone, as the example of the text does', shows({ [UPLOAD]: ['url'] }), async () => {
    const { id } = await stash(await picture());
    const { status, json } = await shop.post(`${path}?caption=This%20is%a%20caption&url=%2Fstashes%2F${id}`);
    expect([status, json.data.caption]).toEqual([200, 'This is%a caption']);
  });

  test('used again answers the media that it became', shows({ [UPLOAD]: ['url'] }), async () => {
    const { id } = await stash(await picture());
    const url = `/stashes/${id}`;
    const answers = await Promise.all([1, 2, 3].map(() => shop.post(path, form({ url }))));
    const before = shop.kept();
    answers.push(await shop.post(path, form({ url })));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(new Set(answers.map(({ json }) => json.data.id)).size).toBe(1);
    expect(shop.kept()).toEqual(before);
  });

  test('of a video may get its poster when it is used', shows({ [UPLOAD]: ['url', 'poster'] }), async () => {
    const { id } = await stash(video());
    const { json } = await shop.post(path, form({ url: `/stashes/${id}`, poster: await picture() }));
    expect(json.data.type).toBe('VIDEO');
  });

  test('is its customer’s alone', shows({ [STASH]: ['auth_token'], [UPLOAD]: ['url', 'auth_token'] }), async () => {
    const { id } = await stash(await picture());
    const foreign = `/users/${shop.foreign.user}/media?auth_token=${FOREIGN}`;
    const { status, json } = await shop.post(foreign, form({ url: `/stashes/${id}` }));
    expect([status, json.data.message]).toEqual([403, NOT_ALLOWED]);
  });

  test('lasts 24 hours, and its file no longer', shows({ [UPLOAD]: ['url'] }), async () => {
    const { id } = await stash(await picture());
    await shop.store.expireStashes(Date.now() + 24 * 3600_000 - 5000);
    expect(await shop.store.stash(id, Date.now())).toBeDefined();
    await shop.store.expireStashes(Date.now() + 24 * 3600_000);
    const { status, json } = await shop.post(path, form({ url: `/stashes/${id}` }));
    expect([status, json.data.message]).toEqual([404, `No entity of type Stash was found with id ${id}.`]);
    await shop.restart();
    expect(shop.kept().files.filter((file) => file.startsWith('uploads'))).toEqual([]);
  });

  test('has no place when the customer has too many', async () => {
    const stash = { id: 'full', customerId: shop.customerId, bytes: 2 * 1024 ** 3, expiresAt: Date.now() + 5000 };
    const before = shop.kept();
    await shop.store.addStash(stash, Number.MAX_SAFE_INTEGER);
    const answer = await shop.post('/stashes', form({ file: await picture() }));
    await shop.store.removeStash('full');
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '2']);
    expect(shop.kept()).toEqual(before);
  });
});

/** A PNG that says it is so large, in few bytes. */
function bomb(side: number): Buffer {
  const chunk = (type: string, body: Buffer) => {
    const named = Buffer.concat([Buffer.from(type), body]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(body.length);
    sum.writeUInt32BE(crc32(named));
    return Buffer.concat([length, named, sum]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header.set([1, 0, 0, 0, 0], 8);
  const rows = deflateSync(Buffer.alloc(Math.ceil(side / 8 + 1) * Math.min(side, 2000)));
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', rows),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

describe('refused, with nothing left behind:', () => {
  const INVALID = thrown('Invalid media file type.');
  const SVG = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>');
  const HTML = Buffer.from('<!doctype html><script>alert(1)</script>');
  const ZIP = Buffer.from('PK\x03\x04\x14\x00\x00\x00\x08\x00', 'latin1');

  const badFiles: [
    what: string,
    file: () => Uint8Array | Promise<Uint8Array>,
    status: number,
    message: string | RegExp,
    stashToo: boolean,
  ][] = [
    ['an SVG', () => SVG, 400, INVALID, true],
    ['an HTML file named .jpg', () => HTML, 400, INVALID, true],
    ['a zip', () => ZIP, 400, INVALID, true],
    ['an empty file', () => Buffer.alloc(0), 400, thrown('The file is empty.'), true],
    ['a file of 30 MB', () => Buffer.alloc(30 * 1024 * 1024, JPEG), 413, thrown('The file has more than 25 MB.'), true],
    [
      'a decompression bomb',
      () => bomb(12_000),
      400,
      thrown('The picture has 12000x12000 pixels; at most 50 million pixels are taken.'),
      false,
    ],
    [
      'a larger bomb',
      () => bomb(60_000),
      400,
      thrown('The picture is 60000x60000; at most 16383 pixels a side are taken.'),
      false,
    ],
    [
      'a JPEG that is cut off',
      () => JPEG,
      400,
      /^An error was thrown while uploading the file: 'The JPEG picture is damaged/,
      false,
    ],
    [
      'HTML behind the signature of a JPEG',
      () => Buffer.concat([JPEG, HTML]),
      400,
      /^An error was thrown while uploading the file: '/,
      false,
    ],
    [
      'a QuickTime movie',
      () => Buffer.from('\x00\x00\x00\x14ftypqt  \x00\x00\x00\x00qt  ', 'latin1'),
      400,
      INVALID,
      true,
    ],
  ];
  for (const [what, file, status, message, stashToo] of badFiles) {
    const endpoints = stashToo ? [UPLOAD, STASH] : [UPLOAD];
    test(what, shows(Object.fromEntries(endpoints.map((endpoint) => [endpoint, ['file']]))), async () => {
      const before = shop.kept();
      const bytes = await file();
      for (const endpoint of stashToo ? [path, '/stashes'] : [path]) {
        const answer = await shop.post(endpoint, form({ file: { bytes, name: 'photo.jpg' } }));
        expect([answer.status, answer.json.metadata.code]).toEqual([status, status]);
        if (typeof message === 'string') expect(answer.json.data.message).toBe(message);
        else expect(answer.json.data.message).toMatch(message);
        expect(shop.kept()).toEqual(before);
      }
    });
  }

  const wrong = (parameter: string, value: string, expected: string) =>
    `The parameter "${parameter}" received an invalid value "${value}", expected was "${expected}".`;
  type Fields = Parameters<typeof form>[0];
  const badFields: [
    what: string,
    fields: (file: Uint8Array) => Fields,
    status: number,
    message: () => string,
    parameters: string[],
  ][] = [
    ['neither file nor url', () => ({ caption: 'x' }), 400, () => 'The parameter "file" is missing.', ['file', 'url']],
    [
      'both file and url',
      (file) => ({ file, url: '/stashes/x' }),
      400,
      () => wrong('url', '/stashes/x', 'nothing, since there is a file'),
      ['file', 'url'],
    ],
    [
      'a url of somebody else',
      () => ({ url: 'https://evil.example/a.jpg' }),
      400,
      () => wrong('url', 'https://evil.example/a.jpg', 'the URL of a stash, as /stashes/{stash_id}'),
      ['url'],
    ],
    [
      'a url of this machine',
      () => ({ url: 'file:///etc/passwd' }),
      400,
      () => wrong('url', 'file:///etc/passwd', 'the URL of a stash, as /stashes/{stash_id}'),
      ['url'],
    ],
    [
      'a url that leaves the folder',
      () => ({ url: '/stashes/..%2f..%2fcontent.db' }),
      400,
      () => wrong('url', '/stashes/..%2f..%2fcontent.db', 'the URL of a stash, as /stashes/{stash_id}'),
      ['url'],
    ],
    [
      'a stash that nobody made',
      () => ({ url: '/stashes/abc' }),
      404,
      () => 'No entity of type Stash was found with id abc.',
      ['url'],
    ],
    [
      'a caption that is too long',
      (file) => ({ file, caption: 'é'.repeat(5001) }),
      400,
      () => wrong('caption', 'é'.repeat(200), 'at most 5000 characters'),
      ['caption'],
    ],
    [
      'a caption larger than any field',
      (file) => ({ file, caption: 'x'.repeat(100_000) }),
      400,
      () => wrong('caption', 'x'.repeat(200), 'at most 65536 bytes'),
      ['caption'],
    ],
    [
      'a latitude alone',
      (file) => ({ file, latitude: '1' }),
      400,
      () => 'The parameter "longitude" is missing.',
      ['latitude', 'longitude'],
    ],
    [
      'a longitude alone',
      (file) => ({ file, longitude: '1' }),
      400,
      () => 'The parameter "latitude" is missing.',
      ['latitude', 'longitude'],
    ],
    [
      'a latitude beyond the pole',
      (file) => ({ file, latitude: '90.1', longitude: '0' }),
      400,
      () => wrong('latitude', '90.1', 'at most 90'),
      ['latitude'],
    ],
    [
      'a longitude beyond the date line',
      (file) => ({ file, latitude: '0', longitude: '-181' }),
      400,
      () => wrong('longitude', '-181', 'at least -180'),
      ['longitude'],
    ],
    [
      'a latitude in words',
      (file) => ({ file, latitude: 'north', longitude: '0' }),
      400,
      () => 'The parameter "latitude" received an invalid type string, expected was number.',
      ['latitude'],
    ],
    [
      'a URI of no stream',
      (file) => ({ file, stream_uri: '/categories/1' }),
      400,
      () => wrong('stream_uri', '/categories/1', 'the URI of a stream, as /streams/{stream_id}'),
      ['stream_uri'],
    ],
    [
      'a discontinued stream',
      (file) => ({ file, stream_uri: `/streams/${gone}` }),
      404,
      () => `The requested entity Stream with the id "${gone}" is inactive.`,
      ['stream_uri'],
    ],
    [
      'an unknown stream',
      (file) => ({ file, stream_uri: '/streams/999' }),
      404,
      () => 'No entity of type Stream was found with id 999.',
      ['stream_uri'],
    ],
    [
      'another’s stream',
      (file) => ({ file, stream_uri: `/streams/${shop.foreign.stream}` }),
      403,
      () => NOT_ALLOWED,
      ['stream_uri'],
    ],
    [
      'a poster of a picture',
      (file) => ({ file, poster: file }),
      400,
      () => thrown('A picture has no poster.'),
      ['poster'],
    ],
    ['a poster that is none', () => ({ file: video(), poster: HTML }), 400, () => INVALID, ['poster']],
  ];
  for (const [what, fields, status, message, parameters] of badFields) {
    test(what, shows({ [UPLOAD]: parameters }), async () => {
      const before = shop.kept();
      const answer = await shop.post(path, form(fields(await picture())));
      expect([answer.status, answer.json.data.message]).toEqual([status, message()]);
      expect(shop.kept()).toEqual(before);
    });
  }

  test('a HEIC picture, with what to do about it', shows({ [UPLOAD]: ['file'] }), async () => {
    const heic = Buffer.from('\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic', 'latin1');
    const { json } = await shop.post(path, form({ file: heic }));
    expect(json.data).toEqual({
      message: INVALID,
      detail: 'This is a HEIC picture, which browsers do not show. Export it as JPEG.',
    });
  });

  test('two files', shows({ [UPLOAD]: ['file'], [STASH]: ['file'] }), async () => {
    const before = shop.kept();
    for (const endpoint of [path, '/stashes']) {
      const body = form({ file: await picture() });
      body.append('file', new Blob([Buffer.from(await picture())]), 'second.png');
      const { status, json } = await shop.post(endpoint, body);
      expect([status, json.data.message]).toEqual([
        400,
        'The parameter "file" received an invalid type array, expected was file.',
      ]);
      expect(shop.kept()).toEqual(before);
    }
  });

  test('no file to stash, nor the field of a form where none was chosen', shows({ [STASH]: ['file'] }), async () => {
    const unchosen = multipart([
      ['Content-Disposition: form-data; name="file"; filename=""\r\nContent-Type: application/octet-stream', ''],
    ]);
    const asked = [
      shop.post('/stashes', form({ other: 'x' })),
      shop.post('/stashes', unchosen, MULTIPART),
      shop.post('/stashes'),
    ];
    for (const { status, json } of await Promise.all(asked))
      expect([status, json.data.message]).toEqual([400, 'The parameter "file" is missing.']);
  });

  test('a text where a file belongs', shows({ [UPLOAD]: ['file'] }), async () => {
    const { json } = await shop.post(path, new URLSearchParams({ file: '/etc/passwd' }));
    expect(json.data.message).toBe('The parameter "file" is missing.');
  });

  test('a caption that is not UTF-8', shows({ [UPLOAD]: ['caption'] }), async () => {
    const words = 'There were an issue trying to identify the charset of the parameter "caption".';
    const part = multipart([['Content-Disposition: form-data; name="caption"', Buffer.from([0xff, 0xfe])]]);
    const answers = [
      await shop.post(path, part, MULTIPART),
      await shop.post(path, 'caption=%ff%fe', { 'content-type': 'application/x-www-form-urlencoded' }),
      await shop.post(`${path}?caption=%ff%fe`),
    ];
    expect(answers.map(({ json }) => json.data.message)).toEqual([words, words, words]);
  });

  test('NUL in a text', shows({ [UPLOAD]: ['caption', 'stream_uri'] }), async () => {
    for (const name of ['caption', 'stream_uri']) {
      const { status, json } = await shop.post(path, form({ [name]: 'a\0b', file: await picture() }));
      expect([status, json.data.message]).toEqual([
        400,
        `There were an issue trying to identify the charset of the parameter "${name}".`,
      ]);
    }
  });

  test('another content type, and a form that is none', shows({ [UPLOAD]: ['file'] }), async () => {
    const json = await shop.post(path, '{}', { 'content-type': 'application/json' });
    expect([json.status, json.json.data.message]).toEqual([
      415,
      'Send a form: multipart/form-data or application/x-www-form-urlencoded.',
    ]);
    for (const [body, headers] of [
      ['--x', MULTIPART],
      ['--x', { 'content-type': 'multipart/form-data' }],
    ] as const) {
      const answer = await shop.post(path, body, headers);
      expect([answer.status, answer.json.data.message]).toEqual([
        400,
        expect.stringMatching(/^The form cannot be read: /),
      ]);
    }
  });

  test('users that are none, or not ours', shows({ [UPLOAD]: ['user_id', 'wrap_responses'] }), async () => {
    const before = shop.kept();
    const post = async (user: string | number) => shop.post(`/users/${user}/media`, form({ file: await picture() }));
    expect((await post('abc')).json.data.message).toBe(
      'The parameter "user_id" received an invalid type string, expected was integer.',
    );
    const unknown = await post(999);
    expect([unknown.status, unknown.json.data.message]).toEqual([404, 'No entity of type User was found with id 999.']);
    const another = await post(shop.foreign.user);
    expect([another.status, another.json.data.message]).toEqual([403, NOT_ALLOWED]);
    const wrapped = await shop.post('/users/999/media?wrap_responses=1', form({ file: await picture() }));
    expect([wrapped.status, wrapped.json.metadata.code]).toEqual([200, 404]);
    expect(shop.kept()).toEqual(before);
  });

  test('nobody’s', shows({ [UPLOAD]: ['auth_token'], [STASH]: ['auth_token'] }), async () => {
    const before = shop.kept();
    for (const endpoint of [path, '/stashes']) {
      const { status, json } = await shop.post(`${endpoint}?auth_token=nobody`, form({ file: await picture() }));
      expect([status, json.data.message]).toEqual([401, 'Invalid Credentials.']);
    }
    expect(shop.kept()).toEqual(before);
  });

  test('a 404 alone is wrapped', shows({ [STASH]: ['wrap_responses'] }), async () => {
    expect((await shop.post('/stashes?wrap_responses=1', form({ file: HTML }))).status).toBe(400);
  });

  test('an upload that is cut off half-way', shows({ [UPLOAD]: ['file'], [STASH]: ['file'] }), async () => {
    const before = shop.kept();
    const whole = multipart([
      ['Content-Disposition: form-data; name="file"; filename="a.jpg"', Buffer.alloc(2_000_000, JPEG)],
    ]);
    for (const endpoint of [path, '/stashes']) {
      const hangUp = beginUpload(`${shop.url}${endpoint}?auth_token=public-token`, whole.subarray(0, 1_000_000));
      await expect.poll(shop.arriving, PATIENT).toHaveLength(1);
      hangUp();
      await expect.poll(() => shop.kept(), PATIENT).toEqual(before);
    }
  });

  test('a form that ends in the midst of a file', shows({ [UPLOAD]: ['file'] }), async () => {
    const before = shop.kept();
    const whole = multipart([['Content-Disposition: form-data; name="file"; filename="a.png"', await picture()]]);
    const answer = await shop.post(path, whole.subarray(0, whole.length - 60), MULTIPART);
    expect([answer.status, answer.json.data.message]).toEqual([
      400,
      expect.stringMatching(/^The form cannot be read: /),
    ]);
    expect(shop.kept()).toEqual(before);
  });
});

test('an upload that never ends is cut off, and leaves nothing', shows({ [UPLOAD]: ['file'] }), async () => {
  const slow = await openUploadShop({ requestTimeout: 300 });
  const before = slow.kept();
  const head = multipart([
    ['Content-Disposition: form-data; name="file"; filename="a.jpg"', Buffer.alloc(100_000, 0xff)],
  ]);
  const { hostname, port } = new URL(slow.url);
  const socket = connect(Number(port), hostname);
  const answered = text(socket);
  socket.write(`POST /users/${slow.userId}/media?auth_token=public-token HTTP/1.1\r\nHost: a\r\n`);
  socket.write(`Content-Type: ${MULTIPART['content-type']}\r\nContent-Length: 1000000\r\n\r\n`);
  socket.write(head.subarray(0, 90_000));
  await expect.poll(slow.arriving, PATIENT).toHaveLength(1);
  expect(await answered).toMatch(/^HTTP\/1\.1 408 /);
  await expect.poll(() => slow.kept(), PATIENT).toEqual(before);
  await slow.close();
});

test('whatever is sent, the answer is this API’s and never our mistake', async () => {
  const before = shop.kept();
  const name = fc.constantFrom(
    'file',
    'poster',
    'url',
    'caption',
    'stream_uri',
    'latitude',
    'longitude',
    'email',
    '__proto__',
    '',
  );
  const value = fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc.string({ unit: 'binary' }),
    fc.constantFrom('/stashes/x', '/streams/1', '1', '-1e999', '\0', '\uffff', '--vitrine-boundary', '\r\n\r\n'),
  );
  const header = fc.constantFrom(
    '',
    '; filename="a.jpg"',
    '; filename=""',
    '\r\nContent-Type: application/json',
    '\r\nX',
  );
  const parts = fc.array(fc.tuple(name, header, value), { maxLength: 5 });
  const target = fc.constantFrom(
    path,
    '/stashes',
    '/users',
    '/media/1/reports',
    '/users/999/media',
    '/media/x/reports/',
  );
  const type = fc.constantFrom(
    ...Object.values(MULTIPART),
    'application/x-www-form-urlencoded',
    'multipart/form-data',
    'text/plain',
    '',
  );
  await fc.assert(
    fc.asyncProperty(parts, target, type, fc.nat(400), async (parts, target, type, cut) => {
      const whole = multipart(
        parts.map(([name, more, value]) => [`Content-Disposition: form-data; name="${name}"${more}`, value]),
      );
      const body = cut % 3 === 0 ? whole.subarray(0, cut) : whole;
      const { status, json } = await shop.post(target, body, type ? { 'content-type': type } : {});
      expect(status).toBeLessThan(500);
      expect(json.metadata.code).toBe(status);
    }),
    { numRuns: 300 },
  );
  expect(shop.kept().files).toEqual(before.files);
});

test('slow files keep nobody from reporting', shows({ [UPLOAD]: ['file'] }), async () => {
  const beginning = multipart([['Content-Disposition: form-data; name="file"; filename="a.jpg"', JPEG]]);
  const hangUp = Array.from({ length: MAX_ARRIVING }, () =>
    beginUpload(`${shop.url}${path}?auth_token=public-token`, beginning.subarray(0, -20)),
  );
  await expect.poll(shop.arriving, PATIENT).toHaveLength(MAX_ARRIVING);
  const refused = await shop.post(path, form({ file: await picture() }));
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '2']);
  expect((await shop.post('/users', form({ email: 'patient@example.com' }))).status).toBe(200);
  for (const end of hangUp) end();
  await expect.poll(shop.arriving, PATIENT).toEqual([]);
});

test('a folder that is not there any more is told in this API’s words, and to the log', async () => {
  const incoming = join(shop.data, 'uploads', 'incoming');
  rmSync(incoming, { recursive: true });
  writeFileSync(incoming, '');
  for (const endpoint of [path, '/stashes']) {
    const { status, json } = await shop.post(endpoint, form({ file: await picture() }));
    expect([status, json.data]).toEqual([500, { message: 'Our mistake.' }]);
  }
  rmSync(incoming);
  await shop.restart();
  expect((await shop.post(path, form({ file: await picture() }))).status).toBe(200);
});

describe('what a crash leaves', () => {
  test('is the beginning of a file in a folder that the next start empties', async () => {
    const before = shop.kept();
    const [open, plugin] = ['../../store/content/open.ts', '../plugin.ts'].map(
      (file) => new URL(file, import.meta.url),
    );
    const script = `
      import fastify from 'fastify';
      const { openContentStore } = await import('${open}');
      const { contentPlugin } = await import('${plugin}');
      const data = ${JSON.stringify(shop.data)};
      const app = fastify();
      await app.register(contentPlugin, { store: await openContentStore(data), data });
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
    const [hash, known] = ['ab'.repeat(32), (await shop.store.media([1]))[0]?.hash ?? 'f'.repeat(64)];
    const crashed = join(shop.data, 'uploads', 'incoming', 'request-crashed');
    for (const folder of [join(crashed, '.part-x'), hashFolder(mediaFolder(shop.data), hash)]) {
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'original.jpg'), 'half');
    }
    writeFileSync(join(crashed, 'file'), 'half');
    for (const name of [hash, known]) writeFileSync(join(crashed, '..', `placing-${name}`), '');
    writeFileSync(join(shop.data, 'uploads', 'stashes', 'orphan'), 'x');
    await shop.restart();
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
      const asked = await fetch(`${shop.url}${url}`, { method: 'OPTIONS', headers: { origin: origin as string } });
      expect(asked.status).toBe(403);
    }
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
    expect(json.data.message).toBe('The service is busy with other uploads; come again in a few seconds.');
  }
  expect(shop.kept().rows.media).toBe((before.rows.media as number) + 20 - refused.length);
});
