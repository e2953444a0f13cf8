import type { AddressInfo } from 'node:net';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Furnished, type Got, ORIGIN, openFurnishedShop, PRIVATE, type Shop } from './testing/shop.ts';
import { shows } from './testing/shows.ts';

let shop: Furnished;
let get: Shop['get'];

beforeAll(async () => {
  shop = await openFurnishedShop();
  ({ get } = shop);
});
afterAll(() => shop.close());
afterEach(() => {
  vi.useRealTimers();
});

describe('pages of other sites', () => {
  const NOT_ALLOWED = 'The authenticated customer is not allowed to access the selected resource.';

  it('read with a public token from a registered origin only', shows({ 'GET /': ['auth_token'] }), async () => {
    const allowed = await get('/', { headers: { origin: ORIGIN } });
    expect([allowed.status, allowed.headers['access-control-allow-origin']]).toEqual([200, ORIGIN]);
    expect(allowed.headers.vary).toMatch(/\bOrigin\b/);
    for (const origin of ['https://evil.example', 'null', `${ORIGIN}.evil.example`]) {
      const { status, json, headers } = await get('/', { headers: { origin } });
      expect([status, json.data.message]).toEqual([403, NOT_ALLOWED]);
      expect(json.data.detail).toBe(
        origin === 'null'
          ? 'A page that hides its origin, as a sandboxed frame does, may do nothing here but track'
          : `The origin ${origin} is not registered: npm run admin -- origin add ${origin} --customer ${shop.customerId}`,
      );
      expect(headers['access-control-allow-origin']).toBe('*');
    }
    expect((await get('/', { headers: {} })).headers.vary).toMatch(/\bOrigin\b/);
  });

  it('never read with a private token', shows({ 'GET /': ['auth_token'] }), async () => {
    const page = await get('/', { token: PRIVATE, headers: { origin: ORIGIN } });
    expect([page.status, page.json.data.message]).toEqual([403, NOT_ALLOWED]);
    const script = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' };
    expect((await get('/', { token: PRIVATE, headers: script })).status).toBe(403);
    expect((await get('/', { headers: script })).status).toBe(200);
    const server = await get('/', { token: PRIVATE });
    expect([server.status, server.headers['cache-control']]).toEqual([200, 'private, no-store']);
  });
});

describe('delivery', () => {
  const list = () => `/customers/${shop.customerId}/media/recent`;

  it('lets a page keep an answer for a minute, and asks it to show the old one meanwhile', async () => {
    expect((await get(list())).headers['cache-control']).toBe('public, max-age=60, stale-while-revalidate=600');
  });

  it('answers 304 to who has it already, until something in it changes', async () => {
    vi.useFakeTimers({ now: Date.UTC(2026, 5, 1, 12, 1), toFake: ['Date'] });
    const { etag } = (await get(list())).headers;
    vi.setSystemTime(Date.UTC(2026, 5, 1, 12, 31));
    const again = await get(list(), { headers: { 'if-none-match': `"other", ${etag}` } });
    expect([again.status, again.body, again.headers.etag]).toEqual([304, '', etag]);
    expect(again.headers['cache-control']).toMatch(/max-age=60/);
    vi.setSystemTime(Date.UTC(2026, 5, 1, 13, 1));
    expect((await get(list(), { headers: { 'if-none-match': `${etag}` } })).status).toBe(200);
    vi.setSystemTime(Date.UTC(2026, 5, 1, 12, 32));
    await shop.addMedia();
    expect((await get(list(), { headers: { 'if-none-match': `${etag}` } })).status).toBe(200);
    expect((await get('/media/999999', { headers: { 'if-none-match': '*' } })).status).toBe(404);
  });

  it('compresses for who takes it', async () => {
    const plain = await get(list());
    expect(plain.headers['content-encoding']).toBeUndefined();
    expect(plain.headers.vary).toBe('Origin, Host, Accept-Encoding');
    const links = /page_key=[\w-]+/g;
    const ask = (accepted: string) => get(list(), { headers: { 'accept-encoding': accepted } });
    for (const [accepted, encoding, decompress] of [
      ['gzip, deflate, br', 'br', brotliDecompressSync],
      ['gzip;q=1.0', 'gzip', gunzipSync],
      ['br;q=0, gzip', 'gzip', gunzipSync],
    ] as const) {
      const { headers, raw } = await ask(accepted);
      expect(headers['content-encoding']).toBe(encoding);
      expect(decompress(raw).toString().replace(links, '')).toBe(plain.body.replace(links, ''));
      expect(Number(headers['content-length'])).toBe(raw.length);
    }
    expect((await ask('deflate')).headers['content-encoding']).toBeUndefined();
  });

  it('answers HEAD with the headers of GET', async () => {
    const url = `${list()}?auth_token=public-token`;
    const head = await shop.ask(url, { method: 'HEAD' });
    expect([head.status, head.body]).toEqual([200, '']);
    const { etag } = head.headers;
    expect(etag).toBe((await get(list())).headers.etag);
    const again = await shop.ask(url, { method: 'HEAD', headers: { 'if-none-match': String(etag) } });
    expect([again.status, again.body, again.headers.etag]).toEqual([304, '', etag]);
    expect(again.headers['content-length']).toBeUndefined();
  });

  it('works for a client that follows its links', async () => {
    const { port } = shop.app.server.address() as AddressInfo;
    const base = `http://127.0.0.1:${port}`;
    const first = await fetch(`${base}/customers/${shop.customerId}/media/recent?count=2&auth_token=public-token`);
    expect([first.status, first.headers.get('content-encoding')]).toEqual([200, 'gzip']);
    const { data } = (await first.json()) as Got['json'];
    const next = await fetch(`http:${data._links.next.href}`);
    expect(next.status).toBe(200);
    const further = ((await next.json()) as Got['json']).data._embedded.media;
    expect(further.length).toBeGreaterThan(0);
    expect(further[0].id).not.toBe(data._embedded.media[0].id);
  });
});
