import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fastify from 'fastify';
import sharp from 'sharp';
import { adminPlugin } from '../../../admin/plugin.ts';
import { guardBodies } from '../../../http/bodies.ts';
import { limitRates } from '../../../http/rate-limit.ts';
import { answerUnreadable } from '../../../http/raw-answers.ts';
import { VALIDATION } from '../../../http/validation.ts';
import { mediaPlugin } from '../../../media/plugin.ts';
import { cluster, EBML_HEADER, ebml, info, milliseconds, tracks } from '../../../media/testing/containers.ts';
import type { ContentStore } from '../../../store/content/content-store.ts';
import { CONTENT_FILE } from '../../../store/database-files.ts';
import { openContentStore } from '../../../store/testing/open-stores.ts';
import { inspectContent } from '../../../store/testing/read-content.ts';
import { refusingStore } from '../../../store/testing/refusing-store.ts';
import { contentPlugin } from '../../plugin.ts';
import { ORIGIN, PRIVATE, PUBLIC } from '../../testing/shop.ts';
import { uploadIdOf } from '../../upload-id.ts';

/** A shop for tests that listens at a port: who uploads does it through a real socket. */
export interface UploadShop {
  url: string;
  /** The data folder. */
  data: string;
  store: ContentStore;
  customerId: number;
  userId: number;
  /** Where that user uploads with the public token: `/users/{upload id}/media`. */
  uploadPath: string;
  streamId: number;
  /** Another customer's. */
  foreign: Record<'user' | 'media' | 'stream', number>;
  /** POST with the public token. */
  post(path: string, body?: RequestInit['body'], headers?: Record<string, string>): Promise<Answered>;
  get(path: string, token?: string): Promise<Answered>;
  /** POST to the administration. */
  decide(mediaId: number | string, verb: 'approve' | 'reject'): Promise<Answered>;
  /** All rows and files there are: what a refused request must leave as it was. */
  kept(): { rows: Record<string, number>; files: string[] };
  /** Those of them that are not yet media. */
  arriving(): string[];
  /** The service stops and starts on the same data. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export interface Answered {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: an answer that is being tested has no type yet
  json: any;
}

export const FOREIGN = 'another-customers-token';

/**
 * @param requestTimeout milliseconds that a request may take to arrive
 * @param stallMs milliseconds that it may pause
 */
export async function openUploadShop({ requestTimeout = 0, stallMs = 60_000 } = {}): Promise<UploadShop> {
  const data = mkdtempSync(join(tmpdir(), 'vitrine-uploads-'));
  const store = await openContentStore(data);
  const { id: customerId } = await store.upsertCustomer({ key: 'atelier', name: 'Atelier', domain: 'shop.example' });
  await store.addToken(customerId, 'public', 'pages', PUBLIC);
  await store.addToken(customerId, 'private', 'desk', PRIVATE);
  await store.addOrigin(customerId, ORIGIN);
  const { id: userId } = await store.upsertUser(customerId, { source: 'upload', username: 'mila', name: 'Mila' });
  const { id: streamId } = await store.upsertStream(customerId, { key: 'p1', name: 'Print' });
  const foreign = await furnishAnother(store);

  const content = inspectContent(data);
  const start = async () => {
    const app = fastify({
      ...VALIDATION,
      ...{ forceCloseConnections: true, requestTimeout, clientErrorHandler: answerUnreadable },
      // So that a test can come from several addresses.
      trustProxy: 'loopback',
      // Node takes the shorter of both for the headers.
      http: { connectionsCheckingInterval: 50, headersTimeout: requestTimeout },
    });
    limitRates(app);
    guardBodies(app, stallMs);
    await app.register(contentPlugin, { store, data });
    await app.register(mediaPlugin, { data, secret: store.secret });
    await app.register(adminPlugin, {
      ...{ store, events: refusingStore(new Error('there are no events here')), data },
      ...{ removals: { start() {} }, isOperator: () => false },
    });
    await app.listen({ port: 0, host: '127.0.0.1' });
    return app;
  };
  let app = await start();
  const url = () => `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  const ask = async (path: string, init: RequestInit): Promise<Answered> => {
    const absolute = `${url()}${path.replace(/^(?:https?:)?\/\/[^/]+/, '')}`;
    const response = await fetch(absolute, init);
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json');
    return { status: response.status, headers: response.headers, json: isJson ? JSON.parse(text) : undefined };
  };
  return {
    ...{ data, store, customerId, userId, streamId, foreign },
    uploadPath: uploadPathOf(store, userId),
    get url() {
      return url();
    },
    post: (path, body, headers = {}) =>
      ask(withToken(path, PUBLIC), { method: 'POST', headers, ...(body !== undefined && { body }) }),
    get: (path, token = PUBLIC) => ask(withToken(path, token), {}),
    decide: (mediaId, verb) =>
      ask(`/admin/v1/moderation/${mediaId}/${verb}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${PRIVATE}` },
      }),
    arriving: () => filesOf(data).filter((file) => file.startsWith('uploads/incoming/')),
    kept: () => ({ rows: content.counts(), files: filesOf(data) }),
    async restart() {
      await app.close();
      app = await start();
    },
    async close() {
      content.close();
      await app.close();
      await store.close();
      rmSync(data, { recursive: true });
    },
  };
}

async function furnishAnother(store: ContentStore): Promise<UploadShop['foreign']> {
  const { id } = await store.upsertCustomer({ key: 'other', name: 'Other', domain: 'other.example' });
  await store.addToken(id, 'public', 'pages', FOREIGN);
  const { id: user } = await store.upsertUser(id, { source: 'upload', username: 'x' });
  const at = Date.now();
  const picture = { userId: user, type: 'IMAGE', hash: 'f'.repeat(64), imageExt: 'jpg', width: 9, height: 9 } as const;
  const media = await store.upsertMedia(id, { ...picture, source: 'upload', submittedAt: at, publishedAt: at });
  return { user, media: media.id, stream: (await store.upsertStream(id, { key: 'x', name: 'X' })).id };
}

/** Where a user uploads with a public token, as `POST /users` would have answered it. */
export function uploadPathOf(store: ContentStore, userId: number): string {
  return `/users/${uploadIdOf(userId, store.secret)}/media`;
}

function withToken(path: string, token: string): string {
  return /[?&]auth_token=/.test(path) ? path : `${path}${path.includes('?') ? '&' : '?'}auth_token=${token}`;
}

function filesOf(data: string): string[] {
  return readdirSync(data, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.name.startsWith(CONTENT_FILE) && !entry.isDirectory())
    .map(({ parentPath, name }) => join(parentPath, name).slice(data.length + 1))
    .toSorted();
}

let painted = 0;

/** A picture that no other call makes. */
export function picture(format: 'png' | 'jpeg' | 'webp' | 'gif' | 'avif' = 'png'): Promise<Buffer> {
  painted++;
  const background = { r: painted % 256, g: painted >> 8, b: 99 };
  return sharp({ create: { width: 120, height: 80, channels: 3, background } })
    .toFormat(format)
    .toBuffer();
}

/** A picture that takes a while: no pixel is like its neighbour. */
export function largePicture(): Promise<Buffer> {
  const noise = { type: 'gaussian', mean: 128, sigma: 60 } as const;
  return sharp({ create: { width: 1500, height: 1500, channels: 3, background: 'teal', noise } })
    .jpeg()
    .toBuffer();
}

/** A video that says where it was filmed. What it shows is always the same. */
export function video({ ms = 900 } = {}): Buffer<ArrayBuffer> {
  painted++;
  const title = `Secret${painted}`;
  return Buffer.concat([
    ebml(EBML_HEADER),
    ebml([0x18538067, [info(milliseconds(ms), [0x7ba9, title]), tracks(64, 48), cluster(0, [0])]]),
  ]);
}

type Part = string | Uint8Array | { bytes: Uint8Array; name: string; type?: string };

/** A form as browsers send it. */
export function form(fields: Record<string, Part>): FormData {
  const data = new FormData();
  for (const [name, part] of Object.entries(fields)) {
    if (typeof part === 'string') data.append(name, part);
    else if (part instanceof Uint8Array) data.append(name, new Blob([Buffer.from(part)]), `${name}.jpg`);
    else data.append(name, new Blob([Buffer.from(part.bytes)], { type: part.type ?? 'image/jpeg' }), part.name);
  }
  return data;
}

const BOUNDARY = 'vitrine-boundary';
export const MULTIPART = { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` };

/** A form written by hand: each part its headers and its bytes. */
export function multipart(parts: [headers: string, body: string | Uint8Array][]): Buffer<ArrayBuffer> {
  const lines = parts.flatMap(([headers, body]) => [`--${BOUNDARY}\r\n${headers}\r\n\r\n`, body, '\r\n']);
  return Buffer.concat([...lines, `--${BOUNDARY}--\r\n`].map((piece) => Buffer.from(piece as string)));
}

/** As a request comes from another address. */
export const from = (address: string) => ({ 'x-forwarded-for': address });

/** Sends the beginning of a form. @returns what hangs up */
export function beginUpload(url: string, beginning: Uint8Array, headers: Record<string, string> = {}): () => void {
  const sending = request(url, { method: 'POST', headers: { ...MULTIPART, ...headers } });
  sending.on('error', () => {}).write(beginning);
  return () => sending.destroy();
}
