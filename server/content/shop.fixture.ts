import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fastify, { type FastifyInstance } from 'fastify';
import type { ContentStore, MediaInput } from '../store/content/content-store.ts';
import { openContentStore } from '../store/content/open.ts';
import { contentPlugin } from './plugin.ts';

/** A shop for tests: real database in a folder of its own, the content API before it. */
export interface Shop {
  app: FastifyInstance;
  store: ContentStore;
  customerId: number;
  userId: number;
  addMedia(more?: Partial<MediaInput>): Promise<number>;
  /** GET, as somebody with this token and from this page asks. */
  get(url: string, asker?: { token?: string | undefined; headers?: Record<string, string> }): Promise<Got>;
  close(): Promise<void>;
}

export interface Got {
  status: number;
  headers: Record<string, string | string[] | number | undefined>;
  body: string;
  // biome-ignore lint/suspicious/noExplicitAny: an answer that is being tested has no type yet
  json: any;
}

export const PUBLIC = 'public-token';
export const PRIVATE = 'private-token';
export const ORIGIN = 'https://shop.example';
export const DAY = 24 * 3600_000;

export async function openShop(): Promise<Shop> {
  const folder = mkdtempSync(join(tmpdir(), 'vitrine-content-api-'));
  const store = await openContentStore(folder);
  const { id: customerId } = await store.upsertCustomer({ key: 'atelier', name: 'Atelier', domain: 'shop.example' });
  const { id: userId } = await store.upsertUser(customerId, {
    source: 'instagram',
    username: 'mila',
    name: 'Mila',
    sourceId: '77',
  });
  await store.addToken(customerId, 'public', 'pages', PUBLIC);
  await store.addToken(customerId, 'private', 'desk', PRIVATE);
  await store.addOrigin(customerId, ORIGIN);
  const app = fastify();
  await app.register(contentPlugin, { store });
  let made = 0;
  return {
    app,
    store,
    customerId,
    userId,
    async addMedia(more) {
      made++;
      const at = Date.now() - 30 * DAY + made * 60_000;
      // Spread over the shuffled order as real hashes are.
      const hash =
        (Math.imul(made, 0x9e3779b1) >>> 0).toString(16).padStart(8, '0') + made.toString(16).padStart(56, '0');
      const { id } = await store.upsertMedia(customerId, {
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
      const answer = await app.inject({ url: withToken, headers: { host: 'api.example', ...headers } });
      const json =
        /json/.test(String(answer.headers['content-type'])) && answer.body ? JSON.parse(answer.body) : undefined;
      return { status: answer.statusCode, headers: answer.headers, body: answer.body, json };
    },
    async close() {
      await app.close();
      await store.close();
      rmSync(folder, { recursive: true });
    },
  };
}
