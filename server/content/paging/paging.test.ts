import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SORTINGS, type Sorting } from '../../../src/content/resources.ts';
import { DAY, openShop, type Shop } from '../testing/shop.ts';
import { shows } from '../testing/shows.ts';

let shop: Shop;
let streamId: number;
let categoryId: number;

beforeEach(async () => {
  shop = await openShop();
  ({ id: categoryId } = await shop.contentStore.upsertCategory(shop.customerId, { key: 'prints', name: 'Prints' }));
  ({ id: streamId } = await addStream('p1'));
});
afterEach(async () => {
  vi.useRealTimers();
  await shop.close();
});

function addStream(key: string, status: 'available' | 'unavailable' = 'available') {
  return shop.contentStore.upsertStream(shop.customerId, { key, name: key, status, categoryIds: [categoryId] });
}

async function addMany(count: number): Promise<number[]> {
  const ids: number[] = [];
  for (let i = 0; i < count; i++)
    ids.push(await shop.addMedia({ streams: [{ streamId, position: (i * 7) % 5 }], rights: i % 3 === 0 }));
  return ids;
}

/** Ids of every page from this one on, by `next` or by `prev`; `between` runs before each further page. */
async function follow(url: string, rel: 'next' | 'prev', between: () => Promise<unknown> = async () => {}) {
  const pages: string[][] = [];
  let last = url;
  for (let href: string | null = url; href; ) {
    const { status, json } = await shop.get(href);
    expect(status).toBe(200);
    pages.push(json.data._embedded.media.map(({ id }: { id: string }) => id));
    last = href;
    href = json.data._links[rel].href;
    await between();
  }
  return { pages, last };
}

type Owner = 'stream' | 'customer' | 'category';
const LISTS = SORTINGS.flatMap((sorting): [Owner, Sorting, () => string][] => [
  ['stream', sorting, () => `/streams/${streamId}/media/${sorting}`],
  ...(sorting === 'media_position'
    ? []
    : ([
        ['customer', sorting, () => `/customers/${shop.customerId}/media/${sorting}`],
        ['category', sorting, () => `/categories/${categoryId}/media/${sorting}`],
      ] as [Owner, Sorting, () => string][])),
]);

const ENDPOINT = {
  stream: 'GET /streams/{stream_id}/media/{sorting_option}',
  customer: 'GET /customers/{customer_id}/media/{sorting_option}',
  category: 'GET /categories/{category_id}/media/{sorting_option}',
} as const satisfies Record<Owner, string>;

describe.each(LISTS)('media of a %s, %s', (owner, sorting, path) => {
  const endpoint = ENDPOINT[owner];

  it(
    'come each once, forth and back, on the same pages, whatever is added or rated meanwhile',
    shows({ [endpoint]: ['page_key', 'page_number', 'count'] }),
    async () => {
      const ids = (await addMany(23)).map(String);
      let turn = 0;
      const meanwhile = async () => {
        turn++;
        await shop.addMedia({
          streams: [{ streamId, position: turn % 5 }],
          publishedAt: Date.now() - (turn % 2) * 30 * DAY,
          photorank: Math.random(),
        });
        if (turn % 2) {
          const clickThrough = new Map(ids.map((id) => [Number(id), Math.round(Math.random() * 10) / 10]));
          await shop.contentStore.writeRatings(shop.customerId, clickThrough, Date.now() + turn);
        }
      };
      const forth = await follow(`${path()}?count=5`, 'next', meanwhile);
      expect(forth.pages.map((page) => page.length)).toEqual([5, 5, 5, 5, 3]);
      expect(forth.pages.flat().toSorted()).toEqual(ids.toSorted());
      const back = await follow(forth.last, 'prev', meanwhile);
      expect(back.pages.reverse()).toEqual(forth.pages);
    },
  );

  it('stand in their order', shows({ [endpoint]: ['sorting_option'] }), async () => {
    await addMany(12);
    const { json } = await shop.get(`${path()}?count=50`);
    const shown = await shop.contentStore.media(json.data._embedded.media.map(({ id }: { id: string }) => Number(id)));
    expect(shown).toHaveLength(12);
    const { pages } = await follow(`${path()}?count=5`, 'next');
    expect(pages.flat()).toEqual(shown.map(({ id }) => String(id)));
    if (sorting === 'recent') expect(shown).toEqual(shown.toSorted((a, b) => b.publishedAt - a.publishedAt));
    if (sorting === 'photorank')
      expect(shown).toEqual(shown.toSorted((a, b) => b.photorank - a.photorank || b.id - a.id));
    if (sorting === 'media_position') {
      const scope = { kind: 'stream', id: streamId } as const;
      const snapshot = await shop.contentStore.listSnapshot(Date.now());
      const places = await Promise.all(shown.map(({ id }) => shop.contentStore.place(scope, sorting, snapshot, id)));
      expect(places.map((place) => place?.value)).toEqual([0, 0, 0, 1, 1, 2, 2, 2, 3, 3, 4, 4]);
    }
  });

  it(
    'are filtered on every page as on the first',
    shows({ [endpoint]: ['rights_given', 'filter_media_without_products'] }),
    async () => {
      await addMany(13);
      const { id: gone } = await addStream('gone', 'unavailable');
      for (let i = 0; i < 4; i++) await shop.addMedia({ streams: [{ streamId: gone, position: 0 }], rights: true });
      const withRights = await follow(`${path()}?count=2&rights_given=1`, 'next');
      const all = withRights.pages.flat();
      const media = await shop.contentStore.media(all.map(Number));
      expect(media.length).toBeGreaterThanOrEqual(5);
      expect(media.every(({ rights }) => rights)).toBe(true);
      const inStock = await follow(`${path()}?count=3&filter_media_without_products=true`, 'next');
      expect(inStock.pages.flat()).toHaveLength(13);
    },
  );
});

