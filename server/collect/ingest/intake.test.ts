import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { dayOf } from '../../store/events/days.ts';
import { openContentStore, openEventStore } from '../../store/testing/open-stores.ts';
import { readEvents, readNames, readTables, readTotals } from '../../store/testing/read-events.ts';
import { openTestService, SHOP_HOST, SHOP_ORIGIN, type TestService } from '../../testing/service.ts';

/** The rules about events, on each way in which they come. */

interface Sent {
  /** The page, as the wire has it. */
  page?: string;
  referrer?: string;
  headers?: Record<string, string>;
  events?: number;
}
type Send = (service: TestService, sent?: Sent) => Promise<Response>;

const post = (url: string, body: object, headers = {}) =>
  fetch(url, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...headers },
  });
const many = <T>(count: number, one: (n: number) => T) => Array.from({ length: count }, (_, n) => one(n));

function trackingPath({ page, referrer }: Sent, more: object = {}): string {
  const query = {
    analytics_id: 'a',
    pics: '1',
    ...(page && { page_url: page }),
    ...(referrer && { page_referrer: referrer }),
  };
  return `/track/widget/i/best/render?${new URLSearchParams({ ...query, ...more })}`;
}
const matomoQuery = ({ page = 'https://shop.example/', referrer = '' }: Sent, token: string, site: number) =>
  `idsite=${site}&rec=1&token_auth=${token}&${new URLSearchParams({ url: page, urlref: referrer })}`;

const WIRES: Record<string, Send> = {
  'GET /track': ({ url, key }, sent = {}) =>
    fetch(`${url}${trackingPath(sent, { auth_token: key })}`, { headers: sent.headers ?? {} }),
  'POST /track/bulk': ({ url, key }, { events = 1, headers, ...sent } = {}) =>
    post(`${url}/track/bulk?auth_token=${key}`, { requests: many(events, () => trackingPath(sent)) }, headers),
  'GET /matomo.php': ({ url, key, customerId }, sent = {}) =>
    fetch(`${url}/matomo.php?${matomoQuery(sent, key, customerId)}`, { headers: sent.headers ?? {} }),
  'POST /matomo.php': ({ url, key, customerId }, { events = 1, headers, ...sent } = {}) =>
    post(`${url}/matomo.php`, { requests: many(events, () => `?${matomoQuery(sent, key, customerId)}`) }, headers),
  'product events': ({ url, key }, { page, referrer, headers } = {}) =>
    post(
      `${url}/api/analytics/events?bearer_token=${key}`,
      {
        ...{ eventType: 'product interaction', sessionId: 's' },
        eventMetadata: {
          ...{ event_id: crypto.randomUUID(), analytics_id: 'a' },
          ...(page && { page_url: page }),
          ...(referrer && { page_referrer: referrer }),
        },
      },
      headers,
    ),
  activities: ({ url, key, customerId }, { page, referrer, headers, events = 1 } = {}) =>
    post(
      `${url}/v1/datamarts/${customerId}/user_activities?auth_token=${key}`,
      {
        $user_identifiers: [{ $type: 'USER_AGENT', $user_agent_id: 'a' }],
        $location: page ?? 'x',
        $events: many(events, () => ({
          ...{ $event_name: '$page_view', $ts: Date.now() },
          $properties: { $url: page ?? null, $referrer: referrer ?? null, next: page ?? null },
        })),
      },
      headers,
    ),
};
const ALL = Object.entries(WIRES);
const BULK = ['POST /track/bulk', 'POST /matomo.php', 'activities'];

async function open(config: Parameters<typeof openTestService>[0] = {}): Promise<TestService> {
  const service = await openTestService(config);
  onTestFinished(() => service.close());
  return service;
}
const robotsOf = async ({ data, customerId }: TestService) => {
  const events = await openEventStore(data, console);
  try {
    return await events.robots.list(customerId, 0);
  } finally {
    await events.close();
  }
};
/** With a relay to datamart 77, where nobody answers. */
async function openRelaying(config: Parameters<typeof openTestService>[0] = {}): Promise<TestService> {
  const service = await open({ relay: { allowPrivate: true }, ...config });
  const content = await openContentStore(service.data);
  const relay = { url: 'http://127.0.0.1:9', datamart: '77', keyId: 'k', secret: 's' };
  await content.putRelay(service.customerId, relay);
  await content.close();
  return service;
}
const metrics = async ({ url }: TestService) => (await fetch(`${url}/metrics`)).text();

