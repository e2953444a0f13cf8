import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readEvents } from '../../store/testing/read-events.ts';
import { openTestService, SHOP_HOST, type TestService } from '../../testing/service.ts';

/** `redirect_url` leads to hosts that the customer registered, however it is written. */

let service: TestService;
beforeAll(async () => {
  service = await openTestService();
});
afterAll(() => service.close());

const shop = (url: string) =>
  `/track/widget/abc/best/media/7/shop?analytics_id=1&pics=1&redirect_url=${encodeURIComponent(url)}&auth_token=${service.key}`;

async function follow(url: string) {
  const response = await fetch(`${service.url}${shop(url)}`, { redirect: 'manual' });
  return { status: response.status, location: response.headers.get('location'), text: await response.text() };
}

/** Whoever stands on such a page: a relative or half an address would be read against it. */
const BASES = ['https://evil.example/', 'http://127.0.0.1:4180/track/widget/', 'data:text/html,', 'file:///a/b'];

function expectHost(location: string): void {
  for (const base of BASES) {
    const { protocol, hostname, username, password } = new URL(location, base);
    expect({ hostname, username, password }).toEqual({ hostname: SHOP_HOST, username: '', password: '' });
    expect(['http:', 'https:']).toContain(protocol);
  }
  // Nothing is left that somebody could read in another way.
  expect(location).toMatch(/^https?:\/\/www\.shop\.example(:\d+)?\/[\x21-\x7e]*$/);
}

describe('refused, and nothing is stored', () => {
  test.each([
    // Another host, said plainly or beside ours.
    'https://evil.example/',
    'https://www.shop.example.evil.example/',
    'https://evil.example/https://www.shop.example/',
    'https://evil.example?www.shop.example',
    'https://evil.example#@www.shop.example',
    'https://evil.example;www.shop.example/',
    'https://shop.example/',
    'https://notwww.shop.example/',
    'https://www.shop.example./',
    'https://www.shop.example../',
    'https://www..shop.example/',
    // Half an address, which a browser would complete.
    '//evil.example/',
    '//www.shop.example/',
    '///evil.example/',
    '/\\evil.example/',
    '\\\\evil.example/',
    'https:evil.example',
    'https:/evil.example',
    'https:///evil.example/',
    'https:www.shop.example',
    'http:\\\\evil.example',
    '/',
    '..',
    '../../evil.example',
    '?redirect_url=https://evil.example/',
    // A user's name that looks like our host, and the other way round.
    'https://www.shop.example@evil.example/',
    'https://www.shop.example:80@evil.example/',
    'https://www.shop.example%40evil.example/',
    'https://evil.example@www.shop.example/',
    'https://a:b@www.shop.example/',
    // Backslashes are slashes to browsers, and are none to others.
    'https://evil.example\\@www.shop.example/',
    'https://www.shop.example\\.evil.example/',
    'https://www.shop.example\\@evil.example/',
    'https:\\\\www.shop.example\\',
    // What browsers skip, and what ends a header.
    ' https://evil.example/',
    'https://evil.example/ ',
    '\thttps://www.shop.example/',
    'https://www.shop.example/\r\nSet-Cookie: a=b',
    'https://www.shop.example/\nLocation: https://evil.example/',
    'h\nttps://evil.example/',
    'https://evil\t.example/',
    'https://www.shop.example\t.evil.example/',
    'https://www.shop.example\u0000.evil.example/',
    'https://evil.example\u0000www.shop.example/',
    '\u0000https://evil.example/',
    '\u200bhttps://www.shop.example/',
    '\ufeffhttps://www.shop.example/',
    'https://www.shop.example\u2028/',
    // Letters and dots that look alike, or become others.
    'https://www.ѕhop.example/',
    'https://www.xn--hop-vkc.example/',
    'https://www.shop.example。evil.example/',
    'https://evil。example/',
    'https://evil.example／www.shop.example/',
    'https://www.shop.example⁄evil.example/',
    'https://evil.example℀www.shop.example/',
    'https://www.shop.example＠evil.example/',
    'https://www.shop.example%2eevil.example/',
    'https://evil.example%2fwww.shop.example/',
    'https://evil.example%00www.shop.example/',
    'https://www.shop.example%23.evil.example/',
    // What is no web page.
    'javascript:alert(1)//www.shop.example',
    'javascript://www.shop.example/%0aalert(1)',
    'JaVaScRiPt://www.shop.example/',
    'java\nscript:alert(1)',
    'data:text/html,<script>alert(1)</script>',
    'vbscript:msgbox(1)',
    'file://www.shop.example/etc/passwd',
    'ftp://www.shop.example/',
    'blob:https://www.shop.example/x',
    'view-source:https://www.shop.example/',
    'intent://www.shop.example#Intent;scheme=https;end',
    // Addresses, in each notation.
    'http://127.0.0.1/',
    'http://2130706433/',
    'http://0x7f.1/',
    'http://0177.0.0.1/',
    'http://[::1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[www.shop.example]/',
    'http://169.254.169.254/latest/',
    // Ports that are none.
    'https://www.shop.example:evil.example/',
    'https://www.shop.example:99999/',
    'https://www.shop.example:80:evil.example/',
    // Too long, or nothing.
    `https://www.shop.example/${'a'.repeat(8200)}`,
    `https://${'a'.repeat(70)}.www.shop.example/`,
    'https://',
    'https',
  ])('%j', async (url) => {
    const before = readEvents(service.data).length;
    const { status, location, text } = await follow(url);
    expect([status, location]).toEqual([400, null]);
    expect(JSON.parse(text)[0].detail).toMatch(/^redirect_url: /);
    expect(readEvents(service.data)).toHaveLength(before);
  });
});

