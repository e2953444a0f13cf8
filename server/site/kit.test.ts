import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, brotliDecompressSync } from 'node:zlib';
import fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { answerNotFound } from '../http/error-handler.ts';
import { kitPlugin } from './kit.ts';

const CODE = 'console.log("vitrine");'.repeat(20);
let tag: string;
let app: FastifyInstance;

beforeAll(async () => {
  tag = await mkdtemp(join(tmpdir(), 'vitrine-tag-'));
  await mkdir(join(tag, 'v/1.2.3'), { recursive: true });
  for (const file of ['vitrine.js', 'v/1.2.3/carousel-abc.js']) {
    await writeFile(join(tag, file), CODE);
    await writeFile(join(tag, `${file}.br`), brotliCompressSync(CODE));
  }
  app = fastify();
  app.setNotFoundHandler(answerNotFound);
  await app.register(kitPlugin, { tag });
});
afterAll(async () => {
  await app.close();
  await rm(tag, { recursive: true });
});

const PATHS = [
  ['/vitrine.js', 'public, max-age=300, must-revalidate'],
  ['/v/1.2.3/carousel-abc.js', 'public, max-age=31536000, immutable'],
] as const;

test.each(PATHS)('%s: any page may load it, and keeps it as long as it may', async (url, caching) => {
  const { statusCode, headers, body } = await app.inject({ url, headers: { origin: 'https://shop.example' } });
  expect([statusCode, body]).toEqual([200, CODE]);
  expect(headers['content-type']).toMatch(/^(text|application)\/javascript/);
  expect(headers['cache-control']).toBe(caching);
  expect(headers['access-control-allow-origin']).toBe('*');
  expect(headers['cross-origin-resource-policy']).toBe('cross-origin');
  expect(headers.vary).toBe('Accept-Encoding');
  expect(headers['content-encoding']).toBeUndefined();
});

test.each(PATHS)('%s: as brotli where the browser takes it', async (url) => {
  const { headers, rawPayload } = await app.inject({ url, headers: { 'accept-encoding': 'gzip, deflate, br' } });
  expect(headers['content-encoding']).toBe('br');
  expect(headers['content-type']).toMatch(/^(text|application)\/javascript/);
  expect(brotliDecompressSync(rawPayload).toString()).toBe(CODE);
});

test.each(PATHS)('%s: 304 while it is unchanged', async (url) => {
  const { headers } = await app.inject({ url });
  const again = await app.inject({ url, headers: { 'if-none-match': String(headers.etag) } });
  expect([again.statusCode, again.body]).toEqual([304, '']);
  expect(again.headers['cache-control']).toBe(headers['cache-control']);
});

test.each(['/v/1.2.3/gone.js', '/v/9.9.9/carousel-abc.js', '/v/..%2f..%2fetc/passwd', '/v/'])(
  '%s is not there, and nobody remembers that it was not',
  async (url) => {
    const { statusCode, headers } = await app.inject({ url });
    expect(statusCode).toBeGreaterThanOrEqual(400);
    expect(statusCode).toBeLessThan(500);
    expect(headers['cache-control']).toBe('no-store');
  },
);
