import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ContentClient, createContentClient, VitrineError } from '../../src/content/client/content.ts';
import { fetchMedia } from '../../src/content/media/first-page.ts';
import { productsOf } from '../../src/content/media/products.ts';
import type { ShownMedia } from '../../src/content/media/shown-media.ts';
import { type Answering, startAnswering } from '../../tools/testing/answering.ts';
import { type Furnished, INSTANCE, openFurnishedShop, PUBLIC } from './testing/shop.ts';

/** Real answers, damaged in one place: what the client makes of them is whole, or an error that names the field. */
let shop: Furnished;
let service: Answering;
let client: ContentClient;
/** The path whose answer is damaged, and how; every other is answered as it is. */
let damage: { path: string; body: string } | undefined;

beforeAll(async () => {
  shop = await openFurnishedShop();
  service = await startAnswering(async ({ method, url, headers: { host } }) => {
    if (damage && url.startsWith(damage.path)) return { body: damage.body };
    const answer = await shop.app.inject({ method: method as 'GET', url, headers: { host } });
    return { status: answer.statusCode, body: answer.body };
  });
  client = createContentClient({ api: service.url, key: PUBLIC });
});
afterAll(async () => {
  await service.close();
  await shop.close();
});

async function allOf<T>(pages: AsyncIterable<T[]>): Promise<T[]> {
  const all: T[] = [];
  for await (const page of pages) all.push(...page);
  return all;
}
/** What an element has of it. What it is of may be another, where a widget's type is damaged. */
async function elements(source: Parameters<typeof fetchMedia>[1]) {
  const { media } = await fetchMedia({ base: service.url, key: PUBLIC }, source, {});
  return media.map(({ streams, ...shown }, at) => ({ ...shown, products: productsOf(media[at] as ShownMedia, 'en') }));
}

const READS: [path: string, read: (shop: Furnished) => Promise<unknown>][] = [
  ['/?', () => client.getCustomer()],
  ['/customers/ID', ({ customerId }) => client.getCustomer(customerId)],
  ['/media/', ({ ids }) => client.getMedia(ids.media)],
  ['/customers/ID/media', ({ customerId }) => allOf(client.mediaOfCustomer({ customer: customerId }))],
  ['/streams/', ({ ids }) => client.getStream(ids.stream)],
  ['/streams/media/', () => allOf(client.mediaOfStream({ key: 'p/1 ü' }))],
  ['/customers/ID/streams', ({ customerId }) => allOf(client.streamsOfCustomer({ customer: customerId }))],
  ['/media/', ({ ids }) => client.streamsOfMedia(ids.media)],
  ['/categories/', ({ ids }) => client.getCategory(ids.category)],
  ['/customers/ID/categories', ({ customerId }) => allOf(client.categoriesOfCustomer({ customer: customerId }))],
  ['/users/', ({ userId }) => client.getUser(userId)],
  ['/widgets/', () => client.getWidget(INSTANCE)],
  ['/customers/ID/widgets', ({ customerId }) => allOf(client.widgetsOfCustomer({ customer: customerId }))],
  ['/widgets/settings/', ({ ids }) => client.getStyle(ids.style)],
  ['/customers/ID/widgets/settings', ({ customerId }) => allOf(client.stylesOfCustomer({ customer: customerId }))],
  ['/streams/', ({ ids }) => elements({ kind: 'stream', id: `${ids.stream}` })],
  ['/streams/media/', () => elements({ kind: 'streamKey', id: 'p/1 ü' })],
  ['/widgets/', () => elements({ kind: 'instance', id: INSTANCE })],
  ['/?', () => elements({ kind: 'best', id: '' })],
];

describe('an answer that is damaged', () => {
  test.each(READS)('at %s is read whole, or refused by the name of the field', async (somewhere, read) => {
    const path = somewhere.replace('ID', `${shop.customerId}`);
    damage = undefined;
    service.asked.length = 0;
    const whole = await read(shop);
    const url = service.asked.find((asked) => asked.url.startsWith(path))?.url ?? '';
    const answer = await (await fetch(service.url + url)).json();

    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.option(ANYTHING, { nil: undefined }), async (seed, value) => {
        damage = { path, body: damaged(answer, seed, value) };
        try {
          expectLike(await read(shop), whole);
        } catch (error) {
          if (!(error instanceof VitrineError)) throw error;
          // A damaged link may be a link, to where nothing is.
          if (error.code === 'malformed') expect(error.message).toMatch(/^data[\w.:[\]]*: \S/);
        }
      }),
      { numRuns: 150 },
    );
  });
});

/** Also what no object of ours has: keys that the language asks for by itself, and halves of characters. */
const ANYTHING = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom('', '7', 7, -1, 1e300, true, '{id}', '\ud800', '//[', 'javascript:alert(1)'),
  fc.constantFrom({ toString: 1, valueOf: 1 }, { toJSON: 1 }, [], [null], [[]], {}, { id: null }, { href: {} }),
);

/** The answer with one of its values, anywhere in it, replaced; without it where there is no other value. */
function damaged(answer: unknown, seed: number, value: unknown): string {
  let places = 0;
  JSON.stringify(answer, (_, inside) => {
    places++;
    return inside;
  });
  let at = 0;
  return JSON.stringify(answer, (_, inside) => (at++ === seed % places ? value : inside)) ?? 'null';
}

/** What may be missing of something whole. */
const OPTIONAL = new Set(
  [
    'url',
    'image',
    'video',
    'location',
    'shareUrl',
    'uploaderId',
    'status',
    'type',
    'sorting',
    'customer',
    'style',
  ].concat(['stream', 'category', 'avatar', 'mobile', 'original', 'square', 'thumbnail', 'connections', 'settings']),
);

/** Has every key that the other has, with a value of its type. */
function expectLike(got: unknown, whole: unknown, name = 'it'): void {
  if (OPTIONAL.has(name) && got === undefined) return;
  if (Array.isArray(whole)) {
    expect(got, name).toBeInstanceOf(Array);
    for (const entry of got as unknown[]) if (whole.length) expectLike(entry, whole[0], `one of ${name}`);
  } else if (typeof whole === 'object' && whole && name !== 'settings' && name !== 'connections') {
    for (const [key, value] of Object.entries(whole))
      if (value !== undefined) expectLike((got as Record<string, unknown>)[key], value, key);
  } else {
    expect(typeof got, name).toBe(typeof whole);
    if (typeof whole === 'number') expect(got).toSatisfy(Number.isFinite);
  }
}
