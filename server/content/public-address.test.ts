import { afterEach, describe, expect, it } from 'vitest';
import { type Furnished, type Got, ORIGIN, openFurnishedShop, type ShopSettings } from './testing/shop.ts';

/** Which addresses stand in answers, by how the service was set up and how it was asked. */

let shop: Furnished;
afterEach(() => shop.close());

/** A media in the answer to a list, as somebody with these headers asks for it. */
async function open(settings?: ShopSettings) {
  shop = await openFurnishedShop(settings);
  return async (headers: Record<string, string>) => {
    const got = await shop.get(`/streams/${shop.ids.tagged}/media/recent`, { headers });
    const [film] = got.status === 200 ? got.json.data._embedded.media : [];
    return { ...got, film, addresses: film && addressesOf(got) };
  };
}

/** The distinct origins of an answer's files, and of its links. */
function addressesOf({ body }: Got): { files: string[]; links: string[] } {
  const origins = (pattern: RegExp) => [...new Set([...body.matchAll(pattern)].map(([, origin = '']) => origin))];
  return { files: origins(/"([^"]*)\/media-files\//g), links: origins(/"href":"([^"]*?\w)\/(?!\/)/g) };
}

describe('without VITRINE_PUBLIC_URL', () => {
  it('files have absolute addresses, by the scheme and the host that were asked; links have none of a scheme', async () => {
    const ask = await open();
    const { film, addresses } = await ask({ host: 'api.example' });
    expect(addresses).toEqual({ files: ['http://api.example'], links: ['//api.example'] });
    expect(new URL(film.video_url).pathname).toMatch(/^\/media-files\/[0-9a-f]{64}\/video\.mp4$/);
    expect((await ask({ host: '[2001:db8::1]:8080' })).addresses.files).toEqual(['http://[2001:db8::1]:8080']);
  });

  it('a page with TLS gets https, since it could not have asked without; but for a service on the same machine', async () => {
    const ask = await open();
    expect((await ask({ host: 'api.example', origin: ORIGIN })).addresses.files).toEqual(['https://api.example']);
    for (const host of ['127.0.0.1:4180', 'localhost:4180', '[::1]:4180'])
      expect((await ask({ host, origin: ORIGIN })).addresses.files).toEqual([`http://${host}`]);
  });

  it('headers of a proxy count where it is trusted, and caches hear that they do', async () => {
    const forwarded = { 'x-forwarded-host': 'ugc.example', 'x-forwarded-proto': 'https' };
    const ask = await open({ behindProxy: true });
    const { addresses, headers } = await ask({ host: 'vitrine:4180', ...forwarded });
    expect(addresses).toEqual({ files: ['https://ugc.example'], links: ['//ugc.example'] });
    expect(headers.vary).toBe('Origin, Host, X-Forwarded-Host, X-Forwarded-Proto, Accept-Encoding');
    const odd = await ask({
      host: 'vitrine:4180',
      'x-forwarded-host': 'ugc.example',
      'x-forwarded-proto': 'javascript',
    });
    expect(odd.addresses.files).toEqual(['http://ugc.example']);
    expect((await ask({ host: 'vitrine:4180', 'x-forwarded-host': 'ugc.example/evil' })).status).toBe(400);
  });

  it('headers of anybody else do not count, and caches keep the answers to each Host apart', async () => {
    const ask = await open();
    const stranger = { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' };
    const { addresses, body, headers } = await ask({ host: 'api.example', ...stranger });
    expect(addresses.files).toEqual(['http://api.example']);
    expect(body).not.toContain('evil.example');
    expect(headers.vary).toBe('Origin, Host, Accept-Encoding');
  });
});

describe('with VITRINE_PUBLIC_URL', () => {
  const publicUrl = 'https://ugc.example:8443';

  it('nothing of a request stands in an address: not its Host, nor what a trusted proxy hands on', async () => {
    const ask = await open({ publicUrl, behindProxy: true });
    const everywhere = { files: [publicUrl], links: ['//ugc.example:8443'] };
    const plain = await ask({ host: 'api.example' });
    expect(plain.addresses).toEqual(everywhere);
    const others: Record<string, string>[] = [
      { host: 'evil.example' },
      { host: 'a"b' },
      { host: 'api.example', 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'http' },
      { host: '127.0.0.1:4180', origin: ORIGIN },
    ];
    for (const headers of others) {
      const got = await ask(headers);
      expect([got.status, got.addresses]).toEqual([200, everywhere]);
      expect(got.headers.etag).toBe(plain.headers.etag);
    }
    expect(plain.headers.vary).toBe('Origin, Accept-Encoding');
  });
});

describe('the log says once that pages cannot reach an address', () => {
  async function warnings(settings: ShopSettings, asked: Record<string, string>[]): Promise<string[]> {
    const lines: string[] = [];
    const ask = await open({ ...settings, log: (line) => lines.push(JSON.parse(line).msg) });
    for (const headers of asked) await ask(headers);
    return lines.filter((line) => line.includes('VITRINE_PUBLIC_URL'));
  }

  it.each<[string, Record<string, string>, ShopSettings?]>([
    ['a page of another host', { host: '127.0.0.1:4180', origin: ORIGIN }],
    ['a proxy that nobody named', { host: 'localhost:4180', 'x-forwarded-for': '203.0.113.8' }],
    [
      'a trusted proxy that hands no host on',
      { host: '[::1]:4180', 'x-forwarded-proto': 'https' },
      { behindProxy: true },
    ],
    ['a proxy of RFC 7239', { host: '127.0.0.1', forwarded: 'for=203.0.113.8' }],
    ['a proxy that says another host, and is not trusted', { host: 'vitrine:4180', 'x-forwarded-host': 'ugc.example' }],
  ])('%s', async (_, headers, settings = {}) => {
    const [warning, ...more] = await warnings(settings, [headers, headers]);
    expect(warning).toContain(`http://${headers.host}`);
    expect(more).toEqual([]);
  });

  it.each<[string, Record<string, string>, ShopSettings?]>([
    ['a page on this machine', { host: '127.0.0.1:4180', origin: 'http://localhost:3000' }],
    ['nobody’s page', { host: '127.0.0.1:4180', origin: 'https://evil.example' }],
    ['a server on this machine', { host: '127.0.0.1:4180' }],
    ['a page of another host, by name', { host: 'ugc.example', origin: ORIGIN }],
    ['a proxy that hands all on', { host: 'ugc.example', 'x-forwarded-host': 'ugc.example', 'x-forwarded-for': '::1' }],
    [
      'a trusted proxy that says the host',
      { host: '127.0.0.1:4180', 'x-forwarded-host': 'ugc.example' },
      { behindProxy: true },
    ],
    ['the setting', { host: '127.0.0.1:4180', origin: ORIGIN }, { publicUrl: 'https://ugc.example' }],
  ])('not for %s', async (_, headers, settings = {}) => {
    expect(await warnings(settings, [headers])).toEqual([]);
  });
});
