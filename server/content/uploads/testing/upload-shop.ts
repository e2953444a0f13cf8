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
import { MediaArchive } from '../../../media/media-archive.ts';
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

/** A shop for tests that listens at a port, so that tests upload through a real socket. */
export interface UploadShop {
  url: string;
  /** The data folder. */
  dataDir: string;
  contentStore: ContentStore;
  customerId: number;
  userId: number;
  /** The path for uploads as that user with the public token: `/users/{upload id}/media`. */
  uploadPath: string;
  streamId: number;
  /** The ids of another customer's entities. */
  foreign: Record<'user' | 'media' | 'stream', number>;
  /** POST with the public token. */
  post(path: string, body?: RequestInit['body'], headers?: Record<string, string>): Promise<Answered>;
  get(path: string, token?: string): Promise<Answered>;
  /** Sends a moderator's decision to the administration. */
  decide(mediaId: number | string, verb: 'approve' | 'reject'): Promise<Answered>;
  /** All records and files, which a refused request must not change. */
  kept(): { rows: Record<string, number>; files: string[] };
  /** The files of requests that are still processed. */
  arriving(): string[];
  /** Stops the service and starts it on the same data. */
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
 * @param requestTimeout the milliseconds for receiving a request
 * @param stallMs the milliseconds that a request may pause
 */
export async function openUploadShop({ requestTimeout = 0, stallMs = 60_000 } = {}): Promise<UploadShop> {
  const dataDir = mkdtempSync(join(tmpdir(), 'vitrine-uploads-'));
  const contentStore = await openContentStore(dataDir);
  const { id: customerId } = await contentStore.upsertCustomer({
    key: 'atelier',
    name: 'Atelier',
    domain: 'shop.example',
  });
  await contentStore.addToken(customerId, 'public', 'pages', PUBLIC);
  await contentStore.addToken(customerId, 'private', 'desk', PRIVATE);
  await contentStore.addOrigin(customerId, ORIGIN);
  const { id: userId } = await contentStore.upsertUser(customerId, {
    source: 'upload',
    username: 'mila',
    name: 'Mila',
  });
  const { id: streamId } = await contentStore.upsertStream(customerId, { key: 'p1', name: 'Print' });
  const foreign = await furnishAnother(contentStore);

  const archive = new MediaArchive(contentStore, dataDir);
  const content = inspectContent(dataDir);
  const start = async () => {
    const app = fastify({
      ...VALIDATION,
      ...{ forceCloseConnections: true, requestTimeout, clientErrorHandler: answerUnreadable },
      // Tests send requests from several addresses with X-Forwarded-For.
      trustProxy: 'loopback',
      // For the headers, Node uses the shorter of both timeouts.
      http: { connectionsCheckingInterval: 50, headersTimeout: requestTimeout },
    });
    limitRates(app);
    guardBodies(app, stallMs);
    await app.register(contentPlugin, { archive });
    await app.register(mediaPlugin, { archive });
    await app.register(adminPlugin, {
      ...{ archive, eventStore: refusingStore(new Error('there are no events here')) },
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
    ...{ dataDir, contentStore, customerId, userId, streamId, foreign },
    uploadPath: uploadPathOf(contentStore, userId),
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
    arriving: () => filesOf(dataDir).filter((file) => file.startsWith('uploads/incoming/')),
    kept: () => ({ rows: content.counts(), files: filesOf(dataDir) }),
    async restart() {
      await app.close();
      app = await start();
    },
    async close() {
      content.close();
      await app.close();
      await contentStore.close();
      rmSync(dataDir, { recursive: true });
    },
  };
}

async function furnishAnother(contentStore: ContentStore): Promise<UploadShop['foreign']> {
  const { id } = await contentStore.upsertCustomer({ key: 'other', name: 'Other', domain: 'other.example' });
  await contentStore.addToken(id, 'public', 'pages', FOREIGN);
  const { id: user } = await contentStore.upsertUser(id, { source: 'upload', username: 'x' });
  const at = Date.now();
  const picture = { userId: user, type: 'IMAGE', hash: 'f'.repeat(64), imageExt: 'jpg', width: 9, height: 9 } as const;
  const media = await contentStore.upsertMedia(id, { ...picture, source: 'upload', submittedAt: at, publishedAt: at });
  return { user, media: media.id, stream: (await contentStore.upsertStream(id, { key: 'x', name: 'X' })).id };
}

/** The path for uploads as a user with a public token, as in the answer of `POST /users`. */
export function uploadPathOf(contentStore: ContentStore, userId: number): string {
  return `/users/${uploadIdOf(userId, contentStore.secret)}/media`;
}

function withToken(path: string, token: string): string {
  return /[?&]auth_token=/.test(path) ? path : `${path}${path.includes('?') ? '&' : '?'}auth_token=${token}`;
}

function filesOf(dataDir: string): string[] {
  return readdirSync(dataDir, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.name.startsWith(CONTENT_FILE) && !entry.isDirectory())
    .map(({ parentPath, name }) => join(parentPath, name).slice(dataDir.length + 1))
    .toSorted();
}

let painted = 0;

/** Makes a picture that is different from all others. */
export function picture(format: 'png' | 'jpeg' | 'webp' | 'gif' | 'avif' = 'png'): Promise<Buffer> {
  painted++;
  const background = { r: painted % 256, g: painted >> 8, b: 99 };
  return sharp({ create: { width: 120, height: 80, channels: 3, background } })
    .toFormat(format)
    .toBuffer();
}

/** Makes a picture of noise, which takes a while to process. */
export function largePicture(): Promise<Buffer> {
  const noise = { type: 'gaussian', mean: 128, sigma: 60 } as const;
  return sharp({ create: { width: 1500, height: 1500, channels: 3, background: 'teal', noise } })
    .jpeg()
    .toBuffer();
}

/** Makes a video with a secret title. Its picture is always the same. */
export function video({ ms = 900 } = {}): Buffer<ArrayBuffer> {
  painted++;
  const title = `Secret${painted}`;
  return Buffer.concat([
    ebml(EBML_HEADER),
    ebml([0x18538067, [info(milliseconds(ms), [0x7ba9, title]), tracks(64, 48), cluster(0, [0])]]),
  ]);
}

type Part = string | Uint8Array | { bytes: Uint8Array; name: string; type?: string };

/** Makes a form like a browser. */
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

/** Makes the bytes of a multipart form from the headers and the body of each part. */
export function multipart(parts: [headers: string, body: string | Uint8Array][]): Buffer<ArrayBuffer> {
  const lines = parts.flatMap(([headers, body]) => [`--${BOUNDARY}\r\n${headers}\r\n\r\n`, body, '\r\n']);
  return Buffer.concat([...lines, `--${BOUNDARY}--\r\n`].map((piece) => Buffer.from(piece as string)));
}

/** The headers of a request from another address. */
export const from = (address: string) => ({ 'x-forwarded-for': address });

/** Sends the beginning of a form. @returns a function that closes the connection */
export function beginUpload(url: string, beginning: Uint8Array, headers: Record<string, string> = {}): () => void {
  const sending = request(url, { method: 'POST', headers: { ...MULTIPART, ...headers } });
  sending.on('error', () => {}).write(beginning);
  return () => sending.destroy();
}
