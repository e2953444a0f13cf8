import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { shows } from '../testing/shows.ts';
import { beginsJson, readJsonFields } from './json-fields.ts';
import { MAX_FIELD_BYTES } from './limits.ts';
import { form, openUploadShop, picture, type UploadShop } from './testing/upload-shop.ts';

const read = (text: string) => readJsonFields(Buffer.from(text), () => true);

describe('the fields of a JSON object', () => {
  test('are those of a form with the same values', () => {
    const value = fc.oneof(fc.string({ unit: 'grapheme' }), fc.double({ noNaN: true }), fc.boolean());
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'grapheme' }), value), fc.nat(3), (fields, indent) => {
        const finite = Object.fromEntries(Object.entries(fields).filter(([, one]) => Math.abs(Number(one)) !== 1 / 0));
        const text = JSON.stringify(finite, null, indent);
        expect(beginsJson(Buffer.from(`\ufeff \r\n\t${text}`))).toBe(true);
        expect(read(text)).toEqual(Object.entries(finite).map(([name, one]) => [name, String(one)]));
      }),
    );
  });

  test('null says nothing, and what is not known may be anything', () => {
    expect(read('{"a":null,"b":""}')).toEqual([
      ['a', ''],
      ['b', ''],
    ]);
    const known = (name: string) => name === 'email';
    expect(readJsonFields(Buffer.from('{"__proto__":{"email":"x"},"more":[1],"email":"a@b"}'), known)).toEqual([
      ['email', 'a@b'],
    ]);
  });

  test('half of a character is none', () => {
    expect(read('{"a":"\\ud83d"}')).toEqual([['a', undefined]]);
  });

  test.each([
    ['{', 'The body begins with "{" and is not JSON'],
    ['{"a":1}}', 'The body begins with "{" and is not JSON'],
    ['{a:1}', 'The body begins with "{" and is not JSON'],
    ['{"a":[1]}', 'The parameter "a" received an invalid type array, expected was string.'],
    ['{"a":{}}', 'The parameter "a" received an invalid type object, expected was string.'],
  ])('%s is refused', (text, message) => {
    expect(() => read(text)).toThrow(message);
  });

  test('bytes that are not UTF-8 are refused', () => {
    expect(() => readJsonFields(Buffer.from([0x7b, 0xff, 0x7d]), () => true)).toThrow('The body is not UTF-8.');
  });

  test.each(['', ' ', 'email=a', '[{}]', '"{"', '--b\r\n'])('what begins like %j is no JSON object', (text) => {
    expect(beginsJson(Buffer.from(text))).toBe(false);
  });
});

describe('a body that begins with "{"', () => {
  let shop: UploadShop;
  beforeAll(async () => {
    shop = await openUploadShop();
  });
  afterAll(() => shop.close());

  const TYPES = ['application/json', 'text/plain;charset=UTF-8', 'application/x-www-form-urlencoded', 'x/y', undefined];
  const post = (path: string, body: object | string, type: string | undefined) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    // `fetch` gives a text a type of its own, and bytes none.
    return shop.post(path, new Blob([text]), type === undefined ? {} : { 'content-type': type });
  };

  test.each(TYPES)(
    'is a user under %s',
    shows({ 'POST /users': ['email', 'screen_name', 'avatar_url'] }),
    async (type) => {
      const fields = {
        email: 'mila@example.com',
        screen_name: 'Mila & Söhne ✓',
        avatar_url: 'https://example.com/?a=1&b',
      };
      const { status, json } = await post('/users', fields, type);
      expect(status).toBe(200);
      expect(json.data).toMatchObject({ name: 'Mila & Söhne ✓', avatar_url: 'https://example.com/?a=1&b' });
    },
  );

  test.each(TYPES)(
    'is an upload of a stash under %s',
    shows({ 'POST /users/{user_id}/media': ['url', 'caption', 'latitude', 'longitude'] }),
    async (type) => {
      const stash = await shop.post('/stashes', form({ file: await picture() }));
      const { href } = stash.json.data._links.self;
      const media = { url: href, caption: '{"a":1}', latitude: 43.3, longitude: -2 };
      const { status, json } = await post(shop.uploadPath, media, type);
      expect([status, json.data.caption, json.data.location]).toEqual([
        ...[200, '{"a":1}'],
        { latitude: 43.3, longitude: -2 },
      ]);
    },
  );

  test('is a report', shows({ 'POST /media/{media_id}/reports': ['email', 'reason'] }), async () => {
    const { json } = await shop.post(shop.uploadPath, form({ file: await picture() }));
    const report = { email: 'sam@example.com', reason: 'Mine' };
    expect((await post(`/media/${json.data.id}/reports`, report, 'text/plain')).status).toBe(201);
  });

  test.each<[string, object | string, number, string]>([
    ['not JSON', '{"email":', 400, 'The body begins with "{" and is not JSON'],
    ['a list for a text', { email: ['a@b.example'] }, 400, '"email" received an invalid type array'],
    ['NUL', { email: 'a@b.example', screen_name: 'a\0b' }, 400, 'the charset of the parameter "screen_name"'],
    ['too long', { email: 'a@b.example', more: 'x'.repeat(MAX_FIELD_BYTES) }, 413, 'too large'],
  ])('is refused with %s, and nothing is kept', async (_, body, status, message) => {
    const before = shop.kept();
    for (const type of TYPES) {
      const answer = await post('/users', body, type);
      expect([type, answer.status, answer.json.data.message]).toEqual([
        ...[type, status, expect.stringContaining(message)],
      ]);
    }
    expect(shop.kept()).toEqual(before);
  });

  test('has no number without end', async () => {
    const stash = await shop.post('/stashes', form({ file: await picture() }));
    const body = `{"url":"/stashes/${stash.json.data.id}","latitude":1e999,"longitude":1}`;
    const { status, json } = await post(shop.uploadPath, body, 'text/plain');
    expect([status, json.data.message]).toEqual([400, expect.stringContaining('expected was "at most 90"')]);
  });

  test('holds no file', async () => {
    const { status, json } = await post(shop.uploadPath, { file: 'a.jpg' }, 'application/json');
    expect([status, json.data.message]).toEqual([400, 'The parameter "file" is missing.']);
  });
});
