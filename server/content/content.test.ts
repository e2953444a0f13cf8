import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Got, ORIGIN, openShop, PRIVATE, type Shop } from './shop.fixture.ts';

/** Two products, a category, three media and a widget, as the tests below name them. */
let shop: Shop;
let ids: Record<'stream' | 'tagged' | 'gone' | 'category' | 'media' | 'video' | 'plain' | 'base' | 'style', number>;
const INSTANCE = 'c0ffee'.padEnd(32, '0');
let foreign: Record<'customer' | 'stream' | 'category' | 'media' | 'user' | 'style', number>;

beforeAll(async () => {
  shop = await openShop();
  const { store, customerId } = shop;
  const category = (await store.upsertCategory(customerId, { key: 'prints & posters', name: 'Prints' })).id;
  const product = {
    categoryIds: [category],
    productUrl: 'https://shop.example/p1',
    price: '€24.00',
    availability: 'in stock',
  };
  const stream = (await store.upsertStream(customerId, { key: 'p/1 ü', name: 'Print', ...product })).id;
  const tagged = (await store.upsertStream(customerId, { key: 'p2', name: 'Poster', status: 'unavailable' })).id;
  const gone = (await store.upsertStream(customerId, { key: 'p3', name: 'Old', status: 'discontinued' })).id;
  const base = await shop.addMedia({ listed: false, source: 'feed' });
  await store.setBaseMedia(stream, base);
  const everywhere = [stream, tagged, gone].map((streamId) => ({ streamId, position: 0 }));
  const media = await shop.addMedia({ streams: everywhere, caption: 'On my <b>wall</b>', rights: true });
  const film = { type: 'VIDEO', videoExt: 'mp4', imageExt: 'jpg', latitude: 43.3, longitude: -2, likes: 5 } as const;
  const video = await shop.addMedia({ ...film, streams: [{ streamId: tagged, position: 1 }] });
  const plain = await shop.addMedia();
  const { id: style } = await store.upsertStyle(customerId, {
    type: 'olapic_slidev3',
    name: 'Slides',
    settings: { photos_limit: '12' },
  });
  const widget = { id: INSTANCE, customerId, name: 'Home', settings: { sorting: 'rated' }, styleId: style } as const;
  await store.putInstance({ ...widget, type: 'by_stream', streamId: stream, categoryId: null });
  ids = { stream, tagged, gone, category, media, video, plain, base, style };

  const { id: customer } = await store.upsertCustomer({ key: 'other', name: 'Other', domain: 'other.example' });
  const { id: user } = await store.upsertUser(customer, { source: 'upload', username: 'x' });
  const at = Date.now();
  const picture = { userId: user, type: 'IMAGE', hash: 'f'.repeat(64), imageExt: 'jpg', width: 9, height: 9 } as const;
  foreign = {
    customer,
    user,
    stream: (await store.upsertStream(customer, { key: 'x', name: 'X' })).id,
    category: (await store.upsertCategory(customer, { key: 'x', name: 'X' })).id,
    media: (await store.upsertMedia(customer, { ...picture, source: 'upload', submittedAt: at, publishedAt: at })).id,
    style: (await store.upsertStyle(customer, { type: 'olapic_wallv2', name: 'X', settings: {} })).id,
  };
  await store.putInstance({
    ...widget,
    id: 'f'.repeat(32),
    customerId: customer,
    type: 'best_photos',
    styleId: foreign.style,
    streamId: null,
    categoryId: null,
  });
});
afterAll(() => shop.close());
afterEach(() => {
  vi.useRealTimers();
});

const get: Shop['get'] = (url, asker) => shop.get(url, asker);
const keys = (value: object) => Object.keys(value).toSorted().join(' ');
const mediaIds = ({ json }: Got) => json.data._embedded.media.map(({ id }: { id: string }) => Number(id));

const CUSTOMER = '_embedded _fixed _forms _links domain id language name settings template_dir views';
const STREAM =
  '_analytics _embedded _fixed _links description hide_from_related id name product_info product_url share_url shop_button_url status tag_based_key';