describe('pages', () => {
  it('of any size over any number of media come each once', async () => {
    await addMany(30);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...LISTS),
        fc.integer({ min: 1, max: 31 }),
        fc.integer({ min: 0, max: 10_000 }),
        async ([, , path], count, halfHours) => {
          vi.useFakeTimers({ now: Date.now() + halfHours * 1_800_000, toFake: ['Date'] });
          const { pages } = await follow(`${path()}?count=${count}`, 'next');
          vi.useRealTimers();
          expect(new Set(pages.flat()).size).toBe(30);
          expect(pages.flat()).toHaveLength(30);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('lose nothing else when media are taken away', async () => {
    const ids = await addMany(20);
    const media = await shop.contentStore.media(ids);
    let turn = 0;
    const { pages, last } = await follow(`/streams/${streamId}/media/recent?count=4`, 'next', async () => {
      const taken = media[19 - turn++ * 4];
      if (!taken) return;
      const { userId, type, hash, imageExt, width, height, source, submittedAt, publishedAt } = taken;
      const same = { userId, type, hash, imageExt, width, height, source, submittedAt, publishedAt };
      await shop.contentStore.upsertMedia(shop.customerId, { ...same, status: 'rejected' });
    });
    expect(pages.flat()).toHaveLength(20);
    const back = await follow(last, 'prev');
    expect(back.pages.flat()).toHaveLength(15);
    expect(new Set(back.pages.flat()).size).toBe(15);
  });

  it('are shuffled anew every 30 minutes', shows({ [ENDPOINT.stream]: ['sorting_option'] }), async () => {
    await addMany(20);
    const first = async (now: number) => {
      vi.useFakeTimers({ now, toFake: ['Date'] });
      const { json } = await shop.get(`/streams/${streamId}/media/shuffled`);
      return json.data._embedded.media.map(({ id }: { id: string }) => id).join();
    };
    const slot = Date.UTC(2026, 5, 1, 12, 30);
    const orders = [];
    for (let i = 0; i < 6; i++) orders.push(await first(slot + i * 1_800_000));
    expect(await first(slot + 1_799_999)).toBe(orders[0]);
    expect(new Set(orders).size).toBeGreaterThan(3);
  });

  it('take count from the link, or another when it is asked for', shows({ [ENDPOINT.stream]: ['count'] }), async () => {
    await addMany(9);
    const first = await shop.get(`/streams/${streamId}/media/recent?count=2`);
    const { next } = first.json.data._links;
    expect((await shop.get(next.href)).json.data._embedded.media).toHaveLength(2);
    expect((await shop.get(`${next.href}&count=5`)).json.data._embedded.media).toHaveLength(5);
    expect((await shop.get('/customers/1/media/recent')).json.data._embedded.media).toHaveLength(9);
  });

  it('lead to themselves and to the first', shows({ [ENDPOINT.stream]: ['page_key', 'page_number'] }), async () => {
    await addMany(9);
    const first = await shop.get(`/streams/${streamId}/media/shuffled?count=2`);
    const second = await shop.get(first.json.data._links.next.href);
    const ids = ({ json }: typeof first) => json.data._embedded.media.map(({ id }: { id: string }) => id);
    const links = second.json.data._links;
    expect(links.self.href).toContain('page_number=2');
    expect(ids(await shop.get(links.self.href))).toEqual(ids(second));
    expect(ids(await shop.get(links.first.href))).toEqual(ids(first));
    expect(ids(await shop.get(links.self.href.replace('page_number=2', 'page_number=1')))).toEqual(ids(first));
    expect(first.json.data._links.prev).toEqual({ href: null });
  });

  it('go on after prev_id', shows({ [ENDPOINT.stream]: ['prev_id'] }), async () => {
    const ids = (await addMany(6)).map(String).reverse();
    const { json } = await shop.get(`/streams/${streamId}/media/recent?count=2&prev_id=${ids[1]}`);
    expect(json.data._embedded.media.map(({ id }: { id: string }) => id)).toEqual(ids.slice(2, 4));
    const unknown = await shop.get(`/streams/${streamId}/media/recent?prev_id=999`);
    expect([unknown.status, unknown.json.data.message]).toEqual([404, 'No pagination found.']);
  });

  it('of nothing are empty and lead nowhere', async () => {
    const { json } = await shop.get(`/streams/${streamId}/media/recent`);
    expect(json.data._embedded.media).toEqual([]);
    expect([json.data._links.prev, json.data._links.next]).toEqual([{ href: null }, { href: null }]);
  });
});

describe('a page_key', () => {
  async function nextOf(path: string) {
    const { json } = await shop.get(`${path}?count=2`);
    return json.data._links.next.href as string;
  }
  async function refused(href: string) {
    const { status, json } = await shop.get(href);
    expect([status, json.data.message]).toEqual([404, 'No pagination found.']);
  }

  it('lives 12 hours', shows({ [ENDPOINT.stream]: ['page_key'] }), async () => {
    await addMany(5);
    const href = await nextOf(`/streams/${streamId}/media/recent`);
    const now = Date.now();
    vi.useFakeTimers({ now: now + 12 * 3600_000 - 60_000, toFake: ['Date'] });
    expect((await shop.get(href)).status).toBe(200);
    vi.setSystemTime(now + 12 * 3600_000 + 1000);
    await refused(href);
  });

  it(
    'belongs to one list, one order and one page',
    shows({ [ENDPOINT.stream]: ['page_key', 'page_number'] }),
    async () => {
      await addMany(5);
      const href = await nextOf(`/streams/${streamId}/media/recent`);
      await refused(href.replace('/media/recent', '/media/rated'));
      await refused(href.replace('page_number=2', 'page_number=3'));
      await refused(href.replace(`/streams/${streamId}`, `/categories/${categoryId}`));
    },
  );

  it('cannot be made up', shows({ [ENDPOINT.stream]: ['page_key'] }), async () => {
    await addMany(5);
    const href = await nextOf(`/streams/${streamId}/media/recent`);
    const key = /page_key=([\w-]+)/.exec(href)?.[1] as string;
    await fc.assert(
      fc.asyncProperty(fc.nat(key.length - 2), fc.constantFrom(...'abcXYZ012_-'), async (at, char) => {
        if (key[at] === char) return;
        await refused(href.replace(key, key.slice(0, at) + char + key.slice(at + 1)));
      }),
      { numRuns: 60 },
    );
    for (const other of ['', 'x', encodeURIComponent('ключ'), 'A'.repeat(400)]) await refused(href.replace(key, other));
  });

  it('of another customer opens nothing', shows({ [ENDPOINT.stream]: ['page_key'] }), async () => {
    await addMany(5);
    const other = await openShop();
    const { id } = await other.contentStore.upsertStream(other.customerId, { key: 'x', name: 'X' });
    for (let i = 0; i < 3; i++) await other.addMedia({ streams: [{ streamId: id, position: i }] });
    const { json } = await other.get(`/streams/${id}/media/recent?count=2`);
    await refused(json.data._links.next.href);
    await other.close();
  });
});
