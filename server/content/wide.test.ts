import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MAX_EMBEDDED } from './related.ts';
import { type Got, openShop, type Shop } from './testing/shop.ts';

let shop: Shop;
/** In one stream more than are embedded, each of them in a category of its own; and in just as many as are. */
let wide: number;
let narrow: number;
/** Of the streams: the oldest has status TAG. */
let ids: number[];

beforeAll(async () => {
  shop = await openShop();
  const { contentStore, customerId } = shop;
  ids = [];
  for (let i = 0; i <= MAX_EMBEDDED; i++) {
    const key = `${i}`;
    const { id: category } = await contentStore.upsertCategory(customerId, { key, name: key });
    const status = i === 0 ? 'unavailable' : 'available';
    ids.push((await contentStore.upsertStream(customerId, { key, name: key, status, categoryIds: [category] })).id);
  }
  const tagged = (ids: number[]) => ({ streams: ids.map((streamId) => ({ streamId, position: 0 })) });
  wide = await shop.addMedia(tagged(ids));
  narrow = await shop.addMedia(tagged(ids.slice(1)));
});
afterAll(() => shop.close());

const idsOf = (entities: { id: string }[]) => entities.map(({ id }) => Number(id));
const streamsIn = ({ _embedded: { 'streams:all': all } }: Got['json']) => [all._fixed, idsOf(all._embedded.stream)];
const categoriesIn = ({ _embedded: { 'categories:all': all } }: Got['json']) => [
  all._fixed,
  all._embedded.category.length,
];

describe('a media of more streams than are embedded', () => {
  it('embeds the first of them, and of their categories, and says that there are more', async () => {
    const first = ids.slice(0, MAX_EMBEDDED);
    const alone = (await shop.get(`/media/${wide}`)).json.data;
    const list = (await shop.get(`/customers/${shop.customerId}/media/recent`)).json.data._embedded.media;
    const [, inList] = list;
    for (const media of [alone, inList]) {
      expect(media.id).toBe(String(wide));
      expect(streamsIn(media)).toEqual([false, first]);
      expect(categoriesIn(media)).toEqual([false, MAX_EMBEDDED]);
    }
    expect(streamsIn(list[0])).toEqual([true, ids.slice(1)]);
    expect(list[0].id).toBe(String(narrow));
    expect(categoriesIn(list[0])).toEqual([true, MAX_EMBEDDED]);
  });

  it('counts only those that were asked for', async () => {
    const { json } = await shop.get(`/media/${wide}?include_tagged_galleries=0`);
    expect(streamsIn(json.data)).toEqual([true, ids.slice(1)]);
  });

  it('has all of them behind its links', async () => {
    const { _embedded } = (await shop.get(`/media/${wide}`)).json.data;
    const streams = await shop.get(_embedded['streams:all']._links.self.href);
    expect(idsOf(streams.json.data._embedded.stream)).toEqual(ids);
    const categories = await shop.get(_embedded['categories:all']._links.self.href);
    expect(categories.json.data._embedded.category).toHaveLength(ids.length);
  });
});