const CATEGORY = '_embedded _fixed _links id key name product_url settings';
const MEDIA =
  '_analytics _embedded _fixed _forms _links caption date_published date_submitted favorite id images likes location original_image_height original_image_width original_source request_id share_url sonar_place source source_id status type video_url';
const USER = '_embedded _fixed _forms _links avatar_url id language name social_connections username';

describe('answers', () => {
  it('to the root: the customer of the token', async () => {
    const { json, status } = await get('/?version=v2.2');
    expect([status, json.metadata]).toEqual([200, { code: 200, message: 'OK', version: 'v2.0' }]);
    const { customer } = json.data._embedded;
    expect(keys(customer)).toBe(CUSTOMER);
    expect(customer).toMatchObject({ id: String(shop.customerId), _fixed: true, template_dir: 'atelier' });
    expect(keys(customer._forms)).toBe('categories:search stashes:create streams:search users:create');
    expect(keys(customer._embedded)).toBe('media media:photorank media:rated media:recent media:shuffled user');
  });

  it('to a customer: flat', async () => {
    const { json } = await get(`/customers/${shop.customerId}`);
    expect(keys(json.data)).toBe(CUSTOMER);
    expect(json.data).toEqual((await get('/?version=v2.2')).json.data._embedded.customer);
  });

  it('to a media', async () => {
    const { json } = await get(`/media/${ids.media}`);
    expect(keys(json.data)).toBe(MEDIA);
    expect(json.data).toMatchObject({
      ...{ id: String(ids.media), type: 'IMAGE', video_url: null, location: null, status: 'approved', likes: '0' },
      ...{ original_image_width: '800', original_image_height: '600', caption: 'On my <b>wall</b>' },
      _analytics: { oid: String(ids.media), t: 'media', meta: ['user_agent', 'event_type', 'is_mobile'] },
    });
    expect(json.data.date_submitted).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$/);
    const [record] = await shop.store.media([ids.media]);
    const hash = record?.hash;
    expect(json.data.images).toEqual({
      square: `//api.example/media-files/${hash}/square.jpg`,
      thumbnail: `//api.example/media-files/${hash}/thumbnail.jpg`,
      mobile: `//api.example/media-files/${hash}/mobile.jpg`,
      normal: `//api.example/media-files/${hash}/normal.jpg`,
      original: `//api.example/media-files/${hash}/original.png`,
    });
    const { uploader } = json.data._embedded;
    expect(keys(uploader)).toBe(USER);
    expect(uploader.social_connections).toEqual({ instagram: { username: 'mila', source_id: '77' } });
    expect(keys(json.data._embedded['streams:all']._embedded.stream[0])).toBe(STREAM);
    expect(keys(json.data._embedded['categories:all']._embedded.category[0])).toBe(CATEGORY);
    const { base_image, cover_media } = json.data._embedded['streams:all']._embedded.stream[0]._embedded;
    expect([keys(base_image), base_image.id]).toEqual([MEDIA, String(ids.base)]);
    expect([keys(cover_media), cover_media.id]).toEqual([MEDIA, String(ids.media)]);
  });

  it('to a video: its file, and its poster as images', async () => {
    const { json } = await get(`/media/${ids.video}`);
    expect(json.data).toMatchObject({ type: 'VIDEO', likes: '5', location: { latitude: 43.3, longitude: -2 } });
    expect(json.data.video_url).toMatch(/^\/\/api\.example\/media-files\/[0-9a-f]{64}\/video\.mp4$/);
    expect(json.data.images.original).toMatch(/\/original\.jpg$/);
  });

  it('to a stream by id, and by key in all its aliases', async () => {
    const { json } = await get(`/streams/${ids.stream}`);
    expect(keys(json.data)).toBe(STREAM);
    expect(json.data).toMatchObject({
      ...{ id: String(ids.stream), tag_based_key: 'p/1 ü', status: 'available', name: 'Print' },
      product_info: { price: '€24.00', availability: 'in stock', stock: null, color: null },
    });
    expect(keys(json.data._embedded)).toBe(
      'base_image cover_media customer media:media_position media:photorank media:rated media:recent media:shuffled',
    );
    expect(keys(json.data._embedded.customer)).toBe(CUSTOMER);
    const key = encodeURIComponent('p/1 ü');
    const own = `/customers/${shop.customerId}`;
    for (const alias of [
      `${own}/streams/search?tag_key=${key}`,
      `${own}/streams/bytag/${key}`,
      `/streams/bytag/${key}/`,
    ])
      expect((await get(alias)).json).toEqual(json);
  });

  it('to a category by id and by key', async () => {
    const { json } = await get(`/categories/${ids.category}`);
    expect(keys(json.data)).toBe(CATEGORY);
    expect(json.data).toMatchObject({ id: String(ids.category), key: 'prints & posters' });
    expect(keys(json.data._embedded)).toBe('customer media:photorank media:rated media:recent media:shuffled');
    const key = encodeURIComponent('prints & posters');
    const own = `/customers/${shop.customerId}`;
    for (const alias of [
      `${own}/categories/search?tag_key=${key}`,
      `${own}/categories/bytag/${key}`,
      `/categories/bytag/${key}`,
    ])
      expect((await get(alias)).json).toEqual(json);
  });

  it('to a widget instance and its style', async () => {
    const { json } = await get(`/widgets/${INSTANCE}`);
    expect(keys(json.data)).toBe('_embedded _fixed _links id name settings type');
    expect(keys(json.data.settings)).toBe(
      'disable_base_styles enable_tagging mode precache rights sorting uploader_id',
    );
    expect(json.data).toMatchObject({ id: INSTANCE, type: 'by_stream', settings: { sorting: 'rated' } });
    const { customer, setting, stream } = json.data._embedded;
    expect(keys(customer)).toBe(CUSTOMER);
    expect(stream).toMatchObject({ id: String(ids.stream), _fixed: false });
    const style = await get(`/widgets/settings/${ids.style}`);
    expect(style.json.data).toEqual(setting);
    expect(setting).toMatchObject({
      type: 'olapic_slidev3',
      name: 'Slides',
      photos_limit: '12',
      id: String(ids.style),
    });
    expect(setting._analytics).toMatchObject({ t: 'widget', oid: String(ids.style) });
  });

  it('to lists: media and the customer, by id and by key', async () => {
    const { json } = await get(`/streams/${ids.stream}/media/recent`);
    expect(keys(json.data)).toBe('_embedded _links');
    expect(keys(json.data._links)).toBe('first next prev self');
    expect(keys(json.data._embedded)).toBe('customer media');
    expect(json.data._embedded.media[0]).toEqual((await get(`/media/${ids.media}`)).json.data);
    const byKey = await get(`/streams/media/recent?tag_key=${encodeURIComponent('p/1 ü')}`);
    expect(byKey.json.data._embedded).toEqual(json.data._embedded);
    expect(byKey.json.data._links.self.href).toContain(`/streams/${ids.stream}/media/recent?`);
    const ofCategory = await get(`/categories/${ids.category}/media/recent`);
    expect(mediaIds(ofCategory)).toEqual([ids.media]);
    expect(mediaIds(await get(`/categories/media/recent?tag_key=${encodeURIComponent('prints & posters')}`))).toEqual([
      ids.media,
    ]);
    expect(mediaIds(await get(`/users/${shop.userId}/media/recent`))).toEqual([ids.plain, ids.video, ids.media]);
  });

  it('with a trailing slash, with and without a known version, with parameters nobody knows', async () => {
    for (const path of ['/', `/media/${ids.media}`, `/streams/${ids.stream}/media/recent`, `/widgets/${INSTANCE}`]) {
      const plain = await get(path);
      expect(plain.status).toBe(200);
      for (const version of ['v2.2', 'v2.1', '2.2', 'beta', '"><script>', 'v9'])
        expect(
          (await get(`${path.replace(/\/$/, '')}/?version=${encodeURIComponent(version)}&format=json&count=9&x[]=1`))
            .status,
        ).toBe(200);
    }
    expect((await get('/?version=%22%3E')).json.data._embedded.customer._links.self.href).toMatch(/&version=v2\.2$/);
    expect((await get('/?version=v2.1')).json.data._embedded.customer._links.self.href).toMatch(/&version=v2\.1$/);
  });
});

