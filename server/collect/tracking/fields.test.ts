import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MEDIA_ACTIONS, WIDGET_ACTIONS } from '../../../src/events/vocabulary.ts';
import { understands } from '../../../src/wires/testing/proven.ts';
import type { BulkAnswer } from '../../../src/wires/tracking/encode.ts';
import { FIELDS } from '../../../src/wires/tracking/fields.ts';
import { readEvents, type StoredEvent } from '../../store/testing/read-events.ts';
import { openTestService, SHOP_HOST, type TestService } from '../../testing/service.ts';
import { TRACKING_PATHS } from './openapi-paths.ts';

/** Each row of `FIELDS`, shown by what the real service stores and answers. */

let service: TestService;
beforeAll(async () => {
  service = await openTestService();
});
afterAll(() => service.close());

/** What a request says, by field; nothing leaves a field out. */
type Said = Record<string, string | readonly string[] | undefined>;

interface Answer {
  status: number;
  headers: Headers;
  text: string;
  /** What the request added. */
  rows: StoredEvent[];
}

async function send(url: string, init: RequestInit = {}): Promise<Answer> {
  const before = readEvents(service.data).length;
  const response = await fetch(`${service.url}${url}`, { redirect: 'manual', ...init });
  const { status, headers } = response;
  return { status, headers, text: await response.text(), rows: readEvents(service.data).slice(before) };
}

/** A request that is right in all that it must say. */
const RIGHT: Said = {
  ...{ instance_id: '5df38d', category_id: '31', stream_id: '2', media_id: '7', transaction_id: 'T-1', name: 'LCP' },
  ...{ action: 'move', choice: 'denied', '{format}': '.json', analytics_id: 'v1', pics: '12', value: '250' },
  'products[]': ['mug:18.50'],
};

let sales = 0;

function ask(request: string, more: Said = {}, headers: Record<string, string> = {}): Promise<Answer> {
  // The same transaction would be the same sale.
  const said: Said = { auth_token: service.key, ...RIGHT, transaction_id: `T-${++sales}`, ...more };
  const path = request
    .replace('GET ', '')
    .replace('{format}', `${said['{format}']}`)
    .replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(`${said[name]}`));
  const query = new URLSearchParams();
  for (const field of Object.keys(FIELDS[request] ?? {})) {
    if (field === '{format}' || request.includes(`{${field}}`)) continue;
    for (const value of [said[field] ?? []].flat()) query.append(field, value);
  }
  return send(`${path}?${query}`, { headers });
}

async function refuses(request: string, more: Said, status = 400): Promise<void> {
  const answer = await ask(request, more);
  expect([answer.status, answer.rows]).toEqual([status, []]);
}

async function stores(request: string, more: Said, row: object): Promise<Answer> {
  const answer = await ask(request, more);
  expect(answer.rows).toMatchObject([row]);
  return answer;
}

let ids = 0;
const newId = () => `0192f3a4-0000-7000-8000-${String(++ids).padStart(12, '0')}`;
const PAGE = 'https://shop.example/p?a=1&b=ü';
const LONG = 'x'.repeat(257);