describe('a robot', () => {
  const GOOGLE = { 'user-agent': 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)' };
  const PERSON = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0' };

  test.each(ALL)('is answered as any sender, counted apart and stored nowhere: %s', async (_, send) => {
    const service = await open();
    const answers = [];
    for (const headers of [PERSON, GOOGLE, GOOGLE]) {
      const response = await send(service, { headers });
      const text = await response.text();
      answers.push([
        response.status,
        response.headers.get('content-type'),
        text.replace(/\d|[0-9a-f]{8}-[-0-9a-f]+/g, ''),
      ]);
    }
    expect(answers[0]?.[0]).toBe(200);
    expect(answers[1]?.slice(0, 2)).toEqual(answers[0]?.slice(0, 2));
    if (!_.startsWith('product')) expect(answers[1]).toEqual(answers[0]);
    const rows = readEvents(service.data);
    expect(rows.map(({ user_agent }) => user_agent)).toEqual([PERSON['user-agent']]);
    expect(readTotals(service.data).map(({ events }) => events)).toEqual([1]);
    const [{ wire } = { wire: '' }] = rows;
    expect(await robotsOf(service)).toEqual([{ day: dayOf(Date.now()), wire, family: 'google', events: 2 }]);
    expect(await metrics(service)).toContain(`vitrine_robot_events_total{family="google",wire="${wire}"} 2`);
    expect(readNames(service.data)).toHaveLength(wire === 'activities' ? 1 : 0);
  });

  test.each(ALL.filter(([name]) => BULK.includes(name)))('is counted by its events: %s', async (_, send) => {
    const service = await open();
    expect((await send(service, { headers: GOOGLE, events: 7 })).status).toBe(200);
    expect((await robotsOf(service)).map(({ events }) => events)).toEqual([7]);
    expect(readEvents(service.data)).toEqual([]);
  });

  test('is refused and redirected as any sender', async () => {
    const service = await open();
    const at = `${service.url}/track/widget/i/best/media/1/shop?pics=1&auth_token=${service.key}`;
    expect((await fetch(at, { headers: GOOGLE })).status).toBe(400);
    const to = `https://${SHOP_HOST}/mug?code=1#x`;
    const led = await fetch(`${at}&analytics_id=a&redirect_url=${encodeURIComponent(to)}`, {
      headers: GOOGLE,
      redirect: 'manual',
    });
    expect([led.status, led.headers.get('location')]).toEqual([302, to]);
  });

  test('is no server of a shop, whatever its User-Agent: what that says of people is stored', async () => {
    const service = await open();
    const at = `${service.url}/v1/datamarts/${service.customerId}`;
    const headers = { authorization: service.privateKey, 'user-agent': 'ShopMonitor/1.0 (bot)' };
    const refusal = { $processing_id: '1', $choice_ts: Date.now(), $choice_acceptance_value: false };
    const said = await post(
      `${at}/user_activities`,
      { $user_account_id: 'ann', $events: [{ $event_name: '$set_user_choice', $properties: refusal }] },
      headers,
    );
    expect(said.status).toBe(200);
    const kept = await fetch(`${at}/user_points/user_account_id=ann/user_choices`, { headers });
    expect(await kept.json()).toMatchObject({ data: [{ $choice_acceptance_value: false }] });
    expect(await robotsOf(service)).toEqual([]);
  });

  test('is not relayed either', async () => {
    const service = await openRelaying();
    const send = (headers: object) => WIRES.activities?.({ ...service, customerId: 77 }, { headers: { ...headers } });
    expect((await send(GOOGLE))?.status).toBe(200);
    expect(await metrics(service)).toContain('vitrine_relayed_waiting 0');
    expect((await send(PERSON))?.status).toBe(200);
    expect(await metrics(service)).toContain('vitrine_relayed_waiting 1');
  });
});