describe('links', () => {
  it('work when followed, wherever they stand', async () => {
    const start = [
      `/streams/${ids.stream}/media/recent`,
      `/widgets/${INSTANCE}`,
      '/?x=1',
      `/categories/${ids.category}`,
    ];
    const seen = new Set<string>();
    for (const path of start) {
      for (const href of hrefs((await get(path)).json)) {
        if (seen.has(href)) continue;
        seen.add(href);
        expect(href).toMatch(/^\/\/api\.example\/.*[?&]auth_token=public-token&version=v2\.2$/);
        const { status, json } = await get(href);
        expect([href, status]).toEqual([href, 200]);
        const self = json.data._links?.self?.href;
        if (self && !self.includes('page_key')) expect(self).toBe(href);
      }
    }
    expect(seen.size).toBeGreaterThan(20);
  });

  it('carry the host that was asked, and none that is not a host', async () => {
    const self = async (host: string) => {
      const { status, json } = await get(`/media/${ids.media}`, { headers: { host } });
      return status === 200 ? json.data._links.self.href.split('/')[2] : status;
    };
    expect(await self('127.0.0.1:4180')).toBe('127.0.0.1:4180');
    expect(await self('[::1]:80')).toBe('[::1]:80');
    for (const host of ['a.example/evil', 'a"b', '<script>', 'a b', 'user@a.example', 'a.example:x'])
      expect([host, await self(host)]).toEqual([host, 400]);
    const forwarded = { host: 'api.example', 'x-forwarded-host': 'evil.example' };
    expect((await get('/', { headers: forwarded })).body).not.toContain('evil.example');
  });

  function hrefs(value: unknown): string[] {
    if (typeof value !== 'object' || value === null) return [];
    return Object.entries(value).flatMap(([key, inner]) => {
      if (key === '_forms') return [];
      return key === 'href' && typeof inner === 'string' ? [inner] : hrefs(inner);
    });
  }
});

