import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SORTINGS } from '../../src/content/resources.ts';
import { address, type CompleteShop, MEDIA_LISTS, openCompleteShop } from './testing/endpoints.ts';
import { type Got, keys, mediaIds } from './testing/shop.ts';
import { shows } from './testing/shows.ts';

let shop: CompleteShop;
beforeAll(async () => {
  shop = await openCompleteShop();
});
afterAll(() => shop.close());

const LISTS = MEDIA_LISTS.map((list) => ({
  list,
  name: `GET ${list.path}`,
  get: (more: Record<string, string | number> = {}) => shop.get(address(list, { ...list.values(shop), ...more })),
}));

/** Of the media that is in all streams: ids of those embedded, in their order. */
function streamsIn({ json }: Got): number[] {
  const media = json.data._embedded.media.find(({ id }: { id: string }) => id === String(shop.ids.media));
  return media._embedded['streams:all']._embedded.stream.map(({ id }: { id: string }) => Number(id));
}

describe.each(LISTS)('$name', ({ list, name, get }) => {
  const byPosition = /streams/.test(list.path);
  const ofAll = /customers|users/.test(list.path);

  it('rights_given: only media whose author gave the rights', shows({ [name]: ['rights_given'] }), async () => {
    for (const on of ['1', 'true']) expect(mediaIds(await get({ rights_given: on }))).toEqual([shop.ids.media]);
    for (const off of ['0', 'false']) expect(mediaIds(await get({ rights_given: off }))).toEqual(list.ids(shop));
  });

  it(
    'filter_media_without_products: only media of a stream that is in stock',
    shows({ [name]: ['filter_media_without_products'] }),
    async () => {
      expect(mediaIds(await get())).toEqual(list.ids(shop));
      expect(mediaIds(await get({ filter_media_without_products: 1 }))).toEqual([shop.ids.media]);
      expect(mediaIds(await get({ filter_media_without_products: 'false' }))).toEqual(list.ids(shop));
    },
  );

  it(
    'include_tagged_galleries, include_inactive_galleries: which streams are embedded',
    shows({ [name]: ['include_tagged_galleries', 'include_inactive_galleries'] }),
    async () => {
      const { stream, tagged, gone } = shop.ids;
      expect(streamsIn(await get())).toEqual([stream, tagged]);
      expect(streamsIn(await get({ include_tagged_galleries: 0 }))).toEqual([stream]);
      expect(streamsIn(await get({ include_tagged_galleries: 1 }))).toEqual([stream, tagged]);
      expect(streamsIn(await get({ include_inactive_galleries: 1 }))).toEqual([stream, tagged, gone]);
      expect(streamsIn(await get({ include_inactive_galleries: 0 }))).toEqual([stream, tagged]);
    },
  );

  it(
    'disable_embedded_streams, disable_embedded_categories: what of a media is left out',
    shows({ [name]: ['disable_embedded_streams', 'disable_embedded_categories'] }),
    async () => {
      const parts = async (more = {}) => keys((await get(more)).json.data._embedded.media[0]._embedded);
      expect(await parts()).toBe('categories:all streams:all uploader');
      expect(await parts({ disable_embedded_streams: 1 })).toBe('categories:all uploader');
      expect(await parts({ disable_embedded_categories: 'true' })).toBe('streams:all uploader');
      expect(await parts({ disable_embedded_streams: 0, disable_embedded_categories: 0 })).toBe(
        'categories:all streams:all uploader',
      );
    },
  );

  it('count: 1 to 50 media a page, 20 without it', shows({ [name]: ['count'] }), async () => {
    expect(mediaIds(await get({ count: 2 }))).toEqual(list.ids(shop).slice(0, 2));
    expect((await get({ count: 50 })).status).toBe(200);
    const said = async (count: string | number) => {
      const { status, json } = await get({ count });
      return [status, json.data.message];
    };
    const value = (sent: string, expected: string) =>
      `The parameter "count" received an invalid value "${sent}", expected was "${expected}".`;
    expect(await said(0)).toEqual([400, value('0', 'at least 1')]);
    expect(await said(51)).toEqual([400, value('51', 'at most 50')]);
    expect(await said('ten')).toEqual([
      400,
      'The parameter "count" received an invalid type string, expected was integer.',
    ]);
  });

  it(
    'page_key, page_number: lead from page to page and back',
    shows({ [name]: ['page_key', 'page_number'] }),
    async () => {
      const ids = list.ids(shop);
      const first = await get({ count: 1 });
      const { next } = first.json.data._links;
      const [path] = address(list, list.values(shop)).split(/(?=\/media\/)/);
      if (list.values(shop).tag_key === undefined) expect(next.href).toMatch(path as string);
      expect(next.href).toMatch(/\?page_key=[\w-]+&page_number=2&auth_token=public-token&version=v2\.2$/);
      const second = await shop.get(next.href);
      expect([mediaIds(second), mediaIds(first)]).toEqual([[ids[1]], [ids[0]]]);
      expect(mediaIds(await shop.get(second.json.data._links.prev.href))).toEqual([ids[0]]);
      expect(mediaIds(await shop.get(next.href.replace('page_number=2', 'page_number=1')))).toEqual([ids[0]]);
      for (const none of [
        next.href.replace('page_number=2', 'page_number=7'),
        next.href.replace(/page_key=[\w-]+/, 'page_key=x'),
        address(list, { ...list.values(shop), page_number: 2 }),
      ]) {
        const { status, json } = await shop.get(none);
        expect([status, json.data.message]).toEqual([404, 'No pagination found.']);
      }
    },
  );

  if (byPosition)
    it('prev_id: the page begins after this media', shows({ [name]: ['prev_id'] }), async () => {
      const ids = list.ids(shop) as number[];
      expect(mediaIds(await get({ prev_id: ids[0] as number, count: 1 }))).toEqual([ids[1]]);
      for (const sorting of SORTINGS) {
        const [first, ...others] = mediaIds(await get({ sorting_option: sorting })) as [number, ...number[]];
        expect(mediaIds(await get({ sorting_option: sorting, prev_id: first }))).toEqual(others);
      }
      const elsewhere = await get({ prev_id: shop.ids.plain });
      expect(elsewhere.status).toBe(404);
      const unknown = await get({ prev_id: 999_999 });
      expect([unknown.status, unknown.json.data.message]).toEqual([404, 'No pagination found.']);
    });

  if (list.path.includes('{sorting_option}'))
    it('sorting_option: the order of the media', shows({ [name]: ['sorting_option'] }), async () => {
      const { media, video, best, plain } = shop.ids;
      const order = async (sorting: string) => mediaIds(await get({ sorting_option: sorting }));
      const without = (ids: number[]) => (ofAll ? ids : ids.filter((id) => id !== plain));
      expect(await order('recent')).toEqual(without([plain, video, media, best]));
      expect(await order('photorank')).toEqual(without([best, plain, video, media]));
      expect(await order('rated')).toEqual(without([media, video, best, plain]));
      expect((await order('shuffled')).toSorted()).toEqual(without([media, video, plain, best].toSorted()));
      if (byPosition) expect(await order('media_position')).toEqual([media, best, video]);
      const orders = SORTINGS.filter((sorting) => byPosition || sorting !== 'media_position').join(', ');
      for (const other of byPosition ? ['best'] : ['best', 'media_position'])
        expect((await get({ sorting_option: other })).json.data.message).toBe(
          `The parameter "sorting_option" received an invalid value "${other}", expected was "${orders}".`,
        );
    });

  it('shows no other keys than its media and customer', async () => {
    const { json } = await get();
    expect(keys(json.data)).toBe('_embedded _links');
    expect(keys(json.data._links)).toBe('first next prev self');
    expect(keys(json.data._embedded)).toBe('customer media');
    expect(json.data._embedded.customer).toEqual((await shop.get('/?x=')).json.data._embedded.customer);
  });
});

