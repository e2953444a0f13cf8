import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Rates } from '../config-values.ts';
import { type Operation, operationsOf } from '../site/testing/operations.ts';
import { openContentStore } from '../store/testing/open-stores.ts';
import { OPERATOR, openTestService, SHOP_ORIGIN, type TestService } from '../testing/service.ts';

/** Ten requests in ten seconds, of each kind. */
const TIGHT: Rates = { read: 1, track: 1, upload: 1, admin: 1, failed: 1, private: 2 };
const ALLOWED = 10;

/** Behind a proxy, so that each test has an address of its own. */
let service: TestService;
let address: string;
let tests = 0;
beforeAll(async () => {
  service = await openTestService({ rates: TIGHT, trustProxy: ['loopback'] });
});
beforeEach(() => {
  address = `198.18.0.${tests++}`;
});
afterAll(() => service.close());

interface Init {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
}
const ask = (path: string, { headers, ...init }: Init = {}) =>
  fetch(`${service.url}${path}`, { redirect: 'manual', headers: { 'x-forwarded-for': address, ...headers }, ...init });
const from = (address: string) => ({ headers: { 'x-forwarded-for': address } });

/** The rest of a test asks this service. */
async function open(config: Parameters<typeof openTestService>[0]): Promise<void> {
  const before = service;
  service = await openTestService({ rates: TIGHT, ...config });
  onTestFinished(async () => {
    await service.close();
    service = before;
  });
}
const media = (token = service.key) => `/media/1?auth_token=${token}`;
const event = (token = service.key) => `/track/widget/a/best/render?analytics_id=1&pics=1&auth_token=${token}`;

/** How many in a row are answered before one is told to wait. */
async function answered(send: () => Promise<Response>, most = 60): Promise<number> {
  for (let count = 0; count < most; count++) {
    const response = await send();
    await response.arrayBuffer();
    if (response.status === 429) return count;
  }
  return most;
}