describe('an address', () => {
  const PAGE = 'https://ada:SECRET@shop.example/mugs?size=2&reset_token=SECRET&voucher=SECRET#SECRET';
  const KEPT = 'https://shop.example/mugs?size=2&reset_token=&voucher=';

  test.each(ALL)('is stored without its secrets: %s', async (name, send) => {
    const service = await open({ redact: ['Voucher'] });
    const response = await send(service, { page: PAGE, referrer: PAGE });
    expect(response.status).toBe(200);
    if (name === 'product events') expect(await response.json()).toMatchObject({ referer: KEPT, requestUrl: KEPT });
    const [row] = readEvents(service.data);
    expect(row).toMatchObject({ page_url: KEPT, referrer: KEPT });
    expect(JSON.stringify(row)).not.toContain('SECRET');
  });

  test('is stored without its secrets in the queue of a relay, too', async () => {
    const service = await openRelaying({ redact: ['voucher'] });
    const send = WIRES.activities as Send;
    expect((await send({ ...service, customerId: 77 }, { page: PAGE, referrer: PAGE })).status).toBe(200);
    const [waiting] = readTables(service.data).relay_queue as { body: string }[];
    const { $location, $events } = JSON.parse(waiting?.body ?? '');
    expect($location).toBe(KEPT);
    expect($events[0].$properties).toEqual({ $url: KEPT, $referrer: KEPT, next: KEPT });
  });

  test('is found at any depth of properties with the sender’s own names', async () => {
    const service = await open();
    const { url, key, customerId, data } = service;
    const deep = { link: PAGE, links: [PAGE, { next: PAGE }] };
    await post(`${url}/v1/datamarts/${customerId}/user_activities?auth_token=${key}`, {
      $user_identifiers: [{ $type: 'USER_AGENT', $user_agent_id: 'a' }],
      $events: [{ $event_name: 'shared', $properties: { deep } }],
    });
    await post(`${url}/api/analytics/events?bearer_token=${key}`, {
      ...{ eventType: 'product interaction', sessionId: 's', configuration: { deep }, eventMetadata: { deep } },
    });
    const variables = JSON.stringify({ 1: ['colour:', PAGE] });
    await fetch(`${url}/matomo.php?${matomoQuery({}, key, customerId)}&${new URLSearchParams({ _cvar: variables })}`);
    const rows = readEvents(data);
    expect(rows.map(({ wire }) => wire)).toEqual(['activities', 'product-events', 'matomo']);
    for (const { props } of rows) {
      expect(JSON.stringify(props)).toContain('reset_token=&');
      expect(JSON.stringify(props)).not.toContain('ada:SECRET');
      expect(JSON.stringify(props)).not.toContain('reset_token=SECRET');
    }
  });

  test('of the header Referer is, too', async () => {
    const service = await open();
    const headers = { referer: `${SHOP_ORIGIN}/mugs?token=SECRET&size=2` };
    for (const name of ['GET /track', 'POST /track/bulk', 'product events']) await WIRES[name]?.(service, { headers });
    const rows = readEvents(service.data);
    expect(rows.map(({ page_url }) => page_url)).toEqual(Array(3).fill(`${SHOP_ORIGIN}/mugs?token=&size=2`));
  });

  test('of a sale, a link and a redirect is, and the redirect leads where it is to lead', async () => {
    const { url, key, customerId, data } = await open();
    const to = `https://${SHOP_HOST}/mug?code=SECRET#SECRET`;
    const track = `${url}/track/transaction/T-1/checkout?analytics_id=a&auth_token=${key}&products[]=mug:1`;
    await fetch(`${track}&${new URLSearchParams({ referrer: PAGE, page_referrer: PAGE })}`);
    const shop = `${url}/track/widget/i/best/media/1/shop?analytics_id=a&pics=1&auth_token=${key}`;
    const led = await fetch(`${shop}&${new URLSearchParams({ redirect_url: to })}`, { redirect: 'manual' });
    expect(led.headers.get('location')).toBe(to);
    for (const action of ['link', 'download'])
      await fetch(
        `${url}/matomo.php?idsite=${customerId}&rec=1&token_auth=${key}&${new URLSearchParams({ [action]: to })}`,
      );
    const kept = `https://${SHOP_HOST}/mug?code=`;
    const [sale, shopped, ...links] = readEvents(data);
    expect(sale).toMatchObject({
      referrer: 'https://shop.example/mugs?size=2&reset_token=&voucher=SECRET',
      props: { page_referrer: 'https://shop.example/mugs?size=2&reset_token=&voucher=SECRET' },
    });
    expect(shopped).toMatchObject({ redirect_url: kept });
    expect(links.map(({ props }) => props?.target)).toEqual([kept, kept]);
  });
});

