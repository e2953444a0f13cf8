import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import fc from 'fast-check';
import type { FastifyInstance, RouteOptions } from 'fastify';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openContentStore } from '../store/testing/open-stores.ts';
import { type Inspector, inspectContent } from '../store/testing/read-content.ts';
import { openTestService, type TestService } from '../testing/service.ts';
import { type Endpoint, type Plausible, requestsFor } from './testing/fuzz/requests.ts';
import { type Asked, type Said, send } from './testing/fuzz/send.ts';
import { settledTraces, tracesIn } from './testing/fuzz/traces.ts';

/**
 * Whatever is asked of whatever endpoint of the content API: an answer comes, it is none of our mistakes, and who is
 * refused or only reads leaves nothing behind. Endpoints are taken from the service as it registers them, so a new one
 * is asked as well.
 */

/** Requests for each endpoint, at each of two times. */
const RUNS = 100;

let service: TestService;
let content: Inspector;
let endpoints: Endpoint[];
let plausible: Plausible;

beforeAll(async () => {
  endpoints = [];
  subscribe('fastify.initialization', watchRoutes);
  service = await openTestService();
  unsubscribe('fastify.initialization', watchRoutes);
  const picture = { width: 80, height: 60, channels: 3, background: 'teal' } as const;
  plausible = {
    tokens: [service.key, service.privateKey],
    values: await furnish(),
    picture: await sharp({ create: picture }).png().toBuffer(),
  };
  content = inspectContent(service.data);
});
afterAll(async () => {
  content.close();
  await service.close();
});

test('no request makes a mistake of ours, hangs, or leaves something half done', { timeout: 120_000 }, async () => {
  const port = Number(new URL(service.url).port);
  const statuses = new Set<number | undefined>();
  expect(endpoints.length).toBeGreaterThan(20);
  // Twice, since what one endpoint answers, as the address of a stash, is what another asks for.
  for (const endpoint of [...endpoints, ...endpoints]) {
    let before = await tracesIn(service.data, content);
    const property = fc.asyncProperty(requestsFor(endpoint, plausible), async (request) => {
      const said = await send(port, request);
      statuses.add(said.status);
      if (!request.breaksOff) expect(said.status, 'of an answer').toBeDefined();
      expect(said.status ?? 0, said.text).toBeLessThan(500);
      if (mayWrite(request, said)) {
        before = await tracesIn(service.data, content);
        learn(said);
      } else expect(await settledTraces(service.data, content, before)).toEqual(before);
    });
    await fc.assert(property, { numRuns: RUNS });
  }
  expect(content.damage()).toEqual([]);
  // Or all that was asked of was the door.
  for (const status of [200, 400, 401, 403, 404]) expect(statuses, String(status)).toContain(status);
});

test('what nobody registered is not found, and nothing else', { timeout: 60_000 }, async () => {
  const port = Number(new URL(service.url).port);
  const anywhere: Endpoint = { method: 'GET', url: '/:a/:b/:c/*', names: ['count', 'version'], required: [] };
  const before = await tracesIn(service.data, content);
  const property = fc.asyncProperty(requestsFor(anywhere, plausible), async (request) => {
    const { status, text } = await send(port, request);
    expect(status ?? 0, text).toBeLessThan(500);
  });
  await fc.assert(property, { numRuns: 8 * RUNS });
  expect(await settledTraces(service.data, content, before)).toEqual(before);
});

/** A request that did something is the business of its own tests. One without an answer was not done. */
function mayWrite({ bytes }: Asked, { status = 0, code = status }: Said): boolean {
  const reads = /^(GET|HEAD|OPTIONS) /.test(bytes.subarray(0, 10).toString('latin1'));
  return !reads && status >= 200 && status < 400 && code < 400;
}

/** Ids and addresses of what was made are worth asking for. */
function learn({ text }: Said): void {
  for (const [, name = '', value = ''] of text.matchAll(/"(id|url)":"([^"]{1,500})"/g)) {
    const known = plausible.values.get(name) ?? [];
    if (known.length < MAX_LEARNED) plausible.values.set(name, [...known, value]);
  }
}
const MAX_LEARNED = 20;

