import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LIMITS } from '../../../src/events/limits.ts';
import type { StampedEvent } from '../../../src/events/vocabulary.ts';
import { type BulkAnswer, tracking } from '../../../src/wires/tracking/encode.ts';
import { readEvents } from '../../store/testing/read-events.ts';
import { refusingStore, unavailable } from '../../store/testing/refusing-store.ts';
import { openTestService, SHOP_ORIGIN, type TestService } from '../../testing/service.ts';

let service: TestService;
beforeAll(async () => {
  service = await openTestService();
});
afterAll(() => service.close());

interface Sent {
  status: number;
  body: unknown;
  headers: Headers;
  rows: ReturnType<typeof readEvents>;
}

async function post(
  body: BodyInit,
  type: string | undefined = 'text/plain;charset=UTF-8',
  token = service.key,
): Promise<Sent> {
  const before = readEvents(service.data).length;
  const response = await fetch(`${service.url}/track/bulk?auth_token=${token}`, {
    method: 'POST',
    body,
    headers: { origin: SHOP_ORIGIN, ...(type ? { 'content-type': type } : {}) },
  });
  const { status, headers } = response;
  return { status, headers, body: await response.json(), rows: readEvents(service.data).slice(before) };
}

const bulk = (requests: unknown[], sentAt: unknown = Date.now()) => JSON.stringify({ sent_at: sentAt, requests });
const data = (sent: Sent) => (sent.body as BulkAnswer).data;
const id = (n: number) => `0192f3a4-0000-7000-8000-${String(n).padStart(12, '0')}`;
const render = (query = '') => `/track/widget/abc/best/render?analytics_id=1&pics=1${query}`;

describe('a batch of the kit', () => {
  test('is stored as it was sent, and settled by the kit’s own wire', async () => {
    const wire = tracking({ api: service.url, key: service.key });
    const at = Date.now() - 1000;
    const events: StampedEvent[] = [1, 2, 3].map((n) => ({
      kind: 'media',
      action: 'view',
      id: id(n),
      at: at + n,
      instance: 'abc',
      scope: { kind: 'stream', id: '2' },
      media: String(n),
      pics: 3,
      segments: [['näme', '日本, "x": [y]']],
      analyticsId: 'visitor 🙂',
      pageUrl: 'https://shop.example/p?a=1',
      pageReferrer: 'https://shop.example/',
    }));
    const [request] = wire.encode(events, 16_384, Date.now());
    if (!request) throw new Error('nothing to send');
    const first = await post(request.body ?? '');
    expect(first.rows).toMatchObject(
      events.map((event, i) => ({
        id: event.id,
        occurred_at: event.at,
        media_id: String(i + 1),
        segments: { näme: '日本, "x": [y]' },
        analytics_id: 'visitor 🙂',
        page_url: event.pageUrl,
        referrer: event.pageReferrer,
      })),
    );
    const outcomes = (sent: Sent) => [
      ...wire.settle(request, { status: sent.status, body: JSON.stringify(sent.body) }).values(),
    ];
    expect(outcomes(first)).toEqual(['accepted', 'accepted', 'accepted']);
    const second = await post(request.body ?? '');
    expect(outcomes(second)).toEqual(['repeated', 'repeated', 'repeated']);
    expect(second.rows).toEqual([]);
  });

  test.each(['text/plain', 'text/plain;charset=UTF-8', 'application/json'])('comes as %s', async (type) => {
    const sent = await post(bulk([render()]), type);
    expect([sent.status, data(sent).accepted, sent.rows.length]).toEqual([200, [0], 1]);
    expect(sent.headers.get('cache-control')).toBe('no-store');
    expect(sent.headers.get('access-control-allow-origin')).toBe(SHOP_ORIGIN);
  });

  test('is answered index by index', async () => {
    const sent = await post(
      bulk([
        render(`&event_id=${id(20)}`),
        render('&pics=many'),
        '/track/widget/abc/best/fly?analytics_id=1&pics=1',
        render(`&event_id=${id(20)}`),
        { path: '/track/' },
        '/track/widget/abc/best/media/1/shop?analytics_id=1&pics=1&redirect_url=https://evil.example/',
        '/track/transaction/T1/checkout?analytics_id=1&products[]=mug:1',
      ]),
    );
    expect(sent.status).toBe(200);
    expect(sent.body).toEqual({
      metadata: { code: 200, message: 'OK', version: 'v1.0' },
      data: {
        accepted: [0, 6],
        repeated: [3],
        refused: [
          { index: 1, error: 'Invalid params', detail: 'pics: expected a whole number' },
          { index: 2, error: 'Not Found', detail: 'No such action.' },
          { index: 4, error: 'Invalid params', detail: 'requests: expected a path that starts with /track/' },
          { index: 5, error: 'Invalid params', detail: expect.stringMatching(/^redirect_url: the host evil.example/) },
        ],
      },
    });
    expect(sent.rows.map(({ kind }) => kind)).toEqual(['widget', 'checkout']);
  });

  test('an empty one is fine', async () => {
    const sent = await post(bulk([]));
    expect([sent.status, data(sent)]).toEqual([200, { accepted: [], repeated: [], refused: [] }]);
  });
});

