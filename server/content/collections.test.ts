import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  address,
  type CompleteShop,
  idsIn,
  KEYED_LISTS,
  LISTS_BY_ID,
  openCompleteShop,
  UNPAGED_LISTS,
} from './testing/endpoints.ts';
import { keys, openShop } from './testing/shop.ts';
import { shows } from './testing/shows.ts';

let shop: CompleteShop;
beforeAll(async () => {
  shop = await openCompleteShop();
});
afterAll(() => shop.close());
afterEach(() => {
  vi.useRealTimers();
});

function cases<T extends (typeof KEYED_LISTS)[number]>(lists: T[]) {
  return lists.map((list) => ({
    list,
    name: `GET ${list.path}`,
    url: (more: Record<string, string | number> = {}) => address(list, { ...list.values(shop), ...more }),
    ids: (more: Record<string, string | number> = {}) =>
      shop.get(address(list, { ...list.values(shop), ...more })).then((got) => idsIn(list, got)),
  }));
}

const COUNT_ERRORS = [
  ['0', 'The parameter "count" received an invalid value "0", expected was "at least 1".'],
  ['51', 'The parameter "count" received an invalid value "51", expected was "at most 50".'],
] as const;

describe.each(cases(KEYED_LISTS))('$name', ({ list, name, url, ids }) => {
  const all = () => list.ids(shop).map(String);

  it('count: 1 to 50 entries a page, 20 without it', shows({ [name]: ['count'] }), async () => {
    expect(await ids({ count: 1 })).toEqual(all().slice(0, 1));
    expect(await ids({ count: 50 })).toEqual(all());
    for (const [count, message] of COUNT_ERRORS)
      expect((await shop.get(url({ count }))).json.data.message).toBe(message);
    const { next } = (await shop.get(url({ count: 1 }))).json.data._links;
    expect((await shop.get(next.href)).json.data._links.next.href).toBeNull();
  });

  it(
    'page_key, page_number: lead from page to page and back',
    shows({ [name]: ['page_key', 'page_number'] }),
    async () => {
      const first = await shop.get(url({ count: 1 }));
      expect(Object.keys(first.json.data._links)).toEqual(['first', 'self', 'prev', 'next']);
      expect(first.json.data._links.prev).toEqual({ href: null });
      const { next } = first.json.data._links;
      const [path] = url().split('?');
      expect(next.href).toMatch(/\?page_key=[\w-]+&page_number=2&auth_token=public-token&version=v2\.2$/);
      expect(next.href.startsWith(`//api.example${path}?`)).toBe(true);
      const second = await shop.get(next.href);
      const links = second.json.data._links;
      expect(idsIn(list, second)).toEqual(all().slice(1, 2));
      expect(links.next).toEqual({ href: null });
      for (const href of [links.prev.href, links.first.href, next.href.replace('page_number=2', 'page_number=1')])
        expect(idsIn(list, await shop.get(href))).toEqual(all().slice(0, 1));
      expect(idsIn(list, await shop.get(links.self.href))).toEqual(all().slice(1, 2));
      const again = await shop.get(links.prev.href);
      expect(idsIn(list, await shop.get(again.json.data._links.next.href))).toEqual(all().slice(1, 2));
    },
  );

  it('page_key: is ours, of this collection and not older than 12 hours', shows({ [name]: ['page_key'] }), async () => {
    const now = Date.now();
    vi.useFakeTimers({ now, toFake: ['Date'] });
    const { next } = (await shop.get(url({ count: 1 }))).json.data._links;
    const key = /page_key=([\w-]+)/.exec(next.href)?.[1] as string;
    const media = await shop.get(`/customers/${shop.customerId}/media/recent?count=1`);
    const [, others] = /page_key=([\w-]+)/.exec(media.json.data._links.next.href) as unknown as [string, string];
    const refused = [
      url({ page_key: key, page_number: 3 }),
      url({ page_key: key.slice(0, -2) }),
      url({ page_key: '' }),
      url({ page_key: others }),
      url({ page_number: 2 }),
    ];
    const elsewhere = cases(KEYED_LISTS).filter((one) => one.name !== name);
    for (const address of [...refused, ...elsewhere.map((one) => one.url({ page_key: key }))]) {
      const { status, json } = await shop.get(address);
      expect([status, json.data.message]).toEqual([404, 'No pagination found.']);
    }
    vi.setSystemTime(now + 12 * 3600_000 - 1000);
    expect((await shop.get(next.href)).status).toBe(200);
    vi.setSystemTime(now + 12 * 3600_000 + 1000);
    expect((await shop.get(next.href)).status).toBe(404);
  });
});

