import { describe, expect, test } from 'vitest';
import type { StampedEvent } from '../../../src/events/vocabulary.ts';
import { matomo } from '../../../src/wires/matomo/encode.ts';
import { visitorId } from '../../../src/wires/matomo/visitor-id.ts';
import { understands } from '../../../src/wires/testing/proven.ts';
import { SHOP_ORIGIN } from '../../testing/service.ts';
import { openTracker } from './testing/tracker.ts';

const { shared, ask, bulk } = openTracker();
const page = (title: string) => `?idsite=1&rec=1&action_name=${title}`;
const row = (name: string) => understands('matomo', 'POST /matomo.php (bulk)', name);
const token = () => shared.service.privateKey;

describe('many requests', () => {
  test.each(['application/json', 'application/x-www-form-urlencoded', 'text/plain;charset=UTF-8'])(
    'come as %s',
    async (type) => {
      const sent = await bulk({ requests: [page('A'), page('B')] }, { type });
      expect([sent.status, JSON.parse(sent.text)]).toEqual([200, { status: 'success', tracked: 2, invalid: 0 }]);
      expect(sent.rows.map(({ props }) => props?.title)).toEqual(['A', 'B']);
      expect(sent.headers.get('access-control-allow-origin')).toBe(SHOP_ORIGIN);
    },
  );

  test('come without a type', async () => {
    const body = new TextEncoder().encode(JSON.stringify({ requests: [page('A')] }));
    expect((await ask('/piwik.php', { method: 'POST', body })).rows).toHaveLength(1);
  });

  test('come under no word that is not a type', async () => {
    const sent = await bulk({ requests: [page('A')] }, { type: 'garbage' });
    expect([sent.status, sent.text, sent.rows]).toEqual([415, 'Unsupported Media Type\n', []]);
  });

  test('as query strings, as addresses and as objects', row('requests'), async () => {
    const requests = [
      page('A'),
      `https://shop.example/matomo.php${page('B')}`,
      { idsite: 1, rec: '1', action_name: 'C', cvar: { 1: ['Not-Bot', 1] } },
    ];
    const { rows } = await bulk({ requests });
    expect(rows.map(({ props }) => props?.title)).toEqual(['A', 'B', 'C']);
    expect(rows[2]?.segments).toEqual({ 'Not-Bot': '1' });
  });

  test('the invalid ones are left out and the others kept', async () => {
    const requests = ['?idsite=99&rec=1', page('A'), '?idsite=1&rec=1&cid=1', '?idsite=1&a=%ff', page('B')];
    const sent = await bulk({ requests });
    expect(JSON.parse(sent.text)).toEqual({ status: 'success', tracked: 2, invalid: 3 });
    expect(sent.rows.map(({ props }) => props?.title)).toEqual(['A', 'B']);
  });

  test('whoever has the private token is told which', row('token_auth'), async () => {
    const requests = ['?idsite=99&rec=1', page('A'), 'no query', '?idsite=1&rec=1&idgoal=9'];
    const told = { status: 'success', tracked: 1, invalid: 2, invalid_indices: [0, 3] };
    const within = await bulk({ requests, token_auth: token() }, { origin: null });
    expect(JSON.parse(within.text)).toEqual(told);
    const body = JSON.stringify({ requests });
    const beside = await ask(`/matomo.php?token_auth=${token()}`, { body, origin: null });
    expect(JSON.parse(beside.text)).toEqual(told);
  });

  test('its token allows the special parameters of all', row('token_auth'), async () => {
    const requests = ['?idsite=1&rec=1&country=fi&cdt=2020-01-01%2000%3A00%3A00'];
    const { rows } = await bulk({ requests, token_auth: token() }, { origin: null });
    expect(rows).toMatchObject([{ occurred_at: Date.UTC(2020, 0, 1), props: { country: 'fi' } }]);
    expect(JSON.parse((await bulk({ requests })).text)).toEqual({ status: 'success', tracked: 0, invalid: 1 });
  });

  test('an empty token of one request is none', async () => {
    const sent = await bulk({ requests: [`${page('A')}&token_auth=`], token_auth: token() }, { origin: null });
    expect(JSON.parse(sent.text).tracked).toBe(1);
  });

  test('who has no rights for any of them is told so by the status', async () => {
    const evil = { origin: 'https://evil.example' };
    const sent = await bulk({ requests: [page('A'), page('B')] }, evil);
    expect([sent.status, sent.text, sent.rows]).toEqual([
      403,
      'The origin https://evil.example is not registered: npm run admin -- origin add https://evil.example --customer KEY\n',
      [],
    ]);
    expect((await bulk({ requests: [page('A')], send_image: 0 }, evil)).status).toBe(403);
    const mixed = await bulk({ requests: [page('A'), '?idsite=9&rec=1'] }, evil);
    expect([mixed.status, JSON.parse(mixed.text)]).toEqual([200, { status: 'success', tracked: 0, invalid: 2 }]);
  });

  test('come from the specification’s own command, with neither page nor token', async () => {
    const requests = [
      '?idsite=1&url=example.org&action_name=Test bulk log Pageview&rec=1',
      '?idsite=1&url=example.net/test.htm&action_name=Another bulk page view&rec=1',
    ];
    const type = 'application/x-www-form-urlencoded';
    const sent = await bulk({ requests }, { origin: null, type, headers: { 'user-agent': 'curl/8.5.0' } });
    expect([sent.status, JSON.parse(sent.text)]).toEqual([200, { status: 'success', tracked: 2, invalid: 0 }]);
    expect(sent.rows.map(({ page_url }) => page_url)).toEqual(['example.org', 'example.net/test.htm']);
  });

  test('a string without ? is dropped in silence', async () => {
    const sent = await bulk({ requests: ['idsite=1&rec=1', 7, null, page('A')] });
    expect(JSON.parse(sent.text)).toEqual({ status: 'success', tracked: 1, invalid: 0 });
  });

  test('what is left out on purpose is tracked', async () => {
    const sent = await bulk({ requests: ['?idsite=1', '?idsite=1&rec=1&ua=Googlebot'] });
    expect([JSON.parse(sent.text).tracked, sent.rows]).toEqual([2, []]);
  });

  test('send_image=0 is answered 204', row('send_image'), async () => {
    const sent = await bulk({ requests: [page('A')], send_image: 0 });
    expect([sent.status, sent.text, sent.rows.length]).toEqual([204, '', 1]);
  });

  test('the same order twice is invalid once', async () => {
    const requests = [0, 1].map(() => '?idsite=1&rec=1&idgoal=0&ec_id=B1');
    const sent = await bulk({ requests });
    expect([JSON.parse(sent.text), sent.rows.length]).toEqual([{ status: 'success', tracked: 1, invalid: 1 }, 1]);
  });

  test('acts of an earlier visit belong together while another one goes on', async () => {
    const act = (minutes: number) =>
      `?idsite=1&rec=1&_id=00000000000000cc&cdt=${Math.floor(Date.now() / 1000) - minutes * 60}`;
    const { rows } = await bulk({ requests: [act(0), act(120), act(0), act(110), act(1)] });
    const [now, before, ...others] = rows.map(({ props }) => props?.visit);
    expect(before).not.toBe(now);
    expect(others).toEqual([now, before, now]);
  });

  test('a goal counts once in a visit', async () => {
    const requests = [0, 1].map(() => '?idsite=1&rec=1&idgoal=1&_id=00000000000000bb');
    const sent = await bulk({ requests });
    expect([JSON.parse(sent.text).tracked, sent.rows.length]).toEqual([2, 1]);
  });
});

