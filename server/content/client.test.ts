import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ContentClient, createContentClient } from '../../src/content/client/content.ts';
import { type Answering, startAnswering } from '../../tools/testing/answering.ts';
import { UNKNOWN_TOKEN } from '../http/caller.ts';
import type { CustomerRecord } from '../store/content/content-store.ts';
import { decodePageKey, encodePageKey } from './paging/page-key.ts';
import { DAY, type Furnished, INSTANCE, openFurnishedShop, PUBLIC } from './testing/shop.ts';

/** The kit's client against the service, over HTTP. What other services do differently: `src/content/client/pages.test.ts`. */
let shop: Furnished;
let service: Answering;
let client: ContentClient;
/** Changes an answer on its way. */
let alter: (body: string) => string = (body) => body;

beforeAll(async () => {
  shop = await openFurnishedShop();
  service = await startAnswering(async ({ method, url, headers: { 'accept-encoding': _, ...headers }, body }) => {
    const answer = await shop.app.inject({ method: method as 'GET', url, headers, payload: body });
    return { status: answer.statusCode, body: alter(answer.body) };
  });
  client = createContentClient({ api: service.url, key: PUBLIC });
});
afterAll(async () => {
  await service.close();
  await shop.close();
});

async function allOf<T>(pages: AsyncIterable<T[]>): Promise<T[][]> {
  const all: T[][] = [];
  for await (const page of pages) all.push(page);
  return all;
}
const idsOf = (pages: { id: string }[][]) => pages.map((page) => page.map(({ id }) => Number(id)));

describe('an entity', () => {
  test('customer: by the key and by id', async () => {
    const expected = { id: `${shop.customerId}`, name: 'Atelier', domain: 'shop.example', premoderation: false };
    expect(await client.getCustomer()).toMatchObject(expected);
    expect(await client.getCustomer(shop.customerId)).toMatchObject(expected);
  });

  test('media: all of it, its URLs absolute', async () => {
    const media = await client.getMedia(shop.ids.media);
    expect(media).toMatchObject({
      id: `${shop.ids.media}`,
      type: 'IMAGE',
      status: 'approved',
      source: 'instagram',
      caption: 'On my <b>wall</b>',
      uploader: 'Mila',
      uploaderId: `${shop.userId}`,
      width: 800,
      height: 600,
      likes: 0,
      location: undefined,
    });
    expect(Object.values(media.images)).toHaveLength(5);
    for (const url of Object.values(media.images)) expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\//);
    expect(media.streams.map(({ key }) => key)).toEqual(expect.arrayContaining(['p/1 ü', 'p2']));
    expect(media.categories.map(({ key }) => key)).toEqual(['prints & posters']);
  });

  test('media: a video with its place and likes', async () => {
    const media = await client.getMedia(`${shop.ids.video}`);
    expect(media).toMatchObject({ type: 'VIDEO', likes: 5, location: { latitude: 43.3, longitude: -2 } });
    expect(media.video).toMatch(/^http.*mp4$/);
  });

  test('media: without what is not wanted', async () => {
    const options = { disableEmbeddedStreams: true, disableEmbeddedCategories: true };
    expect(await client.getMedia(shop.ids.media, options)).toMatchObject({ streams: [], categories: [] });
  });

  test('stream: by id and by the shop’s own key', async () => {
    const expected = {
      id: `${shop.ids.stream}`,
      key: 'p/1 ü',
      name: 'Print',
      status: 'available',
      price: '€24.00',
      availability: 'in stock',
      url: 'https://shop.example/p1',
    };
    expect(await client.getStream(shop.ids.stream)).toMatchObject(expected);
    expect(await client.getStream({ key: 'p/1 ü' })).toMatchObject(expected);
  });

  test('stream: a discontinued one only for who asks for it', async () => {
    const error = { code: 'not_found', status: 404, message: expect.stringContaining('is inactive') };
    await expect(client.getStream(shop.ids.gone)).rejects.toMatchObject(error);
    expect(await client.getStream(shop.ids.gone, { includeInactiveGalleries: true })).toMatchObject({ key: 'p3' });
  });

  test('category: by id and by the shop’s own key', async () => {
    const expected = { id: `${shop.ids.category}`, key: 'prints & posters', name: 'Prints' };
    expect(await client.getCategory(shop.ids.category)).toMatchObject(expected);
    expect(await client.getCategory({ key: 'prints & posters' })).toMatchObject(expected);
    expect(await client.getCategory({ key: 'prints & posters' }, { customer: shop.customerId })).toMatchObject(
      expected,
    );
  });

  test('user: by id and by the name on Instagram', async () => {
    const expected = { id: `${shop.userId}`, name: 'Mila', username: 'mila', connections: { instagram: 'mila' } };
    expect(await client.getUser(shop.userId)).toMatchObject(expected);
    expect(await client.getInstagramUser('mila')).toMatchObject(expected);
  });

  test('widget and style', async () => {
    expect(await client.getWidget(INSTANCE)).toMatchObject({
      id: INSTANCE,
      name: 'Home',
      type: 'by_stream',
      sorting: 'rated',
      customer: `${shop.customerId}`,
      style: `${shop.ids.style}`,
      stream: `${shop.ids.stream}`,
      category: undefined,
    });
    const style = { id: `${shop.ids.style}`, type: 'olapic_slidev3', name: 'Slides' };
    expect(await client.getStyle(shop.ids.style)).toMatchObject(style);
    expect((await client.getStyle(shop.ids.style)).settings).toMatchObject({ photos_limit: '12' });
  });
});