describe('parameters', () => {
  const streamsIn = ({ json }: Got) =>
    json.data._embedded.media
      .find(({ id }: { id: string }) => id === String(ids.media))
      ?._embedded['streams:all']?._embedded.stream.map(({ id }: { id: string }) => Number(id));
  const list = (query: string) => get(`/customers/${shop.customerId}/media/recent?${query}`);

  it('include_tagged_galleries, include_inactive_galleries: which streams are embedded', async () => {
    expect(streamsIn(await list(''))).toEqual([ids.stream, ids.tagged]);
    expect(streamsIn(await list('include_tagged_galleries=0'))).toEqual([ids.stream]);
    expect(streamsIn(await list('include_inactive_galleries=true'))).toEqual([ids.stream, ids.tagged, ids.gone]);
    expect(streamsIn(await list('include_inactive_galleries=1&include_tagged_galleries=false'))).toEqual([
      ids.stream,
      ids.gone,
    ]);
    const alone = await get(`/media/${ids.media}/streams?include_tagged_galleries=0`);
    expect(alone.json.data).toMatchObject({ _links: [], _embedded: { stream: [{ id: String(ids.stream) }] } });
  });

  it('rights_given, filter_media_without_products: which media come', async () => {
    expect(mediaIds(await list(''))).toEqual([ids.plain, ids.video, ids.media]);
    expect(mediaIds(await list('rights_given=1'))).toEqual([ids.media]);
    expect(mediaIds(await list('filter_media_without_products=1'))).toEqual([ids.media]);
    expect(mediaIds(await list('filter_media_without_products=0&rights_given=false'))).toHaveLength(3);
  });

  it('disable_embedded_streams, disable_embedded_categories: what of a media is left out', async () => {
    const parts = async (query: string) => keys((await list(query)).json.data._embedded.media[0]._embedded);
    expect(await parts('')).toBe('categories:all streams:all uploader');
    expect(await parts('disable_embedded_streams=1')).toBe('categories:all uploader');
    expect(await parts('disable_embedded_categories=true')).toBe('streams:all uploader');
  });

  it('stay what they were on the next page', async () => {
    const first = await list('count=1&disable_embedded_streams=1&include_inactive_galleries=1');
    const { json } = await get(first.json.data._links.next.href);
    expect(keys(json.data._embedded.media[0]._embedded)).toBe('categories:all uploader');
    const inactive = await get(`/streams/${ids.gone}/media/recent?include_inactive_galleries=1`);
    expect((await get(inactive.json.data._links.self.href)).status).toBe(200);
  });

  it('count: 1 to 50, 20 without it', async () => {
    expect(mediaIds(await list('count=1'))).toHaveLength(1);
    expect((await list('count=50')).status).toBe(200);
    expect((await list('count=51')).json.data.message).toBe(
      'The parameter "count" received an invalid value "51", expected was "at most 50".',
    );
  });

  it('wrap_responses: a 404 comes as 200, with the real code inside', async () => {
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
  });
});