describe('what is no bulk', () => {
  test.each([
    ['JSON without requests', '{"request":[]}', 400, undefined],
    ['requests that are no array', '{"requests":{}}', 400, undefined],
    ['malformed JSON that names requests', '{"requests":["?idsite=1&rec=1"', 200, 0],
    ['an empty array', '{"requests":[]}', 200, 0],
    ['too many requests', JSON.stringify({ requests: Array(100_000).fill('?') }), 400, undefined],
    ['5 MB', JSON.stringify({ requests: ['x'.repeat(5e6)] }), 413, undefined],
    ['JSON 10,000 deep', `{"requests":[{"idsite":${'['.repeat(10_000)}${']'.repeat(10_000)}}]}`, 200, 0],
    ['requests 10,000 deep', `{"requests":${'['.repeat(10_000)}${']'.repeat(10_000)}}`, 200, 0],
    ['an object 10,000 deep', `${'{"requests":'.repeat(10_000)}1${'}'.repeat(10_000)}`, 400, undefined],
    ['NUL bytes', '{"requests":["?idsite=1&rec=1&url=\0"]}', 200, 0],
    ['NUL in JSON', '{"requests":["?idsite=1&rec=1&url=\\u0000",{"idsite":1,"rec":1,"url":"\\u0000"}]}', 200, 0],
    ['a megabyte of parameters', JSON.stringify({ requests: [`?${'a=&'.repeat(300_000)}`] }), 400, undefined],
    ['prototype-polluting keys', '{"requests":[{"__proto__":{"idsite":1,"rec":1}}]}', 200, 0],
  ])('%s', async (_, body, status, tracked) => {
    const sent = await bulk(body);
    expect([sent.status, sent.rows]).toEqual([status, []]);
    if (tracked !== undefined) expect(JSON.parse(sent.text).tracked).toBe(tracked);
    expect(({} as Record<string, unknown>).idsite).toBeUndefined();
    expect((await ask('/matomo.php?idsite=1&rec=1')).status).toBe(200);
  });

  test('invalid UTF-8', async () => {
    const body = new Uint8Array([
      ...new TextEncoder().encode('{"requests":["?idsite=1&rec=1&url='),
      0xff,
      0x22,
      0x5d,
      0x7d,
    ]);
    const sent = await ask('/matomo.php', { method: 'POST', body });
    expect([sent.status, JSON.parse(sent.text), sent.rows]).toEqual([
      200,
      { status: 'success', tracked: 0, invalid: 0 },
      [],
    ]);
  });
});