describe('a list', () => {
  test('of media: of a customer, category, stream and user, each once and newest first', async () => {
    const { media, video, plain, stream, category } = shop.ids;
    expect(idsOf(await allOf(client.mediaOfCustomer({ count: 2 })))).toEqual([[plain, video], [media]]);
    expect(idsOf(await allOf(client.mediaOfStream(stream)))).toEqual([[media]]);
    expect(idsOf(await allOf(client.mediaOfStream({ key: 'p/1 ü' }, { sorting: 'media_position' })))).toEqual([
      [media],
    ]);
    expect(idsOf(await allOf(client.mediaOfCategory(category)))).toEqual([[media]]);
    expect(idsOf(await allOf(client.mediaOfCategory({ key: 'prints & posters' })))).toEqual([[media]]);
    expect(idsOf(await allOf(client.mediaOfUser(shop.userId, { count: 1 })))).toEqual([[plain], [video], [media]]);
    expect(idsOf(await allOf(client.mediaOfInstagramUser('mila', { count: 2 })))).toEqual([[plain, video], [media]]);
    expect(idsOf(await allOf(client.mediaOfCustomer({ rightsGiven: true })))).toEqual([[media]]);
  });

  test('of streams', async () => {
    const { stream, tagged } = shop.ids;
    const keys = (all: { key: string }[]) => all.map(({ key }) => key).toSorted();
    expect(keys((await allOf(client.streamsOfCustomer({ count: 1 }))).flat())).toContain('p/1 ü');
    expect(idsOf(await allOf(client.streamsOfCategory(shop.ids.category)))).toEqual([[stream]]);
    expect(keys(await client.streamsOfMedia(shop.ids.media))).toEqual(['p/1 ü']);
    const options = { includeTaggedGalleries: true, includeInactiveGalleries: true };
    expect(keys(await client.streamsOfMedia(shop.ids.media, options))).toEqual(['p/1 ü', 'p2', 'p3']);
    expect((await client.streamsOfMedia(shop.ids.video, options)).map(({ id }) => id)).toEqual([`${tagged}`]);
  });

  test('of categories', async () => {
    const { category } = shop.ids;
    expect(idsOf(await allOf(client.categoriesOfCustomer()))).toEqual([[category]]);
    expect(idsOf(await allOf(client.categoriesOfStream(shop.ids.stream)))).toEqual([[category]]);
    expect((await client.categoriesOfMedia(shop.ids.media)).map(({ id }) => Number(id))).toEqual([category]);
  });

  test('of widgets and styles', async () => {
    const names = async (pages: AsyncIterable<{ name: string }[]>) =>
      (await allOf(pages)).flat().map(({ name }) => name);
    expect(await names(client.widgetsOfCustomer({ count: 1 }))).toEqual(['Home']);
    expect(await names(client.stylesOfCustomer({ count: 1 }))).toEqual(['Slides']);
  });

  test('asks for no page before the one before it has been dealt with', async () => {
    service.asked.length = 0;
    for await (const _ of client.mediaOfUser(shop.userId, { count: 1 })) break;
    expect(service.asked).toHaveLength(1);
  });
});

describe('a list whose links have expired', () => {
  const HALF_A_DAY = DAY / 2;

  /** The service's own links, as it would have signed them 12 hours earlier. */
  function aged(body: string): string {
    return body.replace(/page_key=([\w-]+)/g, (_, key: string) => {
      const wanted = { customerId: shop.customerId, scope: { kind: 'user', id: shop.userId } as const };
      const walk = decodePageKey(key, { ...wanted, sorting: 'recent', now: Date.now() }, shop.contentStore.secret);
      if (!walk) throw new Error('not a key of this list');
      return `page_key=${encodePageKey({ ...walk, begunAt: walk.begunAt - HALF_A_DAY - 1000 }, shop.contentStore.secret)}`;
    });
  }

  test('is begun again, and what was had is skipped', async () => {
    const { media, video, plain } = shop.ids;
    service.asked.length = 0;
    const pages = client.mediaOfUser(shop.userId, { count: 1 });
    expect(idsOf([(await pages.next()).value ?? []])).toEqual([[plain]]);
    // The second page's link is an old one, and refused; the first page that is asked again is today's.
    alter = aged;
    expect(idsOf([(await pages.next()).value ?? []])).toEqual([[video]]);
    alter = (body) => body;
    expect(idsOf(await allOf(pages))).toEqual([[media]]);
    const walked = service.asked.map(({ url }) => (url.includes('page_key') ? 'link' : 'first'));
    expect(walked).toEqual(['first', 'link', 'link', 'first', 'link', 'link']);
  });

  test('says what the service says when they are refused for ever', async () => {
    alter = aged;
    const error = { code: 'not_found', status: 404, message: 'No pagination found.' };
    await expect(allOf(client.mediaOfUser(shop.userId, { count: 1 }))).rejects.toMatchObject(error);
    alter = (body) => body;
  });
});