/** The routes of the content API are those whose requests have a context. */
function watchRoutes(message: unknown): void {
  const { fastify } = message as { fastify: FastifyInstance };
  fastify.addHook('onRoute', function (this: FastifyInstance, route: RouteOptions) {
    if (!this.hasRequestDecorator('contentContext')) return;
    // HEAD comes with GET; every endpoint is asked with other methods now and then.
    for (const method of [route.method].flat().filter((method) => method !== 'HEAD'))
      endpoints.push({ method, url: route.url, names: [...namesOf(route), ...FIELDS], required: requiredBy(route) });
  });
}

/** What forms of the specification send, whether or not a schema says so. */
const FIELDS = [
  ...['auth_token', 'file', 'url', 'caption', 'stream_uri', 'latitude', 'longitude'],
  ...['email', 'screen_name', 'avatar_url', 'reason'],
];

function requiredBy({ schema }: RouteOptions): string[] {
  return (schema?.querystring as { required?: string[] } | undefined)?.required ?? [];
}

function namesOf({ schema }: RouteOptions): string[] {
  const parts = [schema?.querystring, schema?.body] as ({ properties?: object } | undefined)[];
  return parts.flatMap((part) => Object.keys(part?.properties ?? {}));
}

/** Fills the shop, and another customer's, and answers what is in them, by the names of parameters that ask for it. */
async function furnish(): Promise<Plausible['values']> {
  const values = new Map(
    Object.entries({
      sorting_option: ['recent', 'shuffled', 'photorank', 'rated', 'media_position'],
      count: ['1', '2', '50'],
      page_number: ['1', '2'],
      version: ['v2.2', 'beta'],
      key: ['p%2F1', 'p2', 'prints'],
      tag_key: ['p%2F1', 'p2', 'prints'],
      caption: ['On%20my%20wall'],
      latitude: ['43.5'],
      longitude: ['-2.9'],
      email: ['mila@example.org'],
      flag: ['0', '1', 'true', 'false'],
    }),
  );
  const add = (name: string, value: string | number) => {
    values.set(name, [...(values.get(name) ?? []), String(value)]);
  };
  const contentStore = await openContentStore(service.data);
  const { id: other } = await contentStore.upsertCustomer({ key: 'other', name: 'Other', domain: 'other.example' });
  for (const customerId of [service.customerId, other]) {
    const { id: category } = await contentStore.upsertCategory(customerId, { key: 'prints', name: 'Prints' });
    const product = { name: 'Print', categoryIds: [category] };
    const { id: stream } = await contentStore.upsertStream(customerId, { key: 'p/1', ...product });
    const { id: gone } = await contentStore.upsertStream(customerId, { key: 'p2', ...product, status: 'discontinued' });
    const { id: userId } = await contentStore.upsertUser(customerId, {
      source: 'instagram',
      username: 'mila',
      sourceId: '77',
    });
    for (const [i, letter] of [...'abcd'].entries()) {
      const at = Date.now() - i * 3_600_000;
      const picture = { type: 'IMAGE', hash: letter.repeat(64), imageExt: 'jpg', width: 800, height: 600 } as const;
      const streams = [stream, gone].map((streamId) => ({ streamId, position: i }));
      const status = letter === 'd' ? 'pending' : 'approved';
      const posted = { userId, source: 'instagram', submittedAt: at, publishedAt: at, streams, status } as const;
      const { id: mediaId } = await contentStore.upsertMedia(customerId, { ...picture, ...posted });
      add('media_id', mediaId);
      add('prev_id', mediaId);
    }
    const { id: styleId } = await contentStore.upsertStyle(customerId, {
      type: 'olapic_wallv2',
      name: 'Wall',
      settings: {},
    });
    const instance = String(customerId).padStart(32, '0');
    const widget = { customerId, name: 'Home', type: 'best_photos', settings: {}, styleId } as const;
    await contentStore.putInstance({ ...widget, id: instance, streamId: null, categoryId: null });
    add('customer_id', customerId);
    add('category_id', category);
    add('stream_id', stream);
    add('stream_uri', `//127.0.0.1/streams/${stream}`);
    add('user_id', userId);
    add('style_id', styleId);
    add('instance_id', instance);
  }
  await contentStore.close();
  const { customerId, key, url } = service;
  const page = await fetch(`${url}/customers/${customerId}/media/recent?count=1&auth_token=${key}`);
  const { data } = (await page.json()) as { data: { _links: { next: { href: string } } } };
  const next = new URL(data._links.next.href, url).searchParams;
  add('page_key', next.get('page_key') ?? '');
  return values;
}
