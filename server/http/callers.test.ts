import { afterAll, describe, expect, test } from 'vitest';
import { type Operation, operationsOf } from '../site/testing/operations.ts';
import { OPERATOR, openTestService, SHOP_ORIGIN } from '../testing/service.ts';

/** Which pages may use which token, over every operation of the OpenAPI document and each way to send a token. */

const service = await openTestService();
const operations = await operationsOf(service.url);
afterAll(() => service.close());

/** How a token is sent, by the name that the document has for it. Signatures are tested where they are made. */
const WAYS: Record<string, (token: string) => { query?: string; authorization?: string }> = {
  publicToken: (token) => ({ query: `auth_token=${token}` }),
  privateToken: (token) => ({ query: `auth_token=${token}` }),
  bearer: (token) => ({ authorization: `Bearer ${token}` }),
  operator: (token) => ({ authorization: `Bearer ${token}` }),
  bearerToken: (token) => ({ query: `bearer_token=${token}` }),
  rawToken: (token) => ({ authorization: token }),
  tokenAuth: (token) => ({ query: `token_auth=${token}` }),
};
/** The Tracking HTTP API has its token among its parameters, and the document has no scheme for those. */
const MATOMO = /^(GET|POST) \/(matomo\.php|piwik\.php|index\.php)$|^POST \/$/;
/** What takes no token: whoever adds to these says so here. */
const OPEN = [
  ...['GET /healthz', 'GET /metrics', 'GET /api/analytics/healthcheck', 'GET /media-files/{path}'],
  ...['GET /vitrine.js', 'GET /v/{path}', 'GET /shop/{path}', 'GET /shop/config.json'],
];

const schemesOf = ({ name, schemes }: Operation) => (MATOMO.test(name) ? ['tokenAuth'] : schemes);
const ways = operations
  .filter(({ name }) => !OPEN.includes(name))
  .flatMap((operation) =>
    schemesOf(operation)
      .filter((scheme) => scheme !== 'signature')
      .map((scheme) => ({ ...operation, scheme })),
  );

async function ask(
  { method, path, scheme, name }: (typeof ways)[number],
  token: string,
  headers: Record<string, string> = {},
) {
  const { query, authorization } = WAYS[scheme]?.(token) ?? {};
  const own = /matomo|piwik/.test(name)
    ? // The time of a visit long ago is for private tokens only.
      'idsite=1&rec=1&url=https://shop.example/&cdt=1600000000'
    : 'module=API&method=SitesManager.getSiteFromId&idSite=1';
  const url = `${service.url}${path}${path.includes('?') ? '&' : '?'}${query ?? ''}${scheme === 'tokenAuth' ? `&${own}` : ''}`;
  const hasBody = method === 'POST' || method === 'PUT';
  const response = await fetch(url, {
    method,
    redirect: 'manual',
    headers: {
      ...headers,
      ...(authorization && { authorization }),
      ...(hasBody && scheme !== 'tokenAuth' && { 'content-type': 'application/json' }),
    },
    ...(hasBody && { body: scheme === 'tokenAuth' ? '' : '{}' }),
  });
  return { status: response.status, text: await response.text(), headers: response.headers };
}

test('every operation takes a token, or is known to need none', () => {
  expect(operations.length).toBeGreaterThan(60);
  const without = operations.filter((operation) => schemesOf(operation).length === 0).map(({ name }) => name);
  expect([...without, 'GET /metrics'].toSorted()).toEqual(OPEN.toSorted());
  const unknown = operations.flatMap(schemesOf).filter((scheme) => scheme !== 'signature' && !(scheme in WAYS));
  expect(unknown).toEqual([]);
});

describe('a private token in a page is refused', () => {
  const PAGES = [
    { origin: 'https://evil.example' },
    { origin: SHOP_ORIGIN },
    { origin: 'null' },
    { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' },
    { 'sec-fetch-site': 'same-site', referer: `${SHOP_ORIGIN}/` },
  ] as Record<string, string>[];

  test.each(ways)('$name, token by $scheme', async (way) => {
    const token = way.scheme === 'operator' ? OPERATOR : service.privateKey;
    const control = await ask(way, token);
    expect(control.status).toBeLessThan(500);
    for (const page of PAGES) {
      const { status, text } = await ask(way, token, page);
      // There a page may track without a token, so that its private one counts for nothing.
      const mayTrack = /matomo|piwik/.test(way.name) && (page.origin ?? page.referer ?? '').startsWith(SHOP_ORIGIN);
      expect(mayTrack ? [400] : [401, 403], JSON.stringify(page)).toContain(status);
      expect(text, JSON.stringify(page)).not.toBe(control.text);
    }
  });
});

/** What brings events. A page in a sandbox is nobody's page, and may bring them as an app may. */
const TRACKS =
  /^GET \/track\/|^POST \/track\/bulk$|\/(matomo|piwik)\.php$|^POST \/v1\/.*\/user_activities$|^POST \/api\/analytics\/events$/;

describe('a public token counts in pages of registered origins only', () => {
  const open = ways.filter(({ scheme }) => ['publicToken', 'bearerToken', 'rawToken', 'tokenAuth'].includes(scheme));

  test.each(open)('$name, token by $scheme', async (way) => {
    const control = await ask(way, service.key);
    for (const origin of [
      'https://evil.example',
      ...(TRACKS.test(way.name) ? [] : ['null']),
      `${SHOP_ORIGIN}.evil.example`,
      SHOP_ORIGIN.replace('https', 'http'),
      `${SHOP_ORIGIN}:444`,
      SHOP_ORIGIN.toUpperCase(),
    ]) {
      const { status, text, headers } = await ask(way, service.key, { origin });
      expect([401, 403], origin).toContain(status);
      // Its answers say nothing of anybody, and any page may read them, as it may a refusal; but no page administers.
      const readable = way.name.includes(' /admin/') ? null : way.scheme === 'tokenAuth' ? origin : '*';
      expect([origin, headers.get('access-control-allow-origin')]).toEqual([origin, readable]);
      if (control.status < 400) expect(text).not.toBe(control.text);
    }
    if (TRACKS.test(way.name)) {
      const sandbox = await ask(way, service.key, { origin: 'null' });
      expect([sandbox.status, sandbox.headers.get('access-control-allow-origin')]).toEqual([control.status, 'null']);
    }
    const { headers } = await ask(way, service.key, { origin: SHOP_ORIGIN });
    expect(headers.get('access-control-allow-origin')).toBe(SHOP_ORIGIN);
  });

  test.each(open)('$name, token by $scheme: its refusal is a command that can be copied into a shell', async (way) => {
    for (const origin of [
      'https://a$(id>b)',
      'https://a`id`',
      'https://a;id',
      'https://a&&id',
      "https://a'",
      'https://a|id',
    ]) {
      const { status, text } = await ask(way, service.key, { origin });
      expect([401, 403], origin).toContain(status);
      expect(text).not.toMatch(/a[$`;&'|]/);
      if (text.includes('is not registered'))
        expect(text).toMatch(
          /The origin of this page is not registered: npm run admin -- origin add ORIGIN --customer \w+/,
        );
    }
    for (const origin of ['http://localhost:8000', 'https://[2001:db8::1]:8443', 'capacitor://localhost']) {
      const { text } = await ask(way, service.key, { origin });
      if (text.includes('is not registered')) expect(text).toContain(`origin add ${origin} --customer`);
    }
  });
});
