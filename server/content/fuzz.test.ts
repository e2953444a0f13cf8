import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import fc from 'fast-check';
import type { FastifyInstance, RouteOptions } from 'fastify';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openContentStore } from '../store/content/open.ts';
import { openTestService, SHOP_ORIGIN, type TestService } from '../testing.ts';
import { type Endpoint, type Plausible, requestsFor } from './fuzz/requests.ts';
import { type Said, send } from './fuzz/send.ts';
import { DataFolder, type Traces } from './fuzz/traces.ts';

/**
 * Whatever is asked of whatever endpoint of the content API: an answer comes, it is none of our mistakes, and who is
 * refused or only reads leaves nothing behind. Endpoints are taken from the service as it registers them, so a new one
 * is asked as well.
 */

/** Requests for each endpoint. */
const RUNS = 40;

let service: TestService;
let folder: DataFolder;
let endpoints: Endpoint[];
let plausible: Plausible;

beforeAll(async () => {
  endpoints = [];
  subscribe('fastify.initialization', watchRoutes);
  service = await openTestService();
  unsubscribe('fastify.initialization', watchRoutes);
  const picture = { width: 40, height: 30, channels: 3, background: 'teal' } as const;
  plausible = {
    tokens: [service.key, service.privateKey],
    values: await furnish(),
    picture: await sharp({ create: picture }).png().toBuffer(),
  };
  folder = new DataFolder(service.data);
});
afterAll(async () => {
  folder.close();
  await service.close();
});

test('no request to any endpoint makes a mistake of ours, hangs, or leaves something half done', {
  timeout: 120_000,
}, async () => {
  const port = Number(new URL(service.url).port);
  const statuses = new Set<number | undefined>();
  expect(endpoints.length).toBeGreaterThan(20);
  for (const endpoint of endpoints) {
    let before = await folder.traces();
    const property = fc.asyncProperty(requestsFor(endpoint, plausible), async (request) => {
      const said = await send(port, request);
      statuses.add(said.status);
      expect(said.status ?? 0, said.text).toBeLessThan(500);
      if (mayWrite(request, said)) before = await folder.traces();
      else expect(await folder.settled(before)).toEqual(before);
    });
    await fc.assert(property, { numRuns: RUNS, examples: [] });
  }
  expect(folder.damage()).toEqual([]);
  // Or all that was asked of was the door.
  for (const status of [200, 304, 400, 401, 403, 404]) expect(statuses, String(status)).toContain(status);
});

test('what nobody registered is not found, and nothing else', { timeout: 60_000 }, async () => {
  const port = Number(new URL(service.url).port);
  const anywhere: Endpoint = { method: 'GET', url: '/:a/:b/:c/*', names: ['auth_token', 'count', 'version'] };
  const before: Traces = await folder.traces();
  const property = fc.asyncProperty(requestsFor(anywhere, plausible), async (request) => {
    const { status, text } = await send(port, request);
    expect(status ?? 0, text).toBeLessThan(500);
  });
  await fc.assert(property, { numRuns: 10 * RUNS });
  expect(await folder.settled(before)).toEqual(before);
});

/** A request that did something is the business of its own tests. One without an answer was not done. */
function mayWrite(request: Buffer, { status = 0, code = status }: Said): boolean {
  const reads = /^(GET|HEAD|OPTIONS) /.test(request.subarray(0, 10).toString('latin1'));
  return !reads && status >= 200 && status < 400 && code < 400;
}

/** The content API's are those whose requests have an asker. */
function watchRoutes(message: unknown): void {
  const { fastify } = message as { fastify: FastifyInstance };
  fastify.addHook('onRoute', function (this: FastifyInstance, route: RouteOptions) {
    if (!this.hasRequestDecorator('asker')) return;
    for (const method of [route.method].flat())
      endpoints.push({ method, url: route.url, names: [...namesOf(route), ...FIELDS] });
  });
}

/** What forms of the specification send, whether or not a schema says so. */
const FIELDS = [
  ...['auth_token', 'file', 'url', 'caption', 'stream_uri', 'latitude', 'longitude'],
  ...['email', 'screen_name', 'avatar_url', 'reason'],
];

function namesOf({ schema }: RouteOptions): string[] {
  const parts = [schema?.querystring, schema?.body] as ({ properties?: object } | undefined)[];
  return parts.flatMap((part) => Object.keys(part?.properties ?? {}));
}

/** Fills the shop, and another customer's, and answers what is in them: ids and keys, and links to them. */
async function furnish(): Promise<string[]> {
  const store = await openContentStore(service.data);
  const values: (string | number)[] = [];
  const { id: other } = await store.upsertCustomer({ key: 'other', name: 'Other', domain: 'other.example' });
  for (const customerId of [service.customerId, other]) {
    const { id: category } = await store.upsertCategory(customerId, { key: 'prints', name: 'Prints' });
    const product = { name: 'Print', categoryIds: [category] };
    const { id: stream } = await store.upsertStream(customerId, { key: 'p/1', ...product });
    const { id: gone } = await store.upsertStream(customerId, { key: 'p2', ...product, status: 'discontinued' });
    const { id: userId } = await store.upsertUser(customerId, {
      source: 'instagram',
      username: 'mila',
      sourceId: '77',
    });
    const media: number[] = [];
    for (const [i, letter] of [...'abcd'].entries()) {
      const at = Date.now() - i * 3_600_000;
      const picture = { type: 'IMAGE', hash: letter.repeat(64), imageExt: 'jpg', width: 800, height: 600 } as const;
      const streams = [stream, gone].map((streamId) => ({ streamId, position: i }));
      const status = letter === 'd' ? 'pending' : 'approved';
      const posted = { userId, source: 'instagram', submittedAt: at, publishedAt: at, streams, status } as const;
      media.push((await store.upsertMedia(customerId, { ...picture, ...posted })).id);
    }
    const { id: styleId } = await store.upsertStyle(customerId, { type: 'olapic_wallv2', name: 'Wall', settings: {} });
    const instance = String(customerId).padStart(32, '0');
    const widget = { customerId, name: 'Home', type: 'best_photos', settings: {}, styleId } as const;
    await store.putInstance({ ...widget, id: instance, streamId: null, categoryId: null });
    values.push(customerId, category, stream, gone, userId, ...media, styleId, instance);
    values.push(`//127.0.0.1/streams/${stream}`, `http://127.0.0.1/streams/${gone}?auth_token=${service.key}`);
  }
  await store.close();
  return [
    ...new Set(values.map(String)),
    ...['prints', 'p%2F1', 'p2', 'mila', '77', 'recent', 'shuffled', 'photorank', 'rated', 'media_position'],
    ...['1', '2', '0', 'true', 'false', 'v2.2', '43.5', '-2.9', 'mila@example.org', SHOP_ORIGIN],
  ];
}