describe('a wrong clock', () => {
  const hour = 3_600_000;
  test('that is an hour slow is corrected by sent_at', async () => {
    const before = Date.now();
    const { rows } = await post(bulk([render(`&event_time=${before - hour - 5000}`)], before - hour));
    const shift = Number(rows[0]?.props?.clock_shift);
    expect(shift).toBeGreaterThanOrEqual(hour);
    expect(rows).toMatchObject([{ occurred_at: before - hour - 5000 + shift }]);
  });

  test('a few seconds of network are not a wrong clock', async () => {
    const at = Date.now() - 30_000;
    const { rows } = await post(bulk([render(`&event_time=${at}`)], at + 5000));
    expect(rows).toMatchObject([{ occurred_at: at }]);
    expect(rows[0]).not.toHaveProperty('props');
  });

  test.each([
    ['31 days ago', -31 * 24 * hour],
    ['in 10 minutes', hour / 6],
  ])('an event from %s happened when it was received', async (_, offset) => {
    const at = Date.now() + offset;
    const { rows } = await post(bulk([render(`&event_time=${at}`)]));
    expect(rows).toMatchObject([{ occurred_at: rows[0]?.received_at, props: { event_time: at } }]);
  });
});

describe('what is no batch is refused whole', () => {
  const utf8 = new TextEncoder();
  test.each([
    ['nothing', '', 'body: is empty'],
    ['text', 'hello', 'body: expected JSON'],
    ['half of it', bulk([render()]).slice(0, -5), 'body: expected JSON'],
    ['null', 'null', 'requests: expected an array of paths'],
    ['a number', '7', 'requests: expected an array of paths'],
    ['an array', '[]', 'requests: expected an array of paths'],
    ['requests of another type', '{"requests":"/track/"}', 'requests: expected an array of paths'],
    ['a sent_at that is no time', bulk([render()], 'yesterday'), 'sent_at: expected milliseconds since 1970'],
    ['too many', bulk(Array(LIMITS.bulkRequests + 1).fill('/track/')), `requests: at most ${LIMITS.bulkRequests}`],
    ['a prototype', `{"__proto__":{"a":1},"requests":["${render()}"]}`, 'body: expected JSON without "__proto__"'],
    ['an escaped prototype', `{"\\u005f_proto__":{"a":1},"requests":[]}`, 'body: expected JSON without "__proto__"'],
    ['a constructor', '{"constructor":{"prototype":{"a":1}},"requests":[]}', 'body: expected JSON without'],
    ['30,000 brackets', '['.repeat(30_000), 'body: expected JSON'],
    ['30,000 closed brackets', '['.repeat(30_000) + ']'.repeat(30_000), 'requests: expected an array of paths'],
    ['bytes that are not UTF-8', new Uint8Array([...utf8.encode('{"requests":["'), 0xff, 0xfe]), 'body: is not UTF-8'],
  ])('%s', async (_, body, detail) => {
    const { status, body: answer, rows } = await post(body as BodyInit);
    expect([status, rows]).toEqual([400, []]);
    expect(answer).toEqual([{ error: 'Invalid params', detail: expect.stringContaining(detail) }]);
  });

  test('more than 64 KiB: 413', async () => {
    const { status, body, rows } = await post(bulk(['x'.repeat(LIMITS.bulkBytes)]));
    expect([status, rows]).toEqual([413, []]);
    expect(body).toMatchObject({ metadata: { code: 413 }, data: { message: 'body: at most 65536 bytes' } });
  });

  test('another type of body: 415', async () => {
    expect((await post(bulk([render()]), 'application/xml')).status).toBe(415);
  });

  test('a NUL character is refused where it stands', async () => {
    const sent = await post(bulk([render(), render('&segments[]=a:%00')]));
    expect(data(sent)).toMatchObject({
      accepted: [0],
      refused: [{ index: 1, detail: 'segments: contains a NUL character' }],
    });
  });

  test('without a token: 403', async () => {
    const { status, rows } = await post(bulk([render()]), undefined, 'guessed');
    expect([status, rows]).toEqual([403, []]);
  });

  test('when the database fails: 503 with Retry-After', async () => {
    const down = await openTestService({ events: refusingStore(unavailable('disk full')) });
    const response = await fetch(`${down.url}/track/bulk?auth_token=${down.key}`, {
      method: 'POST',
      body: bulk([render()]),
    });
    expect([response.status, response.headers.has('retry-after')]).toEqual([503, true]);
    expect(await response.text()).not.toContain('disk full');
    await down.close();
  });
});

test('whatever is sent, the service answers it and stays up', async () => {
  const path = fc.oneof(
    fc.string({ unit: 'binary' }).map((text) => `/track/${encodeURI(text.toWellFormed())}`),
    fc.webPath().map((text) => `/track/widget${text}?analytics_id=1&pics=1`),
    fc.constantFrom(
      '/track/%',
      '/track/%c0%ae',
      '/track//bulk',
      '/track/bulk',
      '/track/..%2f..%2fetc',
      '/track/?auth_token[]=1',
    ),
  );
  await fc.assert(
    fc.asyncProperty(path, fc.webQueryParameters(), async (path, query) => {
      const { status } = await fetch(
        `${service.url}${path}${path.includes('?') ? '&' : '?'}${query}&auth_token=${service.key}`,
      );
      expect(status).toBeLessThan(500);
    }),
    { numRuns: 150 },
  );
  const body = fc.oneof(
    fc.json(),
    fc.string({ unit: 'binary' }).map((text) => text.toWellFormed()),
    fc.uint8Array({ maxLength: 200 }),
    fc.array(fc.oneof(fc.string(), fc.constant(render()), fc.jsonValue())).map((requests) => bulk(requests)),
  );
  await fc.assert(
    fc.asyncProperty(body, fc.constantFrom('text/plain', 'application/json', 'a/b', ''), async (body, type) => {
      const response = await fetch(`${service.url}/track/bulk?auth_token=${service.key}`, {
        method: 'POST',
        body: body as BodyInit,
        headers: type ? { 'content-type': type } : {},
      });
      expect(response.status).toBeLessThan(500);
    }),
    { numRuns: 150 },
  );
  expect((await fetch(`${service.url}/healthz`)).status).toBe(200);
});