describe('a sender of too many requests waits', () => {
  test('as long as Retry-After says, and not a second longer', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    onTestFinished(() => void vi.useRealTimers());
    expect(await answered(() => ask(event()))).toBe(ALLOWED);
    vi.advanceTimersByTime(3_500);
    const told = 1_000 * Number((await ask(event())).headers.get('retry-after'));
    expect(told).toBe(7_000);
    vi.advanceTimersByTime(told - 1_000);
    expect((await ask(event())).status).toBe(429);
    vi.advanceTimersByTime(1_000);
    expect((await ask(event())).status).toBe(200);
  });

  test('on every operation that takes a token, in the shape of its protocol, and pages can read Retry-After', async () => {
    const matomo = /^(GET|POST) \/(matomo\.php|piwik\.php|index\.php)\?|^POST \/\?/;
    const waits = [];
    const operations = await operationsOf(service.url);
    // Who guessed the operator's token gets no private one accepted: last, so that it does not do for the others.
    const last = ({ schemes }: Operation) => Number(schemes.includes('operator'));
    for (const { name, method, path, schemes } of operations.toSorted((a, b) => last(a) - last(b))) {
      const isMatomo = matomo.test(`${method} ${path}`);
      if (schemes.length === 0 && !isMatomo) continue;
      if (name === 'GET /metrics') continue;
      const only = schemes.includes('publicToken') || isMatomo ? service.key : service.privateKey;
      const token = schemes.includes('operator') ? 'a-wrong-one' : only;
      const query = schemes.includes('publicToken') || schemes.includes('privateToken') ? `&auth_token=${token}` : '';
      const hasBody = method === 'POST' || method === 'PUT';
      let response: Response;
      let count = 0;
      do {
        response = await ask(`${path}${query}${isMatomo ? `&idsite=1&rec=1&token_auth=${token}` : ''}`, {
          method,
          headers: query ? {} : { authorization: schemes.includes('rawToken') ? token : `Bearer ${token}` },
          ...(hasBody && { body: '{}' }),
        });
        count++;
      } while (response.status !== 429 && count <= 2 * ALLOWED);
      const text = await response.text();
      expect([name, response.status]).toEqual([name, 429]);
      expect(Number(response.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
      expect(Number(response.headers.get('retry-after'))).toBeLessThanOrEqual(10);
      expect(text, name).toMatch(/try again in \d+ seconds/);
      const shape = isMatomo
        ? expect.stringMatching(/^Too many .*\n$/)
        : path.startsWith('/api/analytics')
          ? { error: { type: 'rate_limited', message: 'Too many requests', detail: expect.any(String) } }
          : path.startsWith('/v1/')
            ? { status: 'error', error: expect.any(String), error_code: 'TOO_MANY_REQUESTS' }
            : { metadata: { code: 429, message: 'Too Many Requests' }, data: { message: expect.any(String) } };
      if (isMatomo) expect(text).toEqual(shape);
      else expect(JSON.parse(text)).toMatchObject(shape as object);
      waits.push(name);
    }
    expect(waits.length).toBeGreaterThan(55);

    for (const path of [media(), event(), event().replace('render', 'render.gif')]) {
      const { status, headers } = await ask(path, { headers: { origin: SHOP_ORIGIN } });
      expect(status).toBe(429);
      expect(headers.get('access-control-allow-origin')).toBe(SHOP_ORIGIN);
      expect(headers.get('access-control-expose-headers')).toBe('Retry-After');
      if (path.includes('.gif')) expect(headers.get('content-type')).toBe('image/gif');
    }
    // A script with another status is not run, and nobody would hear of the error.
    const script = await ask(`${media()}&callback=show`);
    expect([script.status, await script.text()]).toEqual([200, expect.stringMatching(/^\/\*\*\/show\(\{.*"code":429/)]);
  });

  test('and nothing of a refused request is stored', async () => {
    await open({});
    const statuses = [];
    for (let i = 0; i < ALLOWED + 5; i++) statuses.push((await ask(event())).status);
    expect(statuses).toEqual([...Array(ALLOWED).fill(200), ...Array(5).fill(429)]);
    const metrics = await (await fetch(`${service.url}/metrics`)).text();
    expect(metrics).toContain(`vitrine_events_total{outcome="accepted"} ${ALLOWED}`);
    expect(metrics).toContain('vitrine_rate_limited_total{kind="track"} 5');
  });

  describe('each event counts, however many a request brings', () => {
    const batch = (events: number) => Array.from({ length: events }, (_, i) => i);
    const json = (body: object, headers = {}) => ({ method: 'POST', body: JSON.stringify(body), headers });
    const senders: [string, (events: number) => Promise<Response>][] = [
      [
        'tracking',
        (events) => {
          // As short as an event can be: a thousand have to fit into one body.
          const requests = batch(events).map(() => '/track/vital/CLS?analytics_id=1&value=1');
          return ask(`/track/bulk?auth_token=${service.key}`, json({ requests }));
        },
      ],
      [
        'matomo',
        (events) => {
          const one = `?idsite=1&rec=1&url=https://shop.example/&token_auth=${service.key}`;
          return ask('/matomo.php', json({ requests: batch(events).map(() => one) }));
        },
      ],
      [
        'matomo from a page',
        (events) => {
          const requests = batch(events).map(() => '?idsite=1&rec=1&url=https://shop.example/');
          return ask('/matomo.php', json({ requests }, { origin: SHOP_ORIGIN, 'x-forwarded-for': address }));
        },
      ],
      [
        'activities',
        (events) => {
          const $events = batch(events).map(() => ({ $ts: Date.now(), $event_name: 'seen' }));
          const who = { $user_identifiers: [{ $type: 'USER_AGENT', $user_agent_id: 'a' }] };
          return ask(`/v1/datamarts/1/user_activities?auth_token=${service.key}`, json({ ...who, $events }));
        },
      ],
    ];

    test.each(senders)('%s', async (_, send) => {
      expect((await send(6)).status).toBe(200);
      expect((await send(4)).status).toBe(200);
      const { status, headers } = await send(1);
      expect([status, Number(headers.get('retry-after'))]).toEqual([429, expect.closeTo(5.5, -1)]);
    });

    test.each(senders)(
      '%s: a batch above the limit passes as the first of a window, and then nothing',
      async (_, send) => {
        expect((await send(1000)).status).toBe(200);
        expect((await send(1)).status).toBe(429);
      },
    );

    test.each(senders)('%s: and not as the second', async (_, send) => {
      expect((await send(1)).status).toBe(200);
      expect((await send(1000)).status).toBe(429);
    });
  });

  test('but cheap requests are not limited: health, the kit, files', async () => {
    for (const path of ['/healthz', '/vitrine.js', '/media-files/x', '/shop/'])
      expect([path, await answered(() => ask(path), 30)]).toEqual([path, 30]);
  });
});

describe('each token and address has a count of its own', () => {
  test('and each kind of request', async () => {
    expect(await answered(() => ask(media()))).toBe(ALLOWED);
    expect((await ask(event())).status).toBe(200);
    const upload = () => ask(`/stashes?auth_token=${service.key}`, { method: 'POST', body: '{}' });
    expect(await answered(upload)).toBe(ALLOWED);
    expect(await answered(() => ask(event()))).toBe(ALLOWED - 1);
  });

  test('another token, and a private token has a higher limit', async () => {
    const content = await openContentStore(service.data);
    const { id } = await content.upsertCustomer({ key: 'other', name: 'Other', domain: 'other.example' });
    await content.addToken(id, 'public', 'page', 'token-of-another-customer');
    await content.close();
    expect(await answered(() => ask(event()))).toBe(ALLOWED);
    expect(await answered(() => ask(event(service.privateKey)))).toBe(ALLOWED * TIGHT.private);
    await expect.poll(async () => (await ask(event('token-of-another-customer'))).status).toBe(200);
  });

  test('another address, where a trusted proxy names it; for IPv6 another network', async () => {
    const send = (address: string) => () => ask(event(), from(address));
    expect(await answered(send('203.0.113.7'))).toBe(ALLOWED);
    expect((await send('203.0.113.8')()).status).toBe(200);
    expect((await send('::ffff:203.0.113.7')()).status).toBe(429);
    expect(await answered(send('2001:db8:1:1::1'))).toBe(ALLOWED);
    expect((await send('2001:db8:1:1:ffff::2')()).status).toBe(429);
    expect((await send('2001:db8:1:2::1')()).status).toBe(200);
    // What is no address counts for the proxy that said it, however it is written.
    let garbage = 0;
    expect(await answered(() => send(`unknown-${garbage++}`)())).toBe(ALLOWED);
    // Whoever makes up addresses before ours is known by the one that our proxy saw.
    expect((await send('198.51.100.1, 203.0.113.7')()).status).toBe(429);
  });

  test('an address is the same one from each of its ports, as Azure’s gateways write it', async () => {
    let port = 40_000;
    const fromPorts = (address: string, path: () => string) => () => ask(path(), from(`${address}:${port++}`));
    expect(await answered(fromPorts('203.0.113.30', event))).toBe(ALLOWED);
    expect(await answered(fromPorts('[2001:db8:30::1]', event))).toBe(ALLOWED);
    const guess = () => media(`guess-${port}`);
    expect(await answered(fromPorts('203.0.113.31', guess))).toBe(ALLOWED);
    expect(await answered(fromPorts('[2001:db8:31::1]', guess))).toBe(ALLOWED);
  });

  test('proxies in a row are trusted with their ports, too', async () => {
    await open({ trustProxy: ['loopback', '10.0.0.0/8', 'fe80::/10'] });
    const send = (way: string) => () => ask(event(), from(way));
    expect(await answered(send('203.0.113.32:1, 10.0.0.7:2, [fe80::7%eth0]:3'))).toBe(ALLOWED);
    expect((await send('203.0.113.32, 10.0.0.8:9')()).status).toBe(429);
    expect((await send('203.0.113.33:1, 10.0.0.7:2, [fe80::7%eth0]:3')()).status).toBe(200);
  });

  test('forged addresses do not help where no proxy is trusted', async () => {
    await open({});
    let last = 0;
    expect(await answered(() => ask(event(), from(`203.0.113.${last++}`)))).toBe(ALLOWED);
  });

  test('a page that tracks without a token counts by its address', async () => {
    const page = { headers: { origin: SHOP_ORIGIN } };
    expect(await answered(() => ask('/matomo.php?idsite=1&rec=1&url=https://shop.example/', page))).toBe(ALLOWED);
  });
});

test.each([
  ['names no token', () => ask('/track/widget/a/best/render?analytics_id=1&pics=1')],
  ['is a page of an unregistered origin', () => ask(event(), { headers: { origin: 'https://x.example' } })],
  [
    'sends product events from such a page',
    () =>
      ask(`/api/analytics/events?bearer_token=${service.key}`, {
        ...{ method: 'POST', body: '{}', headers: { origin: 'https://x.example' } },
      }),
  ],
])('a sender that %s is refused, and waits after too many requests', async (_, send) => {
  expect([401, 403]).toContain((await send()).status);
  expect(await answered(send)).toBe(ALLOWED - 1);
});

describe('a sender that guesses tokens', () => {
  test('waits, and learns nothing from a right private token, while shoppers at its address are served', async () => {
    const guesser = from('203.0.113.77');
    expect(await answered(() => ask(media('a-guess'), guesser))).toBe(ALLOWED);
    const desk = (init: Init) =>
      ask('/admin/v1/tokens', { headers: { ...init.headers, authorization: `Bearer ${service.privateKey}` } });
    expect((await desk(guesser)).status).toBe(429);
    expect((await ask(media(service.privateKey), guesser)).status).toBe(429);
    // A page is told that a private token is no place for it: but not who guesses.
    for (const [name, value] of [
      ['origin', 'https://x.example'],
      ['sec-fetch-site', 'cross-site'],
    ] as const) {
      const page = { headers: { ...guesser.headers, [name]: value } };
      expect((await ask(media(service.privateKey), page)).status).toBe(429);
      expect((await desk(page)).status).toBe(429);
    }
    expect((await desk(from('203.0.113.8'))).status).toBe(200);
    expect((await ask(event(), guesser)).status).toBe(200);
  });

  test.each<[string, () => Promise<Response>]>([
    ['in a header', () => ask('/admin/v1/tokens', { headers: { authorization: 'Bearer guess' } })],
    [
      'for the operator’s',
      () => ask('/admin/v1/customers', { method: 'POST', headers: { authorization: 'Bearer x' } }),
    ],
    ['of product events', () => ask('/api/analytics/events?bearer_token=guess')],
    [
      'of activities',
      () => ask('/v1/datamarts/1/user_activities', { method: 'POST', headers: { authorization: 'x' } }),
    ],
    ['in a form', () => ask('/matomo.php?idsite=1&rec=1&token_auth=guess')],
    ['of a site', () => ask('/?module=API&method=SitesManager.getSiteFromId&token_auth=x', { method: 'POST' })],
    [
      'by the id of a key',
      () =>
        ask('/v1/datamarts/1/user_activities', {
          method: 'POST',
          headers: { 'x-mics-key-id': 'guess', 'x-mics-ts': String(Date.now()), 'x-mics-mac': 'ab'.repeat(32) },
        }),
    ],
  ])('%s', async (_, send) => {
    expect(await answered(send)).toBe(ALLOWED);
  });

  test('many in one request', async () => {
    const requests = Array.from({ length: ALLOWED + 1 }, (_, i) => `?idsite=1&rec=1&url=x&token_auth=guess-${i}`);
    const { status } = await ask('/matomo.php', { method: 'POST', body: JSON.stringify({ requests }) });
    expect(status).toBe(429);
  });

  test('of the operator: a right one is of no use either', async () => {
    const add = (token: string) =>
      ask('/admin/v1/customers', { method: 'POST', headers: { authorization: `Bearer ${token}` }, body: '{}' });
    expect((await add(OPERATOR)).status).toBe(400);
    expect(await answered(() => add('x'))).toBe(ALLOWED);
    expect((await add(OPERATOR)).status).toBe(429);
  });
});

test('without rates nothing is limited', async () => {
  await open({ rates: undefined });
  expect(await answered(() => ask(event()), 40)).toBe(40);
  expect(await answered(() => ask(media('guess')), 40)).toBe(40);
});

describe('/metrics', () => {
  test('is for this machine and for the operator', async () => {
    const stranger = from('203.0.113.78');
    expect((await fetch(`${service.url}/metrics`)).status).toBe(200);
    expect((await ask('/metrics', stranger)).status).toBe(403);
    const bearer = (token: string) => ({ headers: { ...stranger.headers, authorization: `Bearer ${token}` } });
    expect((await ask('/metrics', bearer(OPERATOR))).status).toBe(200);
    expect((await ask('/metrics', bearer(service.privateKey))).status).toBe(403);
    expect(await answered(() => ask('/metrics', bearer('guess')))).toBe(ALLOWED - 1);
  });

  test('is not for visitors of an unknown proxy on this machine', async () => {
    await open({});
    expect((await ask('/metrics', from('203.0.113.7'))).status).toBe(403);
    expect((await ask('/metrics', { headers: { forwarded: 'for=203.0.113.7' } })).status).toBe(403);
    expect((await ask('/metrics', from('127.0.0.1'))).status).toBe(403);
  });
});

describe('the address of the service in its answers', () => {
  const SAID = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'ugc.shop.example' };

  const apiOf = async (headers: Record<string, string>) => {
    await writeFile(join(service.data, 'demo.json'), JSON.stringify({ key: 'k' }));
    return ((await (await ask('/shop/config.json', { headers })).json()) as { api: string }).api;
  };

  test('is the one that a trusted proxy tells', async () => {
    expect(await apiOf(SAID)).toBe('https://ugc.shop.example');
    expect(await apiOf({ ...SAID, 'x-forwarded-proto': 'javascript' })).toBe('http://ugc.shop.example');
  });

  test.each([[['10.0.0.1']], [false as const]])('and not one that any other sender tells: %j', async (trustProxy) => {
    await open({ trustProxy });
    expect(await apiOf(SAID)).toBe(service.url);
  });
});