describe('what a customer may store on a day', () => {
  afterEach(() => vi.useRealTimers());
  /** Half an hour before midnight. */
  const LATE = Date.UTC(2031, 4, 17, 23, 30);

  test.each(ALL)('is stored, and more is answered 429 until the next day: %s', async (name, send) => {
    vi.useFakeTimers({ toFake: ['Date'], now: LATE });
    const service = await open({ eventsPerDay: 3 });
    for (let n = 0; n < 3; n++) expect((await send(service)).status).toBe(200);
    const refused = await send(service);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1800']);
    const text = await refused.text();
    expect(text).toContain('try again in 1800 seconds');
    if (name === 'product events') expect(JSON.parse(text).error.type).toBe('rate_limited');
    if (name === 'activities') expect(JSON.parse(text).error_code).toBe('TOO_MANY_REQUESTS');
    expect(readEvents(service.data)).toHaveLength(3);
    expect(await metrics(service)).toMatch(/vitrine_events_today\{customer="1"\} 3\n(.*\n)*vitrine_events_per_day 3/);
    vi.setSystemTime(LATE + 1_800_000);
    expect((await send(service)).status).toBe(200);
    expect(readEvents(service.data)).toHaveLength(4);
  });

  test.each(ALL.filter(([name]) => BULK.includes(name)))('is never stored in part: %s', async (_, send) => {
    const service = await open({ eventsPerDay: 3 });
    expect((await send(service, { events: 2 })).status).toBe(200);
    expect((await send(service, { events: 2 })).status).toBe(429);
    expect((await send(service, { events: 1 })).status).toBe(200);
    expect(readEvents(service.data)).toHaveLength(3);
  });

  test('is never stored in part of a request for two customers, whatever robots are in it', async () => {
    const service = await open({ eventsPerDay: 2 });
    const store = await openContentStore(service.data);
    const { id } = await store.upsertCustomer({ key: 'other', name: 'Other', domain: 'other.example' });
    await store.addToken(id, 'public', 'page', 'other-key');
    await store.close();
    const own = () => `?${matomoQuery({}, service.key, service.customerId)}`;
    const others = () => `?${matomoQuery({}, 'other-key', id)}`;
    const send = async (...requests: string[]) => (await post(`${service.url}/matomo.php`, { requests })).status;
    await expect.poll(() => send(others(), others())).toBe(200);
    await expect.poll(() => readEvents(service.data).length).toBe(2);
    expect(await send(own(), `${own()}&ua=Googlebot`, others())).toBe(429);
    expect(readEvents(service.data)).toHaveLength(2);
    expect(await robotsOf(service)).toEqual([]);
    expect(await send(own(), own())).toBe(200);
    expect(readEvents(service.data)).toHaveLength(4);
  });

  test('is said in the log of the service before it is used up', async () => {
    const lines: string[] = [];
    const logStream = { write: (line: string) => void lines.push(line) };
    const service = await open({ eventsPerDay: 10, logLevel: 'warn', logStream });
    expect((await WIRES['POST /track/bulk']?.(service, { events: 7 }))?.status).toBe(200);
    expect(lines).toEqual([]);
    expect((await WIRES['GET /track']?.(service))?.status).toBe(200);
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      {
        ...{ level: 'warn', customer: service.customerId, events: 8, limit: 10 },
        msg: 'a customer comes near the events that it may store today',
      },
    ]);
  });

  test('counts stored events only: no repeated, refused or robots’ ones', async () => {
    const service = await open({ eventsPerDay: 2 });
    const path = trackingPath({}, { auth_token: service.key, event_id: crypto.randomUUID() });
    for (let n = 0; n < 5; n++) expect((await fetch(`${service.url}${path}`)).status).toBe(200);
    const headers = { 'user-agent': 'Twitterbot/1.0' };
    for (let n = 0; n < 5; n++) expect((await WIRES['GET /track']?.(service, { headers }))?.status).toBe(200);
    expect((await fetch(`${service.url}${path}&pics=x`)).status).toBe(400);
    expect(await metrics(service)).toContain('vitrine_events_today{customer="1"} 1');
  });
});
