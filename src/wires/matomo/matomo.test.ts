import { describe, expect, test } from 'vitest';
import { LIMITS } from '../../events/limits.ts';
import type { EventKind, StampedEvent } from '../../events/vocabulary.ts';
import { matomo } from './encode.ts';
import { encodeEvent } from './encode-event.ts';
import { visitorId } from './visitor-id.ts';

const NOW = Date.UTC(2026, 5, 1, 12);
const HOUR = 3_600_000;

const event = (kind: EventKind, act: object, more: object = {}): StampedEvent =>
  ({
    kind,
    id: '0192f3a4-0000-7000-8000-000000000001',
    at: NOW,
    analyticsId: 'a',
    segments: [],
    ...act,
    ...more,
  }) as unknown as StampedEvent;
const page = (more: object = {}) => event('page', { title: 'Mugs' }, more);
const onWidget = { instance: 'wall', scope: { kind: 'best' }, pics: 3 };
const said = (e: StampedEvent) => Object.fromEntries(new URLSearchParams(encodeEvent(e, { idsite: '7' }, NOW)));

describe('what other servers read', () => {
  test('a page, with all that a browser knows', () => {
    const from = {
      pageUrl: 'https://shop.example/?utm_campaign=spring&pk_kwd=mug',
      pageReferrer: 'https://a.example/',
    };
    const time = new Date(NOW);
    expect(said(page({ ...from, loadingTime: 120 }))).toEqual({
      ...{ idsite: '7', rec: '1', apiv: '1', send_image: '0', rand: '000001' },
      ...{ url: from.pageUrl, urlref: from.pageReferrer, action_name: 'Mugs', gt_ms: '120', pf_srv: '120' },
      ...{ _id: visitorId('a'), event_id: page().id, _rcn: 'spring', _rck: 'mug', lang: expect.any(String) },
      ...{ h: String(time.getHours()), m: String(time.getMinutes()), s: String(time.getSeconds()) },
    });
  });

  test.each([
    ['?utm_source=mail&utm_medium=email&utm_campaign=spring', 'spring', undefined],
    ['?utm_campaign=&utm_source=mail', 'mail', undefined],
    ['?a=1&pk_campaign=spring&pk_kwd=mug', 'spring', 'mug'],
    ['?matomo_kwd=mug?', undefined, 'mug'],
    ['', undefined, undefined],
  ])('the campaign in %s', (query, name, keyword) => {
    const { _rcn, _rck } = said(page({ pageUrl: `https://shop.example/${query}` }));
    expect([_rcn, _rck]).toEqual([name, keyword]);
  });

  test('who is logged in did what happens on this page, and not what an earlier one left', () => {
    const began = Date.now() - performance.now();
    const bodyOf = (userId: string, at: number) =>
      matomo({ url: '', idSite: 1, userId }).encode([page({ at })], 9999, Date.now())[0]?.body;
    expect(bodyOf('mila', Math.ceil(began) + 10)).toContain('&uid=mila&');
    expect(bodyOf('mila', Math.floor(began) - 10)).not.toContain('uid');
    expect(bodyOf('', Date.now())).not.toContain('uid');
  });

  test('an exposure is a content impression, and a click an interaction with the same content', () => {
    const media = (action: string) => said(event('media', { ...onWidget, action, media: '5' }));
    expect(media('render')).toMatchObject({ c_n: 'wall', c_p: '5' });
    expect(media('render')).not.toHaveProperty('c_i');
    expect(media('click')).toMatchObject({ c_n: 'wall', c_p: '5', c_i: 'click' });
  });

  test('a picture is known by its URL, and our service still reads the id of its media', () => {
    const image = 'https://ugc.example/media-files/5/normal.webp';
    const { c_p, vitrine = '' } = said(event('media', { ...onWidget, action: 'render', media: '5', image }));
    expect(c_p).toBe(image);
    expect(JSON.parse(vitrine)).toMatchObject({ kind: 'media', media: '5' });
    expect(vitrine).not.toContain(image);
  });

  test('an order tells what its products are called, unless it would be too long', () => {
    const mug = { id: 'mug', amount: 10, category: 'Cups' };
    const sale = (name: string) =>
      event('checkout', { transactionId: 'T1', products: [mug, { ...mug, name }], currency: 'EUR' });
    const items = (e: StampedEvent) => {
      const [request] = matomo({ url: '', idSite: 1 }).encode([e], 9999, NOW);
      const [query = ''] = JSON.parse(request?.body ?? '{"requests":[]}').requests;
      return JSON.parse(new URLSearchParams(query).get('ec_items') ?? '[]');
    };
    expect(items(sale('A mug'))).toEqual([['mug', 'A mug', 'Cups', 10, 2]]);
    expect(items(sale('杯'.repeat(LIMITS.bulkBytes / 9)))).toEqual([['mug', '', '', 10, 2]]);
  });

  test('a widget is called as the page calls it, else by what it shows', () => {
    const named = (more: object) => said(event('media', { ...onWidget, ...more, action: 'render', media: '5' })).c_n;
    const instance = '0123456789abcdef0123456789abcdef';
    expect(named({ instance: 'Mugs, below' })).toBe('Mugs, below');
    expect(named({ instance, scope: { kind: 'stream', id: '42' } })).toBe('stream 42');
    expect(named({ instance })).toBe('best');
    expect(named({ label: 'Worn by customers' })).toBe('Worn by customers');
    expect(said(event('widget', { ...onWidget, instance, action: 'move' })).e_n).toBe('best');
  });

  test.each([{ section: 3, 'day of week': 12 }, 'section:3,day of week:12', ' section: 3 , day of week: 12 '])(
    'segments are the custom dimensions that %j names',
    (dimensions) => {
      const segments = [
        ['section', 'Home & garden'],
        ['other', 'x'],
        ['day of week', 'Monday'],
      ];
      const events = [page({ segments }), event('goal', { goal: '1', segments }), page()];
      const [request] = matomo({ url: '', idSite: 1, dimensions }).encode(events, 9999, NOW);
      const queries: string[] = JSON.parse(request?.body ?? '').requests;
      const told = queries.map((query) => [...new URLSearchParams(query)].filter(([name]) => /^dimension/.test(name)));
      const both = [
        ['dimension3', 'Home & garden'],
        ['dimension12', 'Monday'],
      ];
      expect(told).toEqual([both, both, []]);
    },
  );

  test.each([{ a: 0 }, { a: 1000 }, { a: 1.5 }, { a: '3 ' as never }, 'a', 'a:3;b:4', 'a:x', ':3', 'a:0'])(
    'dimensions cannot be %j',
    (dimensions) => {
      expect(() => matomo({ url: '', idSite: 1, dimensions })).toThrow(/^dimensions: /);
    },
  );

  test('a loading time that no server keeps is not said as one', () => {
    expect(said(page({ loadingTime: 1.4 }))).toMatchObject({ gt_ms: '1.4', pf_srv: '1' });
    expect(said(page({ loadingTime: 16_777_216 }))).not.toHaveProperty('pf_srv');
  });

  test('a checkout is an order with one item for each product', () => {
    const products = [
      { id: 'mug', amount: 10 },
      { id: 'jug', amount: 7 },
      { id: 'mug', amount: 20 },
    ];
    const query = said(event('checkout', { transactionId: 'T1', products, currency: 'EUR', segments: [['a', 'b']] }));
    expect(query).toMatchObject({ idgoal: '0', ec_id: 'T1', revenue: '37', ec_st: '37', _cvar: '{"1":["a","b"]}' });
    expect(JSON.parse(query.ec_items ?? '')).toEqual([
      ['mug', '', '', 15, 2, [10, 20]],
      ['jug', '', '', 7, 1],
    ]);
  });

  test('a vital is an event', () => {
    expect(said(event('vital', { name: 'LCP', value: 1200 }))).toMatchObject({ e_c: 'vital', e_a: 'LCP', e_v: '1200' });
  });

  test('a visitor has 16 hex digits, always the same ones', () => {
    expect(visitorId('someone')).toMatch(/^[0-9a-f]{16}$/);
    expect(visitorId('someone')).toBe(visitorId('someone'));
    expect(visitorId('someone')).not.toBe(visitorId('someone else'));
    expect(visitorId('0123456789abcdef')).toBe('0123456789abcdef');
  });
});

