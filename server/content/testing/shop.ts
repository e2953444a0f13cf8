import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import fastify, { type FastifyInstance } from 'fastify';
import { trusting } from '../../http/proxies.ts';
import { limitRates } from '../../http/rate-limit.ts';
import { VALIDATION } from '../../http/validation.ts';
import { MediaArchive } from '../../media/media-archive.ts';
import type { ContentStore, MediaInput } from '../../store/content/content-store.ts';
import { openContentStore } from '../../store/testing/open-stores.ts';
import { contentPlugin } from '../plugin.ts';

/** A shop for tests: the content API over a real database in a folder of its own. */
export interface Shop {
  app: FastifyInstance;
  contentStore: ContentStore;
  customerId: number;
  userId: number;
  addMedia(more?: Partial<MediaInput>): Promise<number>;
  /** Sends a request over HTTP, unchanged. */
  ask(path: string, how?: { method?: string; headers?: Record<string, string> }): Promise<Got>;
  /** Sends a GET with a token and headers; by default with the public token. */
  get(url: string, from?: { token?: string | undefined; headers?: Record<string, string> }): Promise<Got>;
  close(): Promise<void>;
}

export interface Got {
  status: number;
  headers: Record<string, string | string[] | number | undefined>;
  raw: Buffer;
  body: string;
  // biome-ignore lint/suspicious/noExplicitAny: an answer that is being tested has no type yet
  json: any;
}

export const PUBLIC = 'public-token';
export const PRIVATE = 'private-token';
export const ORIGIN = 'https://shop.example';
export const DAY = 24 * 3600_000;

/** What differs from a service without settings that stands behind nothing. */
export interface ShopSettings {
  publicUrl?: string;
  /** Whether the proxy from which all requests of tests come is trusted. */
  behindProxy?: boolean;
  /** Gets the log, a line of JSON at a time. */
  log?: (line: string) => void;
}

export async function openShop({ publicUrl, behindProxy, log }: ShopSettings = {}): Promise<Shop> {
  const folder = mkdtempSync(join(tmpdir(), 'vitrine-content-api-'));
  const contentStore = await openContentStore(folder);
  const { id: customerId } = await contentStore.upsertCustomer({
    key: 'atelier',
    name: 'Atelier',
    domain: 'shop.example',
  });
  const { id: userId } = await contentStore.upsertUser(customerId, {
    source: 'instagram',
    username: 'mila',
    name: 'Mila',
    sourceId: '77',
  });
  await contentStore.addToken(customerId, 'public', 'pages', PUBLIC);
  await contentStore.addToken(customerId, 'private', 'desk', PRIVATE);
  await contentStore.addOrigin(customerId, ORIGIN);
  const app = fastify({
    ...VALIDATION,
    ...(log && { logger: { level: 'warn', stream: { write: log } } }),
    trustProxy: behindProxy ? trusting(['loopback']) : false,
  });
  limitRates(app);
  await app.register(contentPlugin, { archive: new MediaArchive(contentStore, folder), publicUrl });
  await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.server.address() as AddressInfo;
  // Connections are kept, as browsers do, since a new one for each of a thousand requests takes time.
  const agent = new Agent({ keepAlive: true });
  let made = 0;
  const shop: Shop = {
    app,
    contentStore,
    customerId,
    userId,
    async addMedia(more) {
      made++;
      const at = Date.now() - 30 * DAY + made * 60_000;
      // The hashes are spread over the shuffled order, like real ones.
      const hash =
        (Math.imul(made, 0x9e3779b1) >>> 0).toString(16).padStart(8, '0') + made.toString(16).padStart(56, '0');
      const { id } = await contentStore.upsertMedia(customerId, {
        ...{ userId, type: 'IMAGE', hash, imageExt: 'png', width: 800, height: 600, source: 'instagram' },
        ...{ submittedAt: at, publishedAt: at, photorank: (made % 7) / 10 },
        ...more,
      });
      return id;
    },
    async get(url, { token = PUBLIC, headers = {} } = {}) {
      const absolute = url.startsWith('//') ? url.slice(url.indexOf('/', 2)) : url;
      const withToken = /[?&]auth_token=/.test(absolute)
        ? absolute
        : `${absolute}${absolute.includes('?') ? '&' : '?'}auth_token=${token}`;
      return shop.ask(withToken, { headers });
    },
    async ask(path, { method = 'GET', headers = {} } = {}) {
      const sent = request({ port, path, method, headers: { host: 'api.example', ...headers }, agent }).end();
      const [answer] = (await once(sent, 'response')) as [IncomingMessage];
      const raw = await buffer(answer);
      const body = String(raw);
      const readable = !answer.headers['content-encoding'] && /json/.test(String(answer.headers['content-type']));
      const json = readable && body ? JSON.parse(body) : undefined;
      return { status: answer.statusCode ?? 0, headers: answer.headers, raw, body, json };
    },
    async close() {
      agent.destroy();
      await app.close();
      await contentStore.close();
      rmSync(folder, { recursive: true });
    },
  };
  return shop;
}