describe.each(cases(LISTS_BY_ID))('$name', ({ list, name, url, ids }) => {
  const all = () => list.ids(shop).map(String);

  it('count: 1 to 50 entries a page, 20 without it', shows({ [name]: ['count'] }), async () => {
    expect(await ids({ count: 1 })).toEqual(all().slice(0, 1));
    for (const [count, message] of COUNT_ERRORS)
      expect((await shop.get(url({ count }))).json.data.message).toBe(message);
    expect((await shop.get(url())).json.data._links.self.href).toContain('?count=20&');
  });

  it('prev_id: the page begins after this entry, and prev leads on', shows({ [name]: ['prev_id'] }), async () => {
    const [newest, older] = all() as [string, string];
    const first = await shop.get(url({ count: 1 }));
    const links = first.json.data._links;
    const [path] = url().split('?');
    expect(Object.keys(links)).toEqual(['self', 'first', 'prev']);
    expect(links.self.href).toBe(`//api.example${path}?count=1&auth_token=public-token&version=v2.2`);
    expect(links.first).toEqual(links.self);
    expect(links.prev.href).toBe(`//api.example${path}?prev_id=${newest}&count=1&auth_token=public-token&version=v2.2`);
    const second = await shop.get(links.prev.href);
    expect(idsIn(list, second)).toEqual([older]);
    // "Clients follow them, adding only what is missing (always count)."
    expect(idsIn(list, await shop.get(`${links.prev.href}&count=1`))).toEqual([older]);
    expect(second.json.data._links).toEqual({ self: links.prev, first: links.first, prev: { href: null } });
    expect(await ids({ prev_id: older })).toEqual([]);
    expect((await shop.get(url({ prev_id: 'x' }))).json.data.message).toBe(
      'The parameter "prev_id" received an invalid type string, expected was integer.',
    );
  });
});

describe('streams in lists', () => {
  const galleries = [...LISTS_BY_ID, ...UNPAGED_LISTS].filter(({ collection }) => collection !== 'widget');
  for (const { list, name, url, ids } of cases(galleries.filter(({ path }) => path.endsWith('/streams')))) {
    const ofMedia = list.collection === 'stream';

    it(
      `include_tagged_galleries, include_inactive_galleries: ${name}`,
      shows({ [name]: ['include_tagged_galleries', 'include_inactive_galleries'] }),
      async () => {
        const { stream, tagged, gone } = shop.ids;
        const shown = async (more = {}) => (await ids(more)).map(Number).toSorted();
        // "By default any streams with the status TAG will not be listed in this request": those of a media.
        const tag = ofMedia ? [] : [tagged];
        expect(await shown()).toEqual([stream, ...tag]);
        for (const off of ['0', 'false']) expect(await shown({ include_tagged_galleries: off })).toEqual([stream]);
        for (const on of ['1', 'true']) expect(await shown({ include_tagged_galleries: on })).toEqual([stream, tagged]);
        expect(await shown({ include_inactive_galleries: 1 })).toEqual([stream, ...tag, gone]);
        expect(await shown({ include_inactive_galleries: 1, include_tagged_galleries: 0 })).toEqual([stream, gone]);
        expect((await shop.get(url({ include_tagged_galleries: 'no' }))).json.data.message).toBe(
          'The parameter "include_tagged_galleries" received an invalid value "no", expected was "0, 1, true, false".',
        );
      },
    );

    if (!ofMedia)
      it(`stay filtered on the next page: ${name}`, async () => {
        const { json } = await shop.get(url({ count: 1, include_inactive_galleries: 1, include_tagged_galleries: 0 }));
        const next = await shop.get(json.data._links.prev.href);
        expect(idsIn(list, next)).toEqual([String(shop.ids.stream)]);
      });
  }

  it(
    'include_inactive_galleries: categories of a discontinued stream',
    shows({ 'GET /streams/{stream_id}/categories': ['include_inactive_galleries'] }),
    async () => {
      const { gone } = shop.ids;
      const { status, json } = await shop.get(`/streams/${gone}/categories?count=1`);
      expect([status, json.data.message]).toEqual([
        404,
        `The requested entity Stream with the id "${gone}" is inactive.`,
      ]);
      const first = await shop.get(`/streams/${gone}/categories?count=1&include_inactive_galleries=1`);
      expect(first.status).toBe(200);
      expect((await shop.get(first.json.data._links.next.href)).status).toBe(200);
    },
  );
});

