import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Furnished, INSTANCE, keys, mediaIds, openFurnishedShop, type Shop } from './testing/shop.ts';

let shop: Furnished;
let get: Shop['get'];
let ids: Furnished['ids'];

beforeAll(async () => {
  shop = await openFurnishedShop();
  ({ get, ids } = shop);
});
afterAll(() => shop.close());

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
    expect(json.data._links.self.href).toBe('//api.example/?auth_token=public-token&version=v2.2');
    const { customer } = json.data._embedded;
    expect(keys(customer)).toBe(CUSTOMER);
    expect(customer).toMatchObject({ id: String(shop.customerId), _fixed: true, template_dir: 'atelier' });
    expect(keys(customer._forms)).toBe('categories:search stashes:create streams:search users:create');
    expect(keys(customer._embedded)).toBe('media media:photorank media:rated media:recent media:shuffled user');
  });

  it('to a customer: flat, and embedded as in the root', async () => {
    const { json } = await get(`/customers/${shop.customerId}`);
    expect(keys(json.data)).toBe(CUSTOMER);
    const { customer, ...lists } = json.data._embedded;
    expect(customer).toEqual((await get('/?version=v2.2')).json.data._embedded.customer);
    expect({ ...json.data, _embedded: lists }).toEqual(customer);
  });

  it('to a customer: settings with every key and type that the text has', async () => {
    const { settings } = (await get(`/customers/${shop.customerId}`)).json.data;
    expect(settings).toMatchObject({ column_number: '3', items_per_page: '10', show_in_home: 'bestphotos' });
    expect(settings).toMatchObject({ show_in_home_id: '0', analytics_cookie_domain: '', force_viewer_modal: false });
    expect(settings.analytics_checkout_file_prefix).toBe('');
    expect(keys(settings.customer_dependant)).toBe(
      'admin api assets assets2 bo default developers docs editor facebook photos premoderation profile signup slideshow social uploader viewer widget',
    );
    expect(settings.customer_dependant).toMatchObject({ facebook: 'facebook2', photos: 'default' });
    const other = { column_number: '5', items_per_page: '8' };
    await shop.contentStore.upsertCustomer({
      key: 'atelier',
      name: 'Atelier',
      domain: 'shop.example',
      settings: other,
    });
    expect((await get('/?x=1')).json.data._embedded.customer.settings).toEqual({ ...settings, ...other });
    await shop.contentStore.upsertCustomer({ key: 'atelier', name: 'Atelier', domain: 'shop.example', settings: {} });
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
    const [record] = await shop.contentStore.media([ids.media]);
    const hash = record?.hash;
    expect(json.data.images).toEqual({
      square: `http://api.example/media-files/${hash}/square.jpg`,
      thumbnail: `http://api.example/media-files/${hash}/thumbnail.jpg`,
      mobile: `http://api.example/media-files/${hash}/mobile.jpg`,
      normal: `http://api.example/media-files/${hash}/normal.jpg`,
      original: `http://api.example/media-files/${hash}/original.png`,
    });
    const { uploader } = json.data._embedded;
    expect(keys(uploader)).toBe(USER);
    expect(uploader.social_connections).toEqual({ instagram: { username: 'mila', source_id: '77' } });
    expect(keys(json.data._embedded['streams:all']._embedded.stream[0])).toBe(STREAM);
    expect(keys(json.data._embedded['categories:all']._embedded.category[0])).toBe(CATEGORY);
    const { base_image, cover_media } = json.data._embedded['streams:all']._embedded.stream[0]._embedded;
    expect([keys(base_image), base_image.id]).toEqual([MEDIA, String(ids.base)]);
    expect([keys(cover_media), cover_media.id]).toEqual([MEDIA, String(ids.media)]);
    expect(keys(cover_media._embedded)).toBe('categories:all streams:all uploader');
    for (const [part, key] of [
      ['streams:all', 'stream'],
      ['categories:all', 'category'],
    ] as const) {
      expect(keys(cover_media._embedded[part])).toBe('_embedded _fixed _links');
      expect(cover_media._embedded[part]).toMatchObject({ _fixed: false, _embedded: { [key]: [] } });
    }
  });

  it('to a video: its file, and its poster as images', async () => {
    const { json } = await get(`/media/${ids.video}`);
    expect(json.data).toMatchObject({ type: 'VIDEO', likes: '5', location: { latitude: 43.3, longitude: -2 } });
    expect(json.data.video_url).toMatch(/^http:\/\/api\.example\/media-files\/[0-9a-f]{64}\/video\.mp4$/);
    expect(json.data.images.original).toMatch(/\/original\.jpg$/);
  });

  it('to a stream by id, and by key in all its aliases', async () => {
    const { json } = await get(`/streams/${ids.stream}`);
    expect(keys(json.data)).toBe(STREAM);
    expect(json.data).toMatchObject({
      ...{ id: String(ids.stream), tag_based_key: 'p/1 ü', status: 'available', name: 'Print', description: '' },
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
      `/category/${ids.category}`,
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
    expect(keys(setting)).toBe(
      '_analytics _fixed _links auto_play duration help_link id img_size infinite interval js_animation minInfinite name photos_limit slide_by slide_mode stream_link stream_link_custom type views',
    );
    expect(setting._analytics).toMatchObject({ t: 'widget', oid: String(ids.style) });
  });

  it('to a style: what its type has, until an operator sets something else', async () => {
    const style = async (type: string, settings = {}) => {
      const { id } = await shop.contentStore.upsertStyle(shop.customerId, { type, name: 'Another', settings });
      return (await get(`/widgets/settings/${id}`)).json.data;
    };
    expect(await style('olapic_wallv2')).toMatchObject({ img_size: 'mobile', page_limit: '20', streams_list: [] });
    expect(await style('olapic_wallv2', { page_limit: '8', mine: 1 })).toMatchObject({ page_limit: '8', mine: 1 });
    expect(await style('buttonv2')).toMatchObject({ help_link: true, call_to_action: '' });
    for (const type of ['unheard_of', 'constructor'])
      expect(keys(await style(type))).toBe('_analytics _fixed _links id name type views');
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

  it('to lists of streams, categories, instances and styles', async () => {
    const own = `/customers/${shop.customerId}`;
    const only = async (path: string, collection: string) => (await get(path)).json.data._embedded[collection].at(-1);
    const pictures = 'base_image cover_media customer';
    const lists = 'media:photorank media:rated media:recent media:shuffled';
    for (const path of [`${own}/streams`, `/categories/${ids.category}/streams`]) {
      const stream = await only(path, 'gallery');
      expect([stream.id, keys(stream)]).toEqual([String(ids.stream), STREAM]);
      expect(keys(stream._embedded)).toBe(`${pictures} media:media_position ${lists}`);
      expect(stream._embedded.customer).toMatchObject({ id: String(shop.customerId), _fixed: false });
      expect(stream._embedded.base_image.id).toBe(String(ids.base));
      expect(await only(`/media/${ids.media}/streams`, 'stream')).toEqual(stream);
    }
    for (const path of [`${own}/categories`, `/streams/${ids.stream}/categories`, `/media/${ids.media}/categories`]) {
      const category = await only(path, 'category');
      expect([category.id, keys(category)]).toEqual([String(ids.category), CATEGORY]);
      expect(keys(category._embedded)).toBe(`customer ${lists}`);
      expect(keys(category.settings)).toBe('meta_description meta_extras meta_keywords meta_title');
    }
    const { setting: _, customer: __, ...alone } = (await get(`/widgets/${INSTANCE}`)).json.data._embedded;
    const instance = await only(`${own}/widgets`, 'widgetinstance');
    expect(keys(instance)).toBe('_embedded _fixed _links id name settings type');
    const { setting, customer, ...inList } = instance._embedded;
    expect(inList).toEqual(alone);
    expect(setting).toMatchObject({ id: String(ids.style), _fixed: false });
    expect(customer).toMatchObject({ id: String(shop.customerId), _fixed: false });
    const style = await only(`${own}/widgets/settings`, 'widget');
    expect(style).toEqual((await get(`/widgets/settings/${ids.style}`)).json.data);
  });

  it('to a user by id and by Instagram handle', async () => {
    const { json } = await get(`/users/${shop.userId}`);
    expect(keys(json.data)).toBe(USER);
    const path = `/customers/${shop.customerId}/instagram_users/mila`;
    const byHandle = await get(path);
    expect(keys(byHandle.json.data)).toBe(`${USER} instagram_followers`.split(' ').toSorted().join(' '));
    const { _embedded, instagram_followers, ...same } = byHandle.json.data;
    expect({ ...json.data, ...same }).toEqual(json.data);
    expect(_embedded['media:recent']._links.self.href).toContain(`${path}/media/recent?`);
    expect((await get(`/customers/${shop.customerId}/instagram_users/Mila`)).json).toEqual(byHandle.json);
    const bySource = await shop.contentStore.upsertUser(shop.customerId, { source: 'upload', username: 'ben' });
    expect((await get(`/customers/${shop.customerId}/instagram_users/ben`)).status).toBe(404);
    expect((await get(`/users/${bySource.id}`)).json.data.social_connections).toEqual([]);
  });

  it('to a user of a network, whose id there is not known: the name', async () => {
    const connections = async (source: string) => {
      const { id } = await shop.contentStore.upsertUser(shop.customerId, {
        source,
        username: 'ada',
        language: 'pt_BR',
      });
      const { data } = (await get(`/users/${id}`)).json;
      expect(data.language).toBe('pt_BR');
      return data.social_connections;
    };
    for (const network of ['instagram', 'twitter', 'tiktok'])
      expect(await connections(network)).toEqual({ [network]: { username: 'ada', source_id: null } });
    for (const other of ['upload', 'email', 'print-campaign', '__proto__'])
      expect([other, await connections(other)]).toEqual([other, []]);
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
      `/customers/${shop.customerId}/streams?count=1`,
      `/customers/${shop.customerId}/widgets`,
      `/customers/${shop.customerId}/widgets/settings`,
      `/customers/${shop.customerId}/categories`,
      `/customers/${shop.customerId}/instagram_users/mila`,
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