describe('errors', () => {
  it.each<[string, () => string, number, string | RegExp]>([
    ['no key', () => `/customers/${shop.customerId}/streams/search`, 400, 'The parameter "tag_key" is missing.'],
    ['no key', () => '/streams/media/recent', 400, 'The parameter "tag_key" is missing.'],
    [
      'no number',
      () => '/media/abc',
      400,
      'The parameter "media_id" received an invalid type string, expected was integer.',
    ],
    [
      'no number',
      () => '/streams/1/media/recent?count=ten',
      400,
      'The parameter "count" received an invalid type string, expected was integer.',
    ],
    [
      'two of one',
      () => '/customers/1/media/recent?rights_given=1&rights_given=0',
      400,
      'The parameter "rights_given" received an invalid type array, expected was string.',
    ],
    [
      'too few',
      () => '/customers/1/media/recent?count=0',
      400,
      'The parameter "count" received an invalid value "0", expected was "at least 1".',
    ],
    [
      'another flag',
      () => '/customers/1/media/recent?rights_given=yes',
      400,
      'The parameter "rights_given" received an invalid value "yes", expected was "0, 1, true, false".',
    ],
    [
      'another order',
      () => '/customers/1/media/best',
      400,
      'The parameter "sorting_option" received an invalid value "best", expected was "recent, shuffled, photorank, rated".',
    ],
    [
      'positions of a customer',
      () => '/customers/1/media/media_position',
      400,
      /"sorting_option" received an invalid value "media_position"/,
    ],
    [
      'bytes that are no text',
      () => '/streams/media/recent?tag_key=%FF%FE',
      400,
      'There were an issue trying to identify the charset of the parameter "tag_key".',
    ],
    [
      'another customer',
      () => `/customers/${foreign.customer}`,
      403,
      'The authenticated customer is not allowed to access the selected resource.',
    ],
    [
      'another’s media',
      () => `/media/${foreign.media}`,
      403,
      'The authenticated customer is not allowed to access the selected resource.',
    ],
    [
      'another’s stream',
      () => `/streams/${foreign.stream}/media/recent`,
      403,
      'The authenticated customer is not allowed to access the selected resource.',
    ],
    [
      'another’s category',
      () => `/categories/${foreign.category}`,
      403,
      'The authenticated customer is not allowed to access the selected resource.',
    ],
    [
      'another’s user',
      () => `/users/${foreign.user}`,
      403,
      'The authenticated customer is not allowed to access the selected resource.',
    ],
    [
      'another’s widget',
      () => `/widgets/${'f'.repeat(32)}`,
      403,
      'The authenticated customer is not allowed to access the selected resource.',
    ],
    [
      'another’s style',
      () => `/widgets/settings/${foreign.style}`,
      403,
      'The authenticated customer is not allowed to access the selected resource.',
    ],
    ['another’s key', () => '/streams/bytag/x', 404, 'No entity of type Stream was found with id x.'],
    ['no such customer', () => '/customers/999', 404, 'No entity of type Customer was found with id 999.'],
    ['no such media', () => '/media/999', 404, 'No entity of type Media was found with id 999.'],
    [
      'no such stream',
      () => '/streams/media/rated?tag_key=nope',
      404,
      'No entity of type Stream was found with id nope.',
    ],
    [
      'no such category',
      () => '/categories/999/media/recent',
      404,
      'No entity of type Category was found with id 999.',
    ],
    [
      'no such widget',
      () => `/widgets/${'a'.repeat(32)}`,
      404,
      `No entity of type Widget was found with id ${'a'.repeat(32)}.`,
    ],
    [
      'a discontinued stream',
      () => `/streams/${ids.gone}`,
      404,
      /^The requested entity Stream with the id "\d+" is inactive\.$/,
    ],
    ['no such page', () => '/customers/1/media/recent?page_key=abc&page_number=2', 404, 'No pagination found.'],
  ])('%s: %s', async (_, path, status, message) => {
    const { json, ...got } = await get(path());
    expect([got.status, json.metadata.code]).toEqual([status, status]);
    if (typeof message === 'string') expect(json.data.message).toBe(message);
    else expect(json.data.message).toMatch(message);
    expect(keys(json)).toBe('data metadata');
    expect(got.headers['cache-control']).toBe('no-store');
  });

  it('of credentials', async () => {
    const invalid = {
      metadata: { code: 401, message: 'Unauthorized', version: 'v2.0' },
      data: { message: 'Invalid Credentials.' },
    };
    expect((await get('/', { token: 'nobody' })).json).toEqual(invalid);
    expect((await shop.app.inject('/media/1')).json()).toEqual(invalid);
    expect((await shop.app.inject('/media/1?auth_token[]=public-token')).statusCode).toBe(401);
  });

  it('say that a media is not shown while it waits, or was rejected', async () => {
    const waiting = await shop.addMedia({ status: 'pending' });
    expect((await get(`/media/${waiting}`)).json.data.message).toBe(
      `The requested entity Media with the id "${waiting}" is inactive.`,
    );
  });
});