describe('the kit’s own wire', () => {
  const id = (n: number) => `0192f3a4-0000-7000-8000-${String(n).padStart(12, '0')}`;
  const now = Date.now();
  const stamp = { analyticsId: 'visitor 🙂', pageUrl: 'https://shop.example/', segments: [] };
  const events = [
    { kind: 'page', title: 'Mugs', id: id(1), at: now, ...stamp },
    {
      ...{ kind: 'media', action: 'click', instance: 'wall', scope: { kind: 'stream', id: '2' }, media: '5', pics: 3 },
      ...{ id: id(2), at: now - 3_600_000, ...stamp },
    },
    {
      ...{ kind: 'checkout', transactionId: 'K1', products: [{ id: 'mug', amount: 18.5 }], currency: 'EUR' },
      ...{ id: id(3), at: now, ...stamp, segments: [['country', 'FI']] },
    },
    { kind: 'goal', goal: '1', id: id(4), at: now, ...stamp },
  ] as StampedEvent[];

  test('is understood, settled, and counted once however often it is sent', async () => {
    const wire = matomo({ url: `${shared.service.url}/matomo.php`, idSite: 1 });
    const [request, ...more] = wire.encode(events, 16_384, now);
    if (!request || more.length) throw new Error('expected one request');
    const sent = await bulk(request.body ?? '', { type: 'text/plain;charset=UTF-8' });
    const visitor = visitorId('visitor 🙂');
    expect(sent.rows).toMatchObject([
      { id: id(1), kind: 'page', analytics_id: visitor, page_url: 'https://shop.example/', props: { title: 'Mugs' } },
      {
        ...{ id: id(2), kind: 'media', action: 'click', instance_id: 'wall', scope_id: '2', media_id: '5', pics: 3 },
        occurred_at: Math.floor((now - 3_600_000) / 1000) * 1000,
      },
      {
        ...{ id: id(3), kind: 'checkout', transaction_id: 'K1', products: [{ id: 'mug', amount: 18.5 }] },
        ...{ currency: 'EUR', segments: { country: 'FI' } },
      },
      { id: id(4), kind: 'goal', props: { goal: '1' } },
    ]);
    const outcomes = wire.settle(request, { status: sent.status, body: sent.text });
    expect([...outcomes.values()]).toEqual(events.map(() => 'accepted'));
    const again = await bulk(request.body ?? '');
    expect([again.rows, JSON.parse(again.text).tracked]).toEqual([[], 4]);
  });
});

test('parameters are bounded, of one request and of all in a bulk', async () => {
  const many = (count: number) => `a=1&`.repeat(count);
  const one = await ask('/matomo.php', {
    body: `idsite=1&rec=1&${many(999)}`,
    type: 'application/x-www-form-urlencoded',
  });
  expect([one.status, one.rows]).toEqual([400, []]);
  expect(one.text).toBe('parameters: at most 1000\n');
  const all = await bulk(
    JSON.stringify({ requests: Array.from({ length: 100 }, () => `?idsite=1&rec=1&${many(500)}`) }),
  );
  expect([all.status, all.rows]).toEqual([400, []]);
  expect(all.text).toBe('requests: at most 50000 parameters in all\n');
});
