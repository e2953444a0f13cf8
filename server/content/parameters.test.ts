import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Furnished, type Got, keys, mediaIds, openFurnishedShop, type Shop } from './testing/shop.ts';
import { shows } from './testing/shows.ts';

let shop: Furnished;
let get: Shop['get'];
let ids: Furnished['ids'];

beforeAll(async () => {
  shop = await openFurnishedShop();
  ({ get, ids } = shop);
});
afterAll(() => shop.close());

const LIST = 'GET /customers/{customer_id}/media/{sorting_option}';

describe('parameters', () => {
  const streamsIn = ({ json }: Got) =>
    json.data._embedded.media
      .find(({ id }: { id: string }) => id === String(ids.media))
      ?._embedded['streams:all']?._embedded.stream.map(({ id }: { id: string }) => Number(id));
  const list = (query: string) => get(`/customers/${shop.customerId}/media/recent?${query}`);

  it(
    'include_tagged_galleries, include_inactive_galleries: which streams are embedded',
    shows({
      [LIST]: ['include_tagged_galleries', 'include_inactive_galleries'],
      'GET /media/{media_id}/streams': ['include_tagged_galleries'],
    }),
    async () => {
      expect(streamsIn(await list(''))).toEqual([ids.stream, ids.tagged]);
      expect(streamsIn(await list('include_tagged_galleries=0'))).toEqual([ids.stream]);
      expect(streamsIn(await list('include_inactive_galleries=true'))).toEqual([ids.stream, ids.tagged, ids.gone]);
      expect(streamsIn(await list('include_inactive_galleries=1&include_tagged_galleries=false'))).toEqual([
        ids.stream,
        ids.gone,
      ]);
      const alone = await get(`/media/${ids.media}/streams?include_tagged_galleries=0`);
      expect(alone.json.data).toMatchObject({ _links: [], _embedded: { stream: [{ id: String(ids.stream) }] } });
    },
  );

  it(
    'rights_given, filter_media_without_products: which media come',
    shows({ [LIST]: ['rights_given', 'filter_media_without_products'] }),
    async () => {
      expect(mediaIds(await list(''))).toEqual([ids.plain, ids.video, ids.media]);
      expect(mediaIds(await list('rights_given=1'))).toEqual([ids.media]);
      expect(mediaIds(await list('filter_media_without_products=1'))).toEqual([ids.media]);
      expect(mediaIds(await list('filter_media_without_products=0&rights_given=false'))).toHaveLength(3);
    },
  );

  it(
    'disable_embedded_streams, disable_embedded_categories: what of a media is left out',
    shows({ [LIST]: ['disable_embedded_streams', 'disable_embedded_categories'] }),
    async () => {
      const parts = async (query: string) => keys((await list(query)).json.data._embedded.media[0]._embedded);
      expect(await parts('')).toBe('categories:all streams:all uploader');
      expect(await parts('disable_embedded_streams=1')).toBe('categories:all uploader');
      expect(await parts('disable_embedded_categories=true')).toBe('streams:all uploader');
    },
  );

  it('stay what they were on the next page', shows({ [LIST]: ['page_key', 'page_number'] }), async () => {
    const first = await list('count=1&disable_embedded_streams=1&include_inactive_galleries=1');
    const { json } = await get(first.json.data._links.next.href);
    expect(keys(json.data._embedded.media[0]._embedded)).toBe('categories:all uploader');
    const inactive = await get(`/streams/${ids.gone}/media/recent?include_inactive_galleries=1`);
    expect((await get(inactive.json.data._links.self.href)).status).toBe(200);
  });

  it('count: 1 to 50, 20 without it', shows({ [LIST]: ['count'] }), async () => {
    expect(mediaIds(await list('count=1'))).toHaveLength(1);
    expect((await list('count=50')).status).toBe(200);
    expect((await list('count=51')).json.data.message).toBe(
      'The parameter "count" received an invalid value "51", expected was "at most 50".',
    );
  });

  it(
    'of a media alone: which streams are embedded, and what is left out',
    shows({
      'GET /media/{media_id}': [
        'include_tagged_galleries',
        'include_inactive_galleries',
        'disable_embedded_streams',
        'disable_embedded_categories',
      ],
    }),
    async () => {
      const parts = async (query: string) => (await get(`/media/${ids.media}?${query}`)).json.data._embedded;
      const streams = async (query: string) =>
        (await parts(query))['streams:all']._embedded.stream.map(({ id }: { id: string }) => Number(id));
      expect(await streams('')).toEqual([ids.stream, ids.tagged]);
      expect(await streams('include_tagged_galleries=0')).toEqual([ids.stream]);
      expect(await streams('include_inactive_galleries=1')).toEqual([ids.stream, ids.tagged, ids.gone]);
      expect(keys(await parts('disable_embedded_streams=1'))).toBe('categories:all uploader');
      expect(keys(await parts('disable_embedded_categories=1'))).toBe('streams:all uploader');
    },
  );

  for (const [endpoint, url, id] of [
    ['/streams/{stream_id}', () => `/streams/${ids.gone}?`, () => ids.gone],
    ['/customers/{customer_id}/streams/search', () => `${own()}/streams/search?tag_key=p3&`, () => 'p3'],
    ['/customers/{customer_id}/streams/bytag/{key}', () => `${own()}/streams/bytag/p3?`, () => 'p3'],
    ['/streams/bytag/{key}', () => '/streams/bytag/p3?', () => 'p3'],
  ] as const)
    it(
      `include_inactive_galleries: a discontinued stream is answered to who asks so: ${endpoint}`,
      shows({ [`GET ${endpoint}`]: ['include_inactive_galleries'] }),
      async () => {
        const inactive = `The requested entity Stream with the id "${id()}" is inactive.`;
        for (const off of ['', 'include_inactive_galleries=0']) {
          const { status, json } = await get(url() + off);
          expect([status, json.data.message]).toEqual([404, inactive]);
        }
        const { json } = await get(`${url()}include_inactive_galleries=1`);
        expect(json.data).toMatchObject({ id: String(ids.gone), status: 'discontinued' });
      },
    );
  const own = () => `/customers/${shop.customerId}`;

  it('include_inactive_galleries: the links of a discontinued stream ask for it, so they can be followed', async () => {
    const links = async (url: string) => {
      const { json } = await get(url);
      const streams: Got['json'][] = json.data._embedded.stream ?? json.data._embedded.gallery ?? [json.data];
      const gone = streams.find(({ id }) => id === String(ids.gone));
      const { customer: _, base_image: __, cover_media: ___, ...lists } = gone._embedded;
      return [gone, ...Object.values<Got['json']>(lists)].map(({ _links }) => _links.self.href);
    };
    for (const url of [`/streams/${ids.gone}`, `/media/${ids.media}/streams`, `${own()}/streams`]) {
      const hrefs = await links(`${url}?include_inactive_galleries=1`);
      expect(hrefs).toHaveLength(6);
      for (const href of hrefs) expect([href, (await get(href)).status]).toEqual([href, 200]);
    }
    expect((await get(`/streams/${ids.stream}`)).body).not.toContain('include_inactive_galleries');
  });

  it(
    'wrap_responses: a 404 comes as 200, with the real code inside',
    shows({ 'GET /media/{media_id}': ['wrap_responses'] }),
    async () => {
      const { status, json } = await get('/media/999999?wrap_responses=1');
      expect([status, json]).toEqual([
        200,
        {
          metadata: { code: 404, message: 'Not Found', version: 'v2.0' },
          data: { message: 'No entity of type Media was found with id 999999.' },
        },
      ]);
      expect((await get('/media/999999?wrap_responses=0')).status).toBe(404);
      expect((await get('/media/x?wrap_responses=1')).status).toBe(400);
    },
  );
});