describe('pages of other sites', () => {
  const NOT_ALLOWED = 'The authenticated customer is not allowed to access the selected resource.';

  it('read with a public token from a registered origin only', async () => {
    const allowed = await get('/', { headers: { origin: ORIGIN } });
    expect([allowed.status, allowed.headers['access-control-allow-origin']]).toEqual([200, ORIGIN]);
    expect(allowed.headers.vary).toMatch(/\bOrigin\b/);
    for (const origin of ['https://evil.example', 'null', `${ORIGIN}.evil.example`]) {
      const { status, json, headers } = await get('/', { headers: { origin } });
      expect([status, json.data.message]).toEqual([403, NOT_ALLOWED]);
      expect(headers['access-control-allow-origin']).toBeUndefined();
    }
    expect((await get('/', { headers: {} })).headers.vary).toMatch(/\bOrigin\b/);
  });

  it('never read with a private token', async () => {
    const page = await get('/', { token: PRIVATE, headers: { origin: ORIGIN } });
    expect([page.status, page.json.data.message]).toEqual([403, NOT_ALLOWED]);
    const server = await get('/', { token: PRIVATE });
    expect([server.status, server.headers['cache-control']]).toEqual([200, 'private, no-store']);
  });
});

describe('delivery', () => {
  const list = () => `/customers/${shop.customerId}/media/recent`;

  it('lets a page keep an answer for a minute, and asks it to show the old one meanwhile', async () => {
    expect((await get(list())).headers['cache-control']).toBe('public, max-age=60, stale-while-revalidate=600');
  });

  it('answers 304 to who has it already, until something in it changes', async () => {
    vi.useFakeTimers({ now: Date.UTC(2026, 5, 1, 12, 1), toFake: ['Date'] });
    const { etag } = (await get(list())).headers;
    vi.setSystemTime(Date.UTC(2026, 5, 1, 12, 31));
    const again = await get(list(), { headers: { 'if-none-match': `"other", ${etag}` } });
    expect([again.status, again.body, again.headers.etag]).toEqual([304, '', etag]);
    expect(again.headers['cache-control']).toMatch(/max-age=60/);
    vi.setSystemTime(Date.UTC(2026, 5, 1, 13, 1));
    expect((await get(list(), { headers: { 'if-none-match': `${etag}` } })).status).toBe(200);
    vi.setSystemTime(Date.UTC(2026, 5, 1, 12, 32));
    await shop.addMedia();
    expect((await get(list(), { headers: { 'if-none-match': `${etag}` } })).status).toBe(200);
    expect((await get('/media/999999', { headers: { 'if-none-match': '*' } })).status).toBe(404);
  });

  it('compresses for who takes it', async () => {
    const plain = await shop.app.inject(`${list()}?auth_token=public-token`);
    expect(plain.headers['content-encoding']).toBeUndefined();
    expect(plain.headers.vary).toBe('Origin, Accept-Encoding');
    const links = /page_key=[\w-]+/g;
    const ask = (accepted: string) =>
      shop.app.inject({ url: `${list()}?auth_token=public-token`, headers: { 'accept-encoding': accepted } });
    for (const [accepted, encoding, decompress] of [
      ['gzip, deflate, br', 'br', brotliDecompressSync],
      ['gzip;q=1.0', 'gzip', gunzipSync],
      ['br;q=0, gzip', 'gzip', gunzipSync],
    ] as const) {
      const { headers, rawPayload } = await ask(accepted);
      expect(headers['content-encoding']).toBe(encoding);
      expect(decompress(rawPayload).toString().replace(links, '')).toBe(plain.body.replace(links, ''));
      expect(Number(headers['content-length'])).toBe(rawPayload.length);
    }
    expect((await ask('deflate')).headers['content-encoding']).toBeUndefined();
  });

  it('answers HEAD with the headers of GET', async () => {
    const headers = { host: 'api.example' };
    const head = await shop.app.inject({ method: 'HEAD', url: `${list()}?auth_token=public-token`, headers });
    expect([head.statusCode, head.body]).toEqual([200, '']);
    expect(head.headers.etag).toBe((await get(list())).headers.etag);
  });
});