/** How each field is shown, whatever request it is of. */
const SHOWN: Record<string, (request: string) => Promise<void>> = {
  async '{format}'(request) {
    expect((await ask(request, { '{format}': '.gif' })).headers.get('content-type')).toBe('image/gif');
    for (const format of ['', '.json']) {
      const { headers, text } = await ask(request, { '{format}': format });
      expect(headers.get('content-type')).toMatch(/^application\/json/);
      expect(JSON.parse(text)).toMatchObject({ metadata: { code: 200 } });
    }
  },
  async instance_id(request) {
    await stores(request, { instance_id: 'a/b ü' }, { instance_id: 'a/b ü' });
    await refuses(request, { instance_id: LONG });
  },
  async category_id(request) {
    await stores(request, { category_id: '77' }, { scope_kind: 'category', scope_id: '77' });
    await refuses(request, { category_id: 'x' });
  },
  async stream_id(request) {
    await stores(request, { stream_id: '77' }, { scope_kind: 'stream', scope_id: '77' });
    await refuses(request, { stream_id: 'x' });
  },
  async media_id(request) {
    await stores(request, { media_id: '99' }, { kind: 'media', media_id: '99' });
    await refuses(request, { media_id: 'x' });
  },
  async action(request) {
    for (const action of request.includes('/media/') ? MEDIA_ACTIONS : WIDGET_ACTIONS)
      await stores(request, { action }, { action });
    await refuses(request, { action: 'fly' }, 404);
  },
  async pics(request) {
    await stores(request, { pics: '3' }, { pics: 3 });
    for (const pics of [undefined, '', 'many', '-1', '1.5']) await refuses(request, { pics });
  },
  async ab_testing(request) {
    await stores(request, { ab_testing: '4' }, { ab_testing: 4 });
    await refuses(request, { ab_testing: 'b' });
    expect((await ask(request)).rows[0]).not.toHaveProperty('ab_testing');
  },
  async 'segments[]'(request) {
    await stores(
      request,
      { 'segments[]': ['country:FI', 'section:a:b', 'country:FI'] },
      { segments: { country: 'FI', section: 'a:b' } },
    );
    for (const pairs of [['country:FI', 'country:SE'], ['country'], [':FI'], ['__proto__:FI']])
      await refuses(request, { 'segments[]': pairs });
  },
  async redirect_url(request) {
    const url = `https://${SHOP_HOST}/p/7?a=1`;
    const { status, headers } = await stores(request, { redirect_url: url }, { action: 'shop', redirect_url: url });
    expect([status, headers.get('location')]).toEqual([302, url]);
    expect((await ask(request)).status).toBe(200);
    await refuses(request, { redirect_url: 'https://evil.example/' });
  },
  async transaction_id(request) {
    await stores(request, { transaction_id: 'A/1 ü' }, { kind: 'checkout', transaction_id: 'A/1 ü' });
    await refuses(request, { transaction_id: LONG });
  },
  async 'products[]'(request) {
    const products = [
      { id: 'a:b', amount: 10.5 },
      { id: 'a:b', amount: 10.5 },
      { id: 'c', amount: 0 },
    ];
    await stores(request, { 'products[]': ['a:b:10.50', 'a:b:10.50', 'c:0'] }, { products });
    for (const wrong of [[], ['mug'], ['mug:'], ['mug:cheap'], [':1']]) await refuses(request, { 'products[]': wrong });
  },
  async currency_code(request) {
    await stores(request, { currency_code: 'eur' }, { currency: 'EUR' });
    await stores(request, {}, { currency: 'USD' });
    await refuses(request, { currency_code: 'EURO' });
  },
  async referrer(request) {
    await stores(request, { referrer: PAGE }, { referrer: PAGE });
    await stores(request, { referrer: `referrer=${PAGE}` }, { referrer: PAGE });
  },
  async name(request) {
    for (const name of ['LCP', 'CLS', 'INP']) await stores(request, { name }, { kind: 'vital', action: name });
    await refuses(request, { name: 'FID' });
  },
  async value(request) {
    await stores(request, { value: '0.25' }, { props: { value: 0.25 } });
    for (const value of [undefined, 'fast', '-1']) await refuses(request, { value });
  },
  async choice(request) {
    for (const choice of ['granted', 'denied']) await stores(request, { choice }, { kind: 'choice', action: choice });
    await refuses(request, { choice: 'perhaps' });
  },
  async auth_token(request) {
    await stores(request, {}, { customer_id: service.customerId });
    for (const token of [undefined, 'guessed']) await refuses(request, { auth_token: token }, 403);
  },
  async analytics_id(request) {
    const { text } = await stores(request, { analytics_id: 'any text ü' }, { analytics_id: 'any text ü' });
    expect(JSON.parse(text).data.analytics_id).toBe('any text ü');
    for (const id of [undefined, '', LONG]) await refuses(request, { analytics_id: id });
  },
  async event_id(request) {
    const id = newId();
    await stores(request, { event_id: id.toUpperCase() }, { id });
    const again = await ask(request, { event_id: id });
    expect([again.status, again.rows]).toEqual([200, []]);
    await refuses(request, { event_id: '7' });
  },
  async event_time(request) {
    const now = Date.now();
    const at = now - 86_400_000;
    await stores(request, { event_time: `${at}` }, { occurred_at: at });
    for (const time of [undefined, `${now - 31 * 86_400_000}`, `${now + 600_000}`]) {
      const { rows } = await ask(request, { event_time: time });
      expect(rows[0]?.occurred_at).toBe(rows[0]?.received_at);
    }
    await refuses(request, { event_time: 'yesterday' });
  },
  async page_url(request) {
    await stores(request, { page_url: PAGE }, { page_url: PAGE });
    expect((await ask(request, {}, { referer: 'https://shop.example/' })).rows).toMatchObject([
      { page_url: 'https://shop.example/' },
    ]);
  },
  async previous_id(request) {
    await stores(request, { previous_id: 'any text ü' }, { analytics_id: 'v1', previous_id: 'any text ü' });
    await refuses(request, { previous_id: LONG });
  },
  async page_referrer(request) {
    const row = request.includes('/checkout') ? { props: { page_referrer: PAGE } } : { referrer: PAGE };
    await stores(request, { page_referrer: PAGE }, row);
  },
};