describe('the keys of collections', () => {
  it('are those of the examples', async () => {
    for (const { list, url } of cases([...KEYED_LISTS, ...LISTS_BY_ID, ...UNPAGED_LISTS])) {
      const { json } = await shop.get(url());
      expect(keys(json.data)).toBe('_embedded _links');
      const beside = list.collection === 'widgetinstance' ? 'customer ' : '';
      expect([list.path, keys(json.data._embedded)]).toEqual([list.path, `${beside}${list.collection}`]);
    }
  });
});

describe('a walk through a collection', () => {
  it('meets each entity once, forth and back, in pages of any size, whatever is added meanwhile', async () => {
    const { contentStore, customerId, get, close } = await openShop();
    const { id: streamId } = await contentStore.upsertStream(customerId, { key: 's', name: 'S' });
    let made = 0;
    const add = async () => {
      const key = `c${made++}`;
      const { id } = await contentStore.upsertCategory(customerId, { key, name: key });
      return id;
    };
    const ids: number[] = [];
    for (let i = 0; i < 23; i++) ids.push(await add());
    await contentStore.upsertStream(customerId, { key: 's', name: 'S', categoryIds: ids });
    const newestFirst = ids.toReversed().map(String);

    const follow = async (url: string, rel: 'prev' | 'next', between: () => Promise<unknown> = async () => {}) => {
      const pages: string[][] = [];
      let last = url;
      for (let href: string | null = url; href; ) {
        const { status, json } = await get(href);
        expect(status).toBe(200);
        pages.push(json.data._embedded.category.map(({ id }: { id: string }) => id));
        last = href;
        href = json.data._links[rel].href;
        await between();
      }
      return { pages, last };
    };
    for (const path of [`/customers/${customerId}/categories`, `/streams/${streamId}/categories`])
      await fc.assert(
        fc.asyncProperty(fc.integer({ min: 1, max: 24 }), async (count) => {
          const before = path.startsWith('/customers') ? made - 23 : 0;
          const forth = await follow(`${path}?count=${count}`, 'next', add);
          const met = forth.pages.flat();
          expect(met.slice(before)).toEqual(newestFirst);
          expect(forth.pages.slice(0, -1).every((page) => page.length === count)).toBe(true);
          // One page is all there was: asked again, it begins a new walk, which meets what was added.
          if (forth.pages.length === 1) return;
          const back = await follow(forth.last, 'prev');
          expect(back.pages.toReversed().flat().slice(-23)).toEqual(newestFirst);
        }),
        { numRuns: 8 },
      );
    await close();
  });

  it('goes on where entities were taken away', async () => {
    const { contentStore, customerId, get, close } = await openShop();
    const ids: number[] = [];
    for (let i = 0; i < 6; i++)
      ids.push((await contentStore.upsertStyle(customerId, { type: 'buttonv2', name: `${i}`, settings: {} })).id);
    const first = await get(`/customers/${customerId}/widgets/settings?count=2`);
    await contentStore.removeStyle(customerId, ids[4] as number);
    const second = await get(first.json.data._links.prev.href);
    expect(second.json.data._embedded.widget.map(({ id }: { id: string }) => Number(id))).toEqual([ids[3], ids[2]]);
    await close();
  });
});
