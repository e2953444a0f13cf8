import { crc32, deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { heicOf } from '../../media/testing/heic.ts';
import { CONTENT_FILE } from '../../store/database-files.ts';
import { PRIVATE } from '../testing/shop.ts';
import { shows } from '../testing/shows.ts';
import {
  beginUpload,
  form,
  MULTIPART,
  multipart,
  openUploadShop,
  picture,
  type UploadShop,
  video,
} from './testing/upload-shop.ts';

/** What is no upload, and that nothing of it stays. */

const UPLOAD = 'POST /users/{user_id}/media';
const STASH = 'POST /stashes';

let shop: UploadShop;
let path: string;
let gone: number;
beforeAll(async () => {
  shop = await openUploadShop();
  gone = (await shop.contentStore.upsertStream(shop.customerId, { key: 'gone', name: 'G', status: 'discontinued' })).id;
  path = shop.uploadPath;
});
afterAll(() => shop.close());

/** For what another process or a socket does in its own time. */
const PATIENT = { timeout: 10_000 };

/** The words of the specification for what is wrong with a file. */
const thrown = (reason: string) => `An error was thrown while uploading the file: '${reason}'`;

const JPEG = Buffer.from('\xff\xd8\xff\xe0\x00\x10JFIF', 'latin1');

const NOT_ALLOWED = 'The authenticated customer is not allowed to access the selected resource.';

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
      () => bomb(15_000),
      400,
      thrown('The picture has 15000x15000 pixels; at most 200 million pixels are accepted.'),
      false,
    ],
    [
      'a larger bomb',
      () => bomb(70_000),
      400,
      thrown('The picture is 70000x70000; at most 65535 pixels a side are accepted.'),
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
      false,
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
      () => ({ url: `/stashes/..%2f..%2f${CONTENT_FILE}` }),
      400,
      () => wrong('url', `/stashes/..%2f..%2f${CONTENT_FILE}`, 'the URL of a stash, as /stashes/{stash_id}'),
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
    const { json } = await shop.post(path, form({ file: heicOf(256) }));
    expect(json.data).toEqual({
      message: INVALID,
      detail: 'This is a HEIC picture, which this service cannot read. Export it as JPEG.',
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
    for (const [type, body] of [
      ['application/json', '[]'],
      ['text/plain', 'caption=x'],
      ['image/jpeg', 'x'.repeat(100_000)],
      ['', 'x'],
    ] as const) {
      const answer = await shop.post(path, new Blob([body]), type ? { 'content-type': type } : {});
      expect([type, answer.status, answer.json.data.message]).toEqual([
        ...[type, 415],
        'Send a form, multipart/form-data or application/x-www-form-urlencoded, or a JSON object.',
      ]);
    }
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
    const post = async (user: string | number) =>
      shop.post(`/users/${user}/media?auth_token=${PRIVATE}`, form({ file: await picture() }));
    expect((await post('abc')).json.data.message).toBe(
      'The parameter "user_id" received an invalid type string, expected was integer.',
    );
    const unknown = await post(999);
    expect([unknown.status, unknown.json.data.message]).toEqual([404, 'No entity of type User was found with id 999.']);
    const another = await post(shop.foreign.user);
    expect([another.status, another.json.data.message]).toEqual([403, NOT_ALLOWED]);
    const wrapped = await shop.post(
      `/users/999/media?wrap_responses=1&auth_token=${PRIVATE}`,
      form({ file: await picture() }),
    );
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