describe('requests', () => {
  const wire = matomo({ url: 'https://a.example/matomo.php', idSite: 7 });
  const id = (n: number) => `0192f3a4-0000-7000-8000-${String(n).padStart(12, '0')}`;
  const pages = (count: number) => Array.from({ length: count }, (_, n) => page({ id: id(n) }));

  test('are bulk, and simple enough for a beacon', () => {
    const [request, ...more] = wire.encode(pages(2), 16_384, NOW);
    expect(more).toEqual([]);
    expect(request).toMatchObject({ method: 'POST', url: 'https://a.example/matomo.php', beacon: true });
    expect(request).not.toHaveProperty('headers');
    expect(request?.ids).toEqual([id(0), id(1)]);
    const { requests } = JSON.parse(request?.body ?? '') as { requests: string[] };
    expect(requests.map((query) => query.startsWith('?idsite=7&rec=1&'))).toEqual([true, true]);
  });

  test('stay within the limit, and an event that alone is larger travels alone', () => {
    const events = [...pages(40), page({ id: id(40), title: 'x'.repeat(3000) })];
    const requests = wire.encode(events, 2000, NOW);
    expect(requests.flatMap(({ ids }) => ids)).toEqual(events.map(({ id }) => id));
    for (const { ids, body } of requests) expect(ids.length === 1 || (body?.length ?? 0) <= 2000).toBe(true);
    expect(wire.encode([page({ title: 'x'.repeat(LIMITS.bulkBytes) })], 2000, NOW)).toEqual([]);
  });

  test('carry nothing that is older than a server takes, and nothing that cannot be said', () => {
    const silent = [
      page({ at: NOW - 24 * HOUR }),
      { ...page(), kind: 'choice', choice: 'denied' },
      { ...page(), kind: 'profile', account: 'a', properties: {} },
      event('goal', { goal: 'newsletter' }),
    ] as StampedEvent[];
    expect(wire.encode(silent, 16_384, NOW)).toEqual([]);
    const late = said(page({ at: NOW - 23 * HOUR }));
    expect(late.cdt).toBe(String((NOW - 23 * HOUR) / 1000));
    expect(said(page({ at: NOW - 9000 }))).not.toHaveProperty('cdt');
  });

  test('are sent at most once unless asked', () => {
    expect(wire.idempotent).toBe(false);
    const repeats = (atLeastOnce: boolean | string) => matomo({ url: '', idSite: 1, atLeastOnce }).idempotent;
    expect([true, 'yes', ''].map(repeats)).toEqual([true, true, true]);
    expect([false, 'no', 'off', 'false', '0'].map(repeats)).toEqual([false, false, false, false, false]);
  });

  test.each([
    [204, '', 'accepted accepted'],
    [200, '{"status":"success","tracked":2,"invalid":0}', 'accepted accepted'],
    [200, '{"status":"success","tracked":2}', 'accepted accepted'],
    [200, '{"status":"success","tracked":1,"invalid":1}', 'accepted accepted'],
    [200, '{"status":"success","tracked":1,"invalid":1,"invalid_indices":[1]}', 'accepted refused'],
    [200, '{"status":"success","tracked":0,"invalid":2}', 'refused refused'],
    [200, '<html>Please sign in to this network</html>', 'retry retry'],
    [200, '{"status":"error"}', 'retry retry'],
    [200, 'null', 'retry retry'],
    [302, '', 'retry retry'],
    [400, '', 'refused refused'],
    [403, '<h1>nginx</h1>', 'retry retry'],
    [404, '<h1>nginx</h1>', 'retry retry'],
    [503, '', 'retry retry'],
  ])('answered by %i %s: %s', (status, body, outcomes) => {
    const [request] = wire.encode(pages(2), 16_384, NOW);
    if (!request) throw new Error('nothing to send');
    expect([...wire.settle(request, { status, body }).values()].join(' ')).toBe(outcomes);
  });
});