describe('a discontinued stream', () => {
  const byId = () => `/streams/${shop.ids.gone}/media/recent?`;
  const byKey = () => '/streams/media/recent?tag_key=p3';
  for (const [name, url, id] of [
    ['GET /streams/{stream_id}/media/{sorting_option}', byId, () => String(shop.ids.gone)],
    ['GET /streams/media/{sorting_option}', byKey, () => 'p3'],
  ] as const)
    it(
      `has media for who asks for inactive ones: ${name}`,
      shows({ [name]: ['include_inactive_galleries'] }),
      async () => {
        const { status, json } = await shop.get(url());
        expect([status, json.data.message]).toEqual([
          404,
          `The requested entity Stream with the id "${id()}" is inactive.`,
        ]);
        expect(mediaIds(await shop.get(`${url()}&include_inactive_galleries=1`))).toEqual([shop.ids.media]);
      },
    );
});

describe('a media that is not approved', () => {
  it('is in no list, and stands for no stream', async () => {
    const { contentStore, customerId, userId, ids } = shop;
    const before = await shop.get(`/streams/${ids.tagged}?`);
    expect(before.json.data._embedded.cover_media.id).toBe(String(ids.media));
    const [record] = await contentStore.media([ids.media]);
    if (!record) throw new Error('no media');
    const { type, hash, imageExt, width, height, source, submittedAt, publishedAt } = record;
    const same = { userId, type, hash, imageExt, width, height, source, submittedAt, publishedAt };
    await contentStore.upsertMedia(customerId, { ...same, status: 'pending' });
    for (const { get, list } of LISTS)
      expect(mediaIds(await get())).toEqual(list.ids(shop).filter((id) => id !== ids.media));
    for (const path of [
      `/streams/${ids.tagged}`,
      `/customers/${customerId}/streams`,
      `/categories/${ids.all}/streams`,
      `/media/${ids.video}`,
      `/media/${ids.video}/streams?include_tagged_galleries=1`,
    ])
      expect((await shop.get(path)).body).not.toContain(`/media/${ids.media}?`);
    await contentStore.upsertMedia(customerId, { ...same, status: 'approved' });
  });
});
