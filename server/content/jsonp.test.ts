import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Furnished, ORIGIN, openFurnishedShop, PRIVATE, type Shop } from './testing/shop.ts';
import { shows } from './testing/shows.ts';

let shop: Furnished;
let get: Shop['get'];
beforeAll(async () => {
  shop = await openFurnishedShop();
  ({ get } = shop);
});
afterAll(() => shop.close());

const LIST = 'GET /customers/{customer_id}/media/{sorting_option}';
const list = (callback: string) =>
  `/customers/${shop.customerId}/media/recent?callback=${encodeURIComponent(callback)}`;

/** What a page's function is called with. */
function called(script: string): unknown {
  const answers: unknown[] = [];
  runInNewContext(script, { f: (answer: unknown) => answers.push(answer) });
  expect(answers).toHaveLength(1);
  return answers[0];
}

describe('a callback', () => {
  it('is called with the answer, whatever is in it', shows({ [LIST]: ['callback'] }), async () => {
    await shop.addMedia({ caption: '</script>\u2028\u2029*/ "\\ 👋' });
    const { body, headers } = await get(list('f'));
    expect(body.startsWith('/**/f({')).toBe(true);
    expect(headers).toMatchObject({
      'content-type': 'application/javascript; charset=utf-8',
      'x-content-type-options': 'nosniff',
      'cache-control': 'public, max-age=60, stale-while-revalidate=600',
    });
    expect(body).not.toMatch(/[\u2028\u2029]/);
    const plain = await get(`/customers/${shop.customerId}/media/recent`);
    const lasting = (answer: unknown) => JSON.stringify(answer).replaceAll(/page_key=[\w-]+/g, '');
    expect(lasting(called(body))).toBe(lasting(plain.json));
  });

  it.each(['f', '$', '_', 'jQuery110209_1', 'angular.callbacks._0', 'a.b.c', 'f'.repeat(128), 'iffy.functions'])(
    'may be %s',
    async (name) => {
      expect((await get(list(name))).body.startsWith(`/**/${name}({`)).toBe(true);
    },
  );

  it.each([
    ...['alert(1)', 'a b', 'a;b', '1a', 'a..b', '.a', 'a.', 'a[0]', 'a-b', '<script>', 'ключ', 'a\n', 'f//', '%FF'],
    ...['if', 'a.delete', 'true.x', 'null', 'eval', 'window.eval', '__proto__', 'a.__proto__.b', 'a.constructor'],
    'f'.repeat(129),
  ])('may not be %s', async (name) => {
    const { status, json, headers, body } = await get(list(name));
    expect([status, json.data.message]).toEqual([
      400,
      `The parameter "callback" received an invalid value "${name}", expected was "the name of a function".`,
    ]);
    expect([headers['content-type'], body[0]]).toEqual(['application/json; charset=utf-8', '{']);
  });

  it('is one, and not empty', async () => {
    expect((await get(list(''))).json.data.message).toBe('The parameter "callback" is missing.');
    expect((await get(`${list('f')}&callback=g`)).json.data.message).toBe(
      'The parameter "callback" received an invalid type array, expected was string.',
    );
  });

  it('never lets a sender write anything but a name before the answer', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), async (name) => {
        const { body } = await get(`/media/${shop.ids.media}?callback=${encodeURIComponent(name)}`);
        expect(body).toMatch(/^(?:\{|\/\*\*\/[\w$.]+\(\{)/);
      }),
      { numRuns: 100 },
    );
  });

  it('is for public tokens', async () => {
    const { status, json, headers } = await get(list('f'), { token: PRIVATE });
    expect([status, json.data.message]).toEqual([
      403,
      'The authenticated customer is not allowed to access the selected resource.',
    ]);
    expect(headers['content-type']).toMatch(/^application\/json/);
  });

  it.each([
    ['an unknown media', () => '/media/999999?callback=f', 404],
    ['an unknown media, wrapped', () => '/media/999999?callback=f&wrap_responses=1', 404],
    ['a wrong parameter', () => `${list('f')}&count=0`, 400],
    ['a stranger', () => '/?callback=f&auth_token=nobody', 401],
    ['another customer’s media', () => `/media/${shop.foreign.media}?callback=f`, 403],
  ])('hears of errors, since a script with another status is not run: %s', async (_, url, code) => {
    const { status, body, headers } = await get(url());
    expect([status, headers['content-type']]).toEqual([200, 'application/javascript; charset=utf-8']);
    expect(called(body)).toMatchObject({ metadata: { code }, data: { message: expect.any(String) } });
    if (!url().includes('wrap')) {
      expect([headers['cache-control'], headers.etag]).toEqual(['no-store', undefined]);
      const again = await get(url(), { headers: { 'if-none-match': '*' } });
      expect([again.status, again.body]).toEqual([200, body]);
    }
  });

  it('has an ETag of its own, and 304 for who has that script', async () => {
    const [json, f, g] = [
      await get(`/media/${shop.ids.media}`),
      await get(`/media/${shop.ids.media}?callback=f`),
      await get(`/media/${shop.ids.media}?callback=g`),
    ];
    const etags = [json, f, g].map(({ headers }) => String(headers.etag));
    expect(new Set(etags).size).toBe(3);
    const ask = (etag: string) => get(`/media/${shop.ids.media}?callback=f`, { headers: { 'if-none-match': etag } });
    expect((await ask(etags[1] as string)).status).toBe(304);
    for (const other of [etags[0], etags[2]]) expect((await ask(other as string)).status).toBe(200);
  });

  it('is compressed, and works from a page of a registered origin', async () => {
    const headers = { 'accept-encoding': 'gzip', origin: ORIGIN };
    const { status, headers: said } = await get(list('f'), { headers });
    expect([status, said['content-encoding'], said['access-control-allow-origin']]).toEqual([200, 'gzip', ORIGIN]);
  });

  it('is nothing to HEAD but the headers of its script', async () => {
    const url = `${list('f')}&auth_token=public-token`;
    const head = await shop.ask(url, { method: 'HEAD' });
    expect([head.status, head.body, head.headers['content-type']]).toEqual([
      200,
      '',
      'application/javascript; charset=utf-8',
    ]);
  });
});