/** What `openFurnishedShop` puts into a shop; `foreign` is another customer's. */
export interface Furnished extends Shop {
  ids: Record<'stream' | 'tagged' | 'gone' | 'category' | 'media' | 'video' | 'plain' | 'base' | 'style', number>;
  foreign: Record<'customer' | 'stream' | 'category' | 'media' | 'user' | 'style', number>;
}

/** The id of the furnished shop's widget. */
export const INSTANCE = 'c0ffee'.padEnd(32, '0');
export const FOREIGN_INSTANCE = 'f'.repeat(32);

/** Three products (in stock, not, discontinued), a category, three media, a product picture and a widget. */
export async function openFurnishedShop(settings?: ShopSettings): Promise<Furnished> {
  const shop = await openShop(settings);
  const { contentStore, customerId } = shop;
  const category = (await contentStore.upsertCategory(customerId, { key: 'prints & posters', name: 'Prints' })).id;
  const product = {
    categoryIds: [category],
    productUrl: 'https://shop.example/p1',
    price: '€24.00',
    availability: 'in stock',
  };
  const stream = (await contentStore.upsertStream(customerId, { key: 'p/1 ü', name: 'Print', ...product })).id;
  const tagged = (await contentStore.upsertStream(customerId, { key: 'p2', name: 'Poster', status: 'unavailable' })).id;
  const gone = (await contentStore.upsertStream(customerId, { key: 'p3', name: 'Old', status: 'discontinued' })).id;
  const base = await shop.addMedia({ listed: false, source: 'feed' });
  await contentStore.setBaseMedia(stream, base);
  const everywhere = [stream, tagged, gone].map((streamId) => ({ streamId, position: 0 }));
  const media = await shop.addMedia({ streams: everywhere, caption: 'On my <b>wall</b>', rights: true });
  const film = { type: 'VIDEO', videoExt: 'mp4', imageExt: 'jpg', latitude: 43.3, longitude: -2, likes: 5 } as const;
  const video = await shop.addMedia({ ...film, streams: [{ streamId: tagged, position: 1 }] });
  const plain = await shop.addMedia();
  const { id: style } = await contentStore.upsertStyle(customerId, {
    type: 'olapic_slidev3',
    name: 'Slides',
    settings: { photos_limit: '12' },
  });
  const widget = { id: INSTANCE, customerId, name: 'Home', settings: { sorting: 'rated' }, styleId: style } as const;
  await contentStore.putInstance({ ...widget, type: 'by_stream', streamId: stream, categoryId: null });
  const ids = { stream, tagged, gone, category, media, video, plain, base, style };

  const { id: customer } = await contentStore.upsertCustomer({ key: 'other', name: 'Other', domain: 'other.example' });
  const { id: user } = await contentStore.upsertUser(customer, { source: 'upload', username: 'x' });
  const at = Date.now();
  const picture = { userId: user, type: 'IMAGE', hash: 'f'.repeat(64), imageExt: 'jpg', width: 9, height: 9 } as const;
  const foreign = {
    customer,
    user,
    stream: (await contentStore.upsertStream(customer, { key: 'x', name: 'X' })).id,
    category: (await contentStore.upsertCategory(customer, { key: 'x', name: 'X' })).id,
    media: (
      await contentStore.upsertMedia(customer, { ...picture, source: 'upload', submittedAt: at, publishedAt: at })
    ).id,
    style: (await contentStore.upsertStyle(customer, { type: 'olapic_wallv2', name: 'X', settings: {} })).id,
  };
  await contentStore.putInstance({
    ...widget,
    id: FOREIGN_INSTANCE,
    customerId: customer,
    type: 'best_photos',
    styleId: foreign.style,
    streamId: null,
    categoryId: null,
  });
  return { ...shop, ids, foreign };
}

/** The sorted keys of an object, to compare with exactly the keys that an answer must have. */
export function keys(value: object): string {
  return Object.keys(value).toSorted().join(' ');
}

export function mediaIds({ json }: Got): number[] {
  return json.data._embedded.media.map(({ id }: { id: string }) => Number(id));
}