test('the OpenAPI document tells the same', () => {
  const described = TRACKING_PATHS.map(({ path, parameters }) => {
    const fields = (parameters as { name: string }[]).map(({ name }) => (name === 'format' ? '{format}' : name));
    return [`GET ${path}`, [...fields, 'auth_token'].toSorted()];
  });
  const told = Object.entries(FIELDS).map(([request, fields]) => [request, Object.keys(fields).toSorted()]);
  expect(Object.fromEntries(described)).toEqual(Object.fromEntries(told.filter(([request]) => request !== BULK)));
});

const BULK = 'POST /track/bulk';

describe.each(Object.entries(FIELDS).filter(([request]) => request !== BULK))('%s', (request, fields) => {
  for (const field of Object.keys(fields)) {
    test(
      `${field} is stored, answered or refused`,
      understands('tracking', request, field),
      () => SHOWN[field]?.(request) ?? Promise.reject(new Error('Nothing shows it.')),
    );
  }
});

describe(BULK, () => {
  const VITAL = '/track/vital/LCP?analytics_id=v1&value=250';
  const post = (body: object, token = service.key) =>
    send(`/track/bulk?auth_token=${token}`, { method: 'POST', body: JSON.stringify(body) });

  test('a batch is of the customer whose token it has', understands('tracking', BULK, 'auth_token'), async () => {
    expect((await post({ requests: [VITAL] })).rows).toMatchObject([{ customer_id: service.customerId }]);
    const { status, rows } = await post({ requests: [VITAL] }, 'guessed');
    expect([status, rows]).toEqual([403, []]);
  });

  test('each request is settled by its index', understands('tracking', BULK, 'requests'), async () => {
    const known = `${VITAL}&event_id=${newId()}`;
    const { status, text, rows } = await post({ requests: [known, '/track/nothing', known] });
    expect([status, rows.length]).toEqual([200, 1]);
    const { data } = JSON.parse(text) as BulkAnswer;
    expect([data.accepted, data.repeated, data.refused.map(({ index }) => index)]).toEqual([[0], [2], [1]]);
    for (const requests of [undefined, VITAL, Array(1001).fill(VITAL)])
      expect((await post({ requests })).status).toBe(400);
  });

  test('a wrong clock is put right', understands('tracking', BULK, 'sent_at'), async () => {
    const hour = 3_600_000;
    const now = Date.now();
    const requests = [`${VITAL}&event_time=${now - hour - 5000}`];
    const [shifted] = (await post({ sent_at: now - hour, requests })).rows;
    expect(Math.abs(Number(shifted?.occurred_at) - (now - 5000))).toBeLessThan(60_000);
    expect((await post({ sent_at: now - 30_000, requests })).rows).toMatchObject([{ occurred_at: now - hour - 5000 }]);
    expect((await post({ sent_at: 'now', requests })).status).toBe(400);
  });
});
