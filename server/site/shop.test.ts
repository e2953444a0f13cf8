import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { answerNotFound } from '../http/error-handler.ts';
import { shopPlugin } from './shop.ts';

let folder: string;
let app: FastifyInstance;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vitrine-shop-'));
  const shop = join(folder, 'shop');
  await mkdir(join(shop, 'products'), { recursive: true });
  await writeFile(join(shop, 'index.html'), '<h1>Shop</h1>');
  await writeFile(join(shop, 'products/mug.html'), '<h1>Mug</h1>');
  await writeFile(join(shop, 'shop.css'), 'h1 {}');
  await writeFile(join(folder, 'secret.txt'), 'secret');
  app = fastify();
  app.setNotFoundHandler(answerNotFound);
  await app.register(shopPlugin, { shop, dataDir: folder });
});
afterAll(async () => {
  await app.close();
  await rm(folder, { recursive: true });
});

test.each([
  ['/shop/', '<h1>Shop</h1>', /^text\/html/, 'no-cache'],
  ['/shop/products/mug.html', '<h1>Mug</h1>', /^text\/html/, 'no-cache'],
  ['/shop/shop.css', 'h1 {}', /^text\/css/, 'public, max-age=300'],
])('%s', async (url, content, type, caching) => {
  const { statusCode, headers, body } = await app.inject({ url });
  expect([statusCode, body, headers['cache-control']]).toEqual([200, content, caching]);
  expect(headers['content-type']).toMatch(type);
});

test('/shop leads to /shop/', async () => {
  const { statusCode, headers } = await app.inject({ url: '/shop' });
  expect([statusCode, headers.location]).toEqual([301, '/shop/']);
});

test('says where the content API is, and lets pages show pictures from there', async () => {
  await writeFile(join(folder, 'demo.json'), JSON.stringify({ key: 'k', privateKey: 'secret' }));
  const ask = async (options: object, host: string) => {
    const app = fastify();
    await app.register(shopPlugin, { shop: join(folder, 'shop'), dataDir: folder, ...options });
    const config = await app.inject({ url: '/shop/config.json', headers: { host } });
    await app.close();
    return { json: config.json(), policy: String(config.headers['content-security-policy']) };
  };
  const plain = await ask({}, '127.0.0.1:4180');
  expect(plain.json).toEqual({ api: 'http://127.0.0.1:4180', key: 'k' });
  expect(plain.policy).toContain("img-src 'self' data:;media-src 'self';");
  const named = await ask({ publicUrl: 'https://ugc.example' }, '127.0.0.1:4180');
  expect(named.json).toEqual({ api: 'https://ugc.example', key: 'k' });
  expect(named.policy).toContain("img-src 'self' https://ugc.example data:;media-src 'self' https://ugc.example;");
  expect((await ask({}, 'a"b')).json).toEqual({ key: 'k' });
});

test.each([
  '/shop/gone.html',
  '/shop/../secret.txt',
  '/shop/%2e%2e/secret.txt',
  '/shop/..%2fsecret.txt',
  '/shop//etc/passwd',
])('%s is not served', async (url) => {
  const { statusCode, body } = await app.inject({ url });
  expect(statusCode).toBeGreaterThanOrEqual(400);
  expect(statusCode).toBeLessThan(500);
  expect(body).not.toContain('secret');
});