describe('whatever is asked', () => {
  const segment = fc.oneof(
    fc.constantFrom('media', 'streams', 'customers', 'categories', 'widgets', 'settings', 'users', 'search', 'bytag'),
    fc.constantFrom(
      'recent',
      'rated',
      'shuffled',
      'media_position',
      '1',
      '2',
      '0',
      '-1',
      '1e3',
      '9'.repeat(30),
      INSTANCE,
    ),
    fc.string({ unit: 'binary' }).map(encodeURIComponent),
    fc.constantFrom('%', '%ff', '%00', '..', '%2e%2e', '%2f'),
  );
  const name = fc.constantFrom(
    'count',
    'page_key',
    'page_number',
    'prev_id',
    'tag_key',
    'rights_given',
    'version',
    'wrap_responses',
    'auth_token',
    '__proto__',
    'count[]',
  );
  const value = fc.oneof(
    fc.string({ unit: 'binary' }).map(encodeURIComponent),
    fc.constantFrom('1', '0', '%ff', '9'.repeat(20), '1.5', 'true', '%00'),
  );

  it('is answered in this API’s shape, and never as our mistake', async () => {
    const query = fc.array(fc.tuple(name, value), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(fc.array(segment, { minLength: 1, maxLength: 5 }), query, async (path, parameters) => {
        const text = [...parameters, ['auth_token', 'public-token']].map((pair) => pair.join('=')).join('&');
        const answer = await shop.app.inject(`/${path.join('/')}?${text}`);
        expect(answer.statusCode).toBeLessThan(500);
        expect(typeof answer.json()).toBe('object');
      }),
      { numRuns: 600 },
    );
  });
});
