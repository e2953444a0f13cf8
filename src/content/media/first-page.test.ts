import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startFixture } from '../../../tools/testing/content-api.ts';
import type { Source } from '../address.ts';
import { type Logged, stream } from '../testing/answers.ts';
import { webUrl } from '../url.ts';
import { fetchMedia } from './first-page.ts';
import { productsOf } from './products.ts';

let fixture: Awaited<ReturnType<typeof startFixture>>;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture.close());

let keys = 0;
function api(scenario: string) {
  return { base: `${fixture.url}/${scenario}`, key: `client-${++keys}` };
}
async function paths(key: string): Promise<string[]> {
  const log = (await (await fetch(`${fixture.url}/log?auth_token=${key}`)).json()) as Logged[];
  return log.map(
    ({ method, path }) => `${method} ${path.replace(/&?(auth_token|version|disable_embedded_categories)=[^&]*/g, '')}`,
  );
}
const failureOf = (scenario: string, source: Source = { kind: 'stream', id: '42' }) =>
  fetchMedia(api(scenario), source, {}).then(
    () => undefined,
    ({ code, status, message }) => ({ code, status, message }),
  );

describe('the first page of a source', () => {
  test.each<[Source, object, string[]]>([
    [{ kind: 'stream', id: '42' }, { kind: 'stream', id: '42' }, ['GET /streams/42/media/recent?']],
    [{ kind: 'streamKey', id: 'mug 42' }, { kind: 'stream', id: '42' }, ['GET /streams/media/recent?&tag_key=mug+42']],
    [{ kind: 'category', id: '7' }, { kind: 'category', id: '7' }, ['GET /categories/7/media/recent?']],
    [
      { kind: 'categoryKey', id: 'ceramics' },
      { kind: 'category', id: '7' },
      ['GET /categories/media/recent?&tag_key=ceramics'],
    ],
    [{ kind: 'best', id: '' }, { kind: 'best' }, ['GET /?', 'GET /customers/5/media/recent?']],
    [
      { kind: 'instance', id: 'w1' },
      { kind: 'stream', id: '42' },
      ['GET /widgets/w1?', 'GET /streams/42/media/rated?'],
    ],
    [{ kind: 'instance', id: 'best' }, { kind: 'best' }, ['GET /widgets/best?', 'GET /customers/5/media/rated?']],
  ])('%o has the scope %o in as few requests as can be', async (source, scope, requests) => {
    const where = api('shop');
    const page = await fetchMedia(where, source, {});
    expect(page.scope).toEqual(scope);
    expect(page.media.map(({ id }) => id)).toEqual(Array.from({ length: 12 }, (_, at) => String(101 + at)));
    expect(await paths(where.key)).toEqual(requests);
  });

  test('takes sorting and count, and the attribute wins over the instance', async () => {
    const where = api('shop');
    const { media } = await fetchMedia(where, { kind: 'instance', id: 'w1' }, { sorting: 'shuffled', count: 3 });
    expect(media).toHaveLength(3);
    expect(await paths(where.key)).toEqual(['GET /widgets/w1?', 'GET /streams/42/media/shuffled?&count=3']);
  });

  test('is asked for with the token and the version', async () => {
    const where = api('shop');
    await fetchMedia(where, { kind: 'stream', id: '42' }, {});
    const [logged] = (await (await fetch(`${fixture.url}/log?auth_token=${where.key}`)).json()) as Logged[];
    expect(logged?.path).toBe(
      `/streams/42/media/recent?auth_token=${where.key}&version=v2.2&disable_embedded_categories=1`,
    );
  });

  test('has media with absolute URLs, caption, uploader and products', async () => {
    const { media } = await fetchMedia(api('shop'), { kind: 'stream', id: '42' }, {});
    expect(media[2]).toMatchObject({
      id: '103',
      caption: 'Caption of 103',
      uploader: 'Ada Lovelace',
      video: `${fixture.url}/shop/images/film.mp4`,
      width: 1600,
      height: 900,
      images: { mobile: `${fixture.url}/shop/images/1600x900/103-mobile.svg` },
    });
    expect(media[0]?.video).toBeUndefined();
    expect(productsOf(media[0] as (typeof media)[number], 'en')).toEqual([
      { id: '42', name: 'Mug 42', price: '€18.00', url: 'https://shop.test/products/mug-42', image: undefined },
    ]);
  });
});