describe('written oddly, and still our host: it is what the browser gets to read', () => {
  test.each([
    ['HTTPS://WWW.Shop.EXAMPLE/A', 'https://www.shop.example/A'],
    ['https://www.shop.example', 'https://www.shop.example/'],
    ['https://:@www.shop.example/', 'https://www.shop.example/'],
    ['https://www.shop.example:443/', 'https://www.shop.example/'],
    ['https://www.shop.example:8443/', 'https://www.shop.example:8443/'],
    ['https://www。shop．example/', 'https://www.shop.example/'],
    ['https://ｗｗｗ.shop.example/', 'https://www.shop.example/'],
    ['https://www%2eshop%2Eexample/', 'https://www.shop.example/'],
    ['https://www.sh\u00adop.example/', 'https://www.shop.example/'],
    ['https:////www.shop.example/', 'https://www.shop.example/'],
    ['https://www.shop.example/../../x', 'https://www.shop.example/x'],
    ['https://www.shop.example//evil.example/', 'https://www.shop.example//evil.example/'],
    ['https://www.shop.example/@evil.example', 'https://www.shop.example/@evil.example'],
    ['https://www.shop.example?@evil.example', 'https://www.shop.example/?@evil.example'],
    ['https://www.shop.example#@evil.example', 'https://www.shop.example/#@evil.example'],
    ['https://www.shop.example/?next=https://evil.example', 'https://www.shop.example/?next=https://evil.example'],
    ['https://www.shop.example/%0d%0aSet-Cookie:a', 'https://www.shop.example/%0d%0aSet-Cookie:a'],
    ['https://www.shop.example/ü', 'https://www.shop.example/%C3%BC'],
    ['https://www.shop.example/\u0001', 'https://www.shop.example/'],
  ])('%j', async (url, expected) => {
    const { status, location } = await follow(url);
    expect([status, location]).toEqual([302, expected]);
    expectHost(location as string);
  });
});

/** Parts that addresses are made of, and that readers of addresses disagree on. */
const PARTS = [
  ...['https:', 'http:', 'HTTPS:', 'javascript:', 'data:', '//', '/', '\\', '@', ':', '?', '#', '.', '..', '%'],
  ...[SHOP_HOST, 'shop.example', 'evil.example', 'www', '。', '．', '／', '＠', '%2e', '%2f', '%40', '%5c', '%00'],
  ...[' ', '\t', '\r', '\n', '\0', '\u00ad', '\u200b', '\u202e', '\ufeff', '[', ']', '::1', '443', '127.1', 'ß', 'a'],
];

test('wherever an address leads, it leads to the registered host', async () => {
  const text = fc.array(fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...PARTS) }, fc.string({ unit: 'binary' })), {
    maxLength: 8,
  });
  const written = fc
    .tuple(fc.constantFrom('https://', 'http://', 'https:', '//', ''), fc.constantFrom(SHOP_HOST, ''), text)
    .map(([scheme, host, rest]) => `${scheme}${host}${rest.join('')}`);
  let followed = 0;
  await fc.assert(
    fc.asyncProperty(written, async (url) => {
      // Half a pair of surrogates cannot be sent.
      const { status, location } = await follow(url.toWellFormed());
      // An empty one is none.
      expect([status, location === null]).toEqual(
        url === '' ? [200, true] : [location === null ? 400 : 302, location === null],
      );
      if (location === null) return;
      followed++;
      expectHost(location);
    }),
    { numRuns: 1000 },
  );
  expect(followed).toBeGreaterThan(20);
});

test.each([
  '//evil.example',
  '//evil.example/..',
  '/shop//evil.example',
  '/shop/..//evil.example/',
  '/shop/%2fevil.example/',
  '/shop/\\evil.example/',
  '/shop/products',
  '/shop//evil.example/%2e%2e',
  '/docs//evil.example',
  '/%0d%0aLocation:%20https://evil.example/',
])('our own redirects stay with us: %s', async (path) => {
  const { port, hostname } = new URL(service.url);
  // `fetch` would tidy the path up.
  const request = get({ hostname, port, path, headers: { accept: 'text/html' } });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  response.resume();
  expect(response.statusCode).toBeLessThan(500);
  const { location = '/' } = response.headers;
  expect(new URL(location, service.url).origin).toBe(service.url);
});