describe('what a shopper gives', () => {
  const picture = async () => {
    const colour = { r: 200, g: 90, b: 40 };
    const bytes = await sharp({ create: { width: 120, height: 80, channels: 3, background: colour } })
      .png()
      .toBuffer();
    return new File([new Uint8Array(bytes)], 'mug.png', { type: 'image/png' });
  };

  test('becomes a media of a stream, once, however often it is sent', async () => {
    const user = await client.createUser({ email: 'ada@mail.example', screenName: 'Ada' });
    const again = await client.createUser({ email: 'ada@mail.example', screenName: 'Ada' });
    // Whoever knows an address gets a user of their own.
    expect(again.id).not.toBe(user.id);
    expect(again).toEqual({ ...user, id: again.id, username: again.username });
    expect(await client.getUser(user.id)).toEqual(user);

    const { stream } = shop.ids;
    const location = { latitude: 0, longitude: -74.6323 };
    const upload = client.createUpload({
      user: user.id,
      file: await picture(),
      caption: 'Ünï “mug”',
      stream,
      location,
    });
    const media = await upload.send();
    expect(media).toMatchObject({ caption: 'Ünï “mug”', width: 120, height: 80, status: 'approved', location });
    expect(media).toMatchObject({ uploader: 'Ada' });
    // The id that lets one upload is known to its user only.
    expect(user.id).not.toBe(media.uploaderId);
    expect(idsOf(await allOf(client.mediaOfUser(user.id))).flat()).toEqual([Number(media.id)]);
    expect(idsOf(await allOf(client.mediaOfStream(stream))).flat()).toContain(Number(media.id));

    service.asked.length = 0;
    expect((await upload.send()).id).toBe(media.id);
    expect(service.asked.map(({ url }) => url.split('?')[0])).toEqual([`/users/${user.id}/media`]);

    const { key, name, domain } = (await shop.contentStore.customer(shop.customerId)) as CustomerRecord;
    await shop.contentStore.upsertCustomer({ key, name, domain, settings: { reportThreshold: 1 } });
    await client.reportMedia(media.id, { email: 'grace@mail.example', reason: 'That is my mug.' });
    await expect(client.getMedia(media.id)).rejects.toMatchObject({ code: 'not_found', status: 404 });
  });

  test('is refused in words where it is no picture, and where its stash is not there', async () => {
    const file = new File(['<html>'], 'mug.png', { type: 'image/png' });
    const user = (await client.createUser({ email: 'ada@mail.example' })).id;
    const upload = client.createUpload({ user, file });
    const message = expect.stringContaining('This is not a JPEG, PNG, WebP, AVIF');
    await expect(upload.send()).rejects.toMatchObject({ code: 'refused', status: 400, message });
    expect(upload.stash).toBeUndefined();
    const stash = client.uploadStashed('A'.repeat(22), { user });
    await expect(stash).rejects.toMatchObject({ code: 'not_found', status: 404 });
  });
});

describe('an error', () => {
  test('has the service’s own words', async () => {
    await expect(client.getMedia(999)).rejects.toMatchObject({
      name: 'Error',
      code: 'not_found',
      status: 404,
      message: 'No entity of type Media was found with id 999.',
    });
    await expect(client.getMedia('x')).rejects.toMatchObject({ code: 'refused', status: 400 });
    const stranger = createContentClient({ api: service.url, key: 'none' });
    const refused = { code: 'refused', status: 401, message: `auth_token: ${UNKNOWN_TOKEN}` };
    await expect(stranger.getMedia(1)).rejects.toMatchObject(refused);
    await expect(allOf(stranger.streamsOfCustomer())).rejects.toMatchObject(refused);
  });

  test('of who gave up is the reason of the signal, wherever that was', async () => {
    const reason = new Error('enough');
    const signal = AbortSignal.abort(reason);
    await expect(client.getMedia(1, { signal })).rejects.toBe(reason);
    await expect(allOf(client.mediaOfCustomer({ signal }))).rejects.toBe(reason);
    await expect(client.getCategory({ key: 'x' }, { signal })).rejects.toBe(reason);

    const later = new AbortController();
    const pages = client.mediaOfUser(shop.userId, { count: 1, signal: later.signal });
    await pages.next();
    later.abort(reason);
    await expect(pages.next()).rejects.toBe(reason);
  });
});