test.each([
  ['18.00', 'EUR', 'en', '€18.00'],
  ['18.00', 'EUR', 'de', '18,00\u00a0€'],
  ['18.00', '$', 'en', '$18.00'],
  ['from 18', 'EUR', 'en', 'from 18'],
  ['18.00', '', 'en', '18.00'],
])('a price of %s in %s is said in %s as %s', async (price, currency, locale, words) => {
  const { media } = await fetchMedia(api('shop'), { kind: 'stream', id: '42' }, {});
  const streams = { _embedded: { stream: [stream('h', '1', { product_info: { ...NO_INFO, price } })] } };
  const [product] = productsOf({ ...(media[0] as (typeof media)[number]), currency, streams }, locale);
  expect(product?.price).toBe(words);
});
const NO_INFO = { availability: null, stock: null, color: null };

describe('an answer that is no page of media', () => {
  test.each<[string, object]>([
    ['down', { code: 'network', status: undefined }],
    ['html', { code: 'malformed', status: 200 }],
    ['html404', { code: 'refused', status: 404, message: 'HTTP 404' }],
    ['failing', { code: 'refused', status: 500, message: 'Internal' }],
    ['refusing', { code: 'refused', status: 401, message: 'Invalid Credentials.' }],
    ['shapeless', { code: 'malformed', message: 'data._embedded.media: expected an array' }],
    ['nameless', { code: 'malformed', message: 'data._embedded.media[1].id: expected digits' }],
  ])('%s says %o', async (scenario, error) => {
    expect(await failureOf(scenario)).toMatchObject(error);
  });

  test('a stream that is not there is not_found, in the words of the API', async () => {
    expect(await failureOf('shop', { kind: 'streamKey', id: 'none' })).toEqual({
      code: 'not_found',
      status: 404,
      message: 'No entity of type Stream was found with id 1.',
    });
  });

  test('an aborted request says so, and hangs up', async () => {
    const where = api('silent');
    const controller = new AbortController();
    const asked = fetchMedia(where, { kind: 'stream', id: '42' }, { signal: controller.signal });
    await expect.poll(() => paths(where.key)).toHaveLength(1);
    controller.abort();
    await expect(asked).rejects.toMatchObject({ name: 'AbortError' });
    await expect
      .poll(async () => (await (await fetch(`${fixture.url}/log?auth_token=${where.key}`)).json())[0].aborted)
      .toBe(true);
  });
});

describe('an answer of a thousand media', () => {
  test.each([
    [undefined, 20],
    [7, 7],
    [50, 50],
    [51, 50],
    [1e9, 50],
    [0, 20],
    [-1, 20],
    [Number.NaN, 20],
  ])('asked for %d, %d of them are taken', async (count, expected) => {
    const { media } = await fetchMedia(api('endless'), { kind: 'stream', id: '42' }, { count });
    expect(media).toHaveLength(expected);
  });

  test('texts and lists of products are cut where they would end the page', async () => {
    const { media } = await fetchMedia(api('endless'), { kind: 'stream', id: '42' }, {});
    const [first] = media as [(typeof media)[number]];
    expect([first.caption.length, first.uploader.length]).toEqual([5000, 5000]);
    const products = productsOf(first, 'en');
    expect([products.length, products[0]?.name.length]).toEqual([50, 5000]);
  });
});

describe('what strangers wrote', () => {
  test('URLs of other schemes become nothing, texts stay texts', async () => {
    const { media } = await fetchMedia(api('hostile'), { kind: 'stream', id: '42' }, {});
    expect(media[0]?.caption).toContain('<script>');
    expect(media[1]?.video).toBeUndefined();
    expect(media[2]?.images.mobile).toBeUndefined();
    expect(productsOf(media[0] as (typeof media)[number], 'en').map(({ url }) => url)).toEqual([
      undefined,
      'https://shop.test/%22onclick=%22window.harmed=1',
      undefined,
    ]);
  });

  test('whatever it is given, webUrl gives an http(s) URL or nothing', () => {
    const scheme = fc.constantFrom(
      'javascript:',
      'data:',
      'blob:',
      'file:',
      'vbscript:',
      'http://',
      'https://',
      '//',
      '/',
      '',
    );
    fc.assert(
      fc.property(
        scheme,
        fc.string({ unit: 'binary' }),
        fc.constantFrom('', ' ', '\t', '\u0001'),
        (start, rest, lead) => {
          const url = webUrl(lead + start + rest, 'https://api.test/v2/');
          if (url !== undefined) expect(url).toMatch(/^https?:\/\/\S+$/);
        },
      ),
      { numRuns: 2000 },
    );
  });

  test.each([undefined, null, 42, {}, '', ' javascript:alert(1)', 'java\nscript:alert(1)'])('%o is no URL', (value) =>
    expect(webUrl(value, 'https://api.test')).toBeUndefined(),
  );
});
