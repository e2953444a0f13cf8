import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LIMITS } from '../events/limits.ts';
import type { EventKind, StampedEvent } from '../events/vocabulary.ts';
import {
  CONTENT_ACTIONS,
  LINK_ACTIONS,
  MEDIA_ACTIONS,
  PRODUCT_ACTIONS,
  VITAL_NAMES,
  WIDGET_ACTIONS,
} from '../events/vocabulary.ts';
import { decode, KEPT, type Parameters, parametersOf, parseQuery, type Tracked } from './matomo.decode.ts';
import { encodeEvent, matomo, visitorId } from './matomo.ts';

const NOW = Date.UTC(2026, 5, 1, 12);
const HOUR = 3_600_000;

/** Any unicode, and the separators of this protocol far more often than chance would have them. */
const text = (maxLength: number, minLength = 1) =>
  fc
    .string({
      unit: fc.oneof(
        fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
        fc.constantFrom(...':=&[]/?#%+.,;"\'\\<> '),
      ),
      minLength,
      maxLength,
    })
    .map((s) => s.replaceAll('\0', '').slice(0, maxLength).toWellFormed())
    .filter((s) => s.length >= minLength);
/** What would reach into a prototype is no key. */
const isKey = (key: string) => !['__proto__', 'constructor', 'prototype'].includes(key);
const digits = fc.bigInt({ min: 0n, max: 10n ** 18n }).map(String);
const amount = fc.double({ noNaN: true, min: -1e9, max: 1e9 }).map((n) => n + 0);
const segments = fc
  .uniqueArray(
    fc.tuple(
      text(40)
        .map((key) => key.replaceAll(':', '') || 'k')
        .filter(isKey),
      text(60, 0),
    ),
    { maxLength: 50, selector: ([key]) => key },
  )
  .map((pairs) => pairs.map(([key, value]) => [key, value] as const));
const scope = fc.oneof(
  fc.record({ kind: fc.constantFrom('category' as const, 'stream' as const), id: digits }),
  fc.constant({ kind: 'best' as const }),
);
const products = fc.array(fc.record({ id: text(40), amount }), { minLength: 1, maxLength: 20 });
const url = fc.webUrl({ withQueryParameters: true, withFragments: true });
const some = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const json = fc.dictionary(
  text(10).filter(isKey),
  fc.oneof(text(20, 0), fc.integer(), fc.boolean(), fc.constant(null), fc.array(fc.integer(), { maxLength: 3 })),
  { maxKeys: 5, noNullPrototype: true },
);
const on = { instance: text(64), scope, pics: fc.nat(1000), abTesting: some(fc.nat(9)), segments };

const acts = {
  widget: fc.record({ action: fc.constantFrom(...WIDGET_ACTIONS), ...on }),
  media: fc.oneof(
    fc.record({ action: fc.constantFrom(...MEDIA_ACTIONS), ...on, media: digits }),
    fc.record({ action: fc.constant('shop'), ...on, media: digits, redirectUrl: fc.webUrl() }),
  ),
  checkout: fc.record({
    transactionId: text(64),
    products,
    currency: fc.constantFrom('USD', 'EUR'),
    referrer: some(fc.webUrl()),
    segments,
  }),
  vital: fc.record({ name: fc.constantFrom(...VITAL_NAMES), value: fc.double({ noNaN: true, min: 0, max: 1e9 }) }),
  page: fc.record({ title: text(100, 0), loadingTime: some(fc.nat(100_000)), segments }),
  product: fc.record({
    action: fc.constantFrom(...PRODUCT_ACTIONS),
    session: text(40),
    product: some(text(40)),
    configurationId: some(text(40)),
    configuration: some(json),
    metric: some(amount),
    metadata: some(json),
    segments,
  }),
  cart: fc.record({ products: fc.oneof(products, fc.constant([])), currency: fc.constantFrom('USD', 'EUR'), segments }),
  goal: fc.record({ goal: fc.integer({ min: 1, max: 1e6 }).map(String), revenue: some(amount), segments }),
  search: fc.record({ keyword: text(50), category: some(text(50)), count: some(fc.nat(1000)), segments }),
  content: fc.oneof(
    fc.record({
      action: fc.constant(CONTENT_ACTIONS[0]),
      name: text(50),
      piece: some(text(50)),
      target: some(text(50)),
      segments,
    }),
    fc.record({ action: fc.constant(CONTENT_ACTIONS[1]), name: text(50), interaction: text(20), segments }),
  ),
  other: fc.record({ category: text(50), action: text(50), name: some(text(50)), value: some(amount), segments }),
  link: fc.record({ action: fc.constantFrom(...LINK_ACTIONS), target: url, segments }),
} satisfies { [K in EventKind]?: fc.Arbitrary<object> };
type Said = keyof typeof acts;

const eventOf = (kind: Said): fc.Arbitrary<StampedEvent> =>
  fc
    .tuple(
      acts[kind] as fc.Arbitrary<object>,
      fc.record({
        id: fc.uuid({ version: [7, 8] }),
        at: fc.integer({ min: NOW - 3 * HOUR, max: NOW }),
        analyticsId: text(256),
        pageUrl: url,
        pageReferrer: url,
      }),
    )
    .map(([act, stamp]) => withoutUndefined({ kind, ...act, ...stamp }) as StampedEvent);

function withoutUndefined<T extends object>(object: T): T {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T;
}

function read(query: string): Tracked {
  const parameters = parseQuery(query);
  if (!(parameters instanceof Map)) throw new Error('no parameters');
  return tracked(parameters);
}

function tracked(parameters: Parameters | { status: 400 }): Tracked {
  if ('status' in parameters) throw new Error('no parameters');
  const found = decode(parameters, { now: NOW });
  if (!('event' in found)) throw new Error(JSON.stringify(found));
  return found;
}

/** The members that the table names, units of one product together. */
function kept(event: object, kind: Said): object {
  const members = event as Record<string, unknown>;
  return Object.fromEntries(
    KEPT[kind].map((name) => {
      const value = members[name];
      if (name !== 'products') return [name, value];
      const units = value as { id: string }[];
      const ids = [...new Set(units.map(({ id }) => id))];
      return [name, ids.flatMap((id) => units.filter((unit) => unit.id === id))];
    }),
  );
}

describe('what is written is read again', () => {
  test.each(Object.keys(acts) as Said[])('%s', (kind) => {
    fc.assert(
      fc.property(eventOf(kind), (event) => {
        const { event: back, site, privileged } = read(encodeEvent(event, '7', NOW) ?? '');
        expect(kept(back, kind)).toEqual(kept(event, kind));
        const late = NOW - event.at >= 10_000;
        expect(back).toMatchObject({
          kind,
          id: event.id,
          pageUrl: event.pageUrl,
          pageReferrer: event.pageReferrer,
          analyticsId: visitorId(event.analyticsId),
        });
        expect(back.at).toBe(late ? Math.floor(event.at / 1000) * 1000 : undefined);
        expect([site, privileged]).toEqual([7, []]);
      }),
    );
  });

  test('the table names the kinds that are written, and no others', () => {
    const written = Object.entries(KEPT).filter(([, members]) => members !== null);
    expect(written.map(([kind]) => kind).sort()).toEqual(Object.keys(acts).sort());
  });

  test('garbage is read or refused, and never breaks the reader', () => {
    const pair = fc.tuple(
      fc.constantFrom('cvar', 'ec_items', 'idgoal', 'vitrine', 'cdt', 'e_c', 'e_a', 'e_v', 'ec_id', 'url', 'uid'),
      fc.oneof(fc.json(), text(30, 0)),
    );
    fc.assert(
      fc.property(fc.array(pair), (pairs) => {
        const query = new URLSearchParams([['idsite', '1'], ['rec', '1'], ...pairs]);
        const parameters = parseQuery(String(query));
        if (!('status' in parameters)) decode(parameters, { now: NOW });
      }),
    );
  });
});

const event = (kind: Said, act: object, more: object = {}): StampedEvent =>
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
const said = (e: StampedEvent) => Object.fromEntries(new URLSearchParams(encodeEvent(e, '7', NOW)));

describe('what other servers read', () => {
  test('a page, with all that a browser knows', () => {
    const from = {
      pageUrl: 'https://shop.example/?utm_campaign=spring&pk_kwd=mug',
      pageReferrer: 'https://a.example/',
    };
    const time = new Date(NOW);
    expect(said(page({ ...from, loadingTime: 120 }))).toEqual({
      ...{ idsite: '7', rec: '1', apiv: '1', send_image: '0', rand: '000001' },
      ...{ url: from.pageUrl, urlref: from.pageReferrer, action_name: 'Mugs', gt_ms: '120' },
      ...{ _id: visitorId('a'), event_id: page().id, _rcn: 'spring', _rck: 'mug', lang: expect.any(String) },
      ...{ h: String(time.getHours()), m: String(time.getMinutes()), s: String(time.getSeconds()) },
    });
  });

  test('an exposure is a content impression, and a click an interaction with the same content', () => {
    const media = (action: string) => said(event('media', { ...onWidget, action, media: '5' }));
    expect(media('render')).toMatchObject({ c_n: 'wall', c_p: '5' });
    expect(media('render')).not.toHaveProperty('c_i');
    expect(media('click')).toMatchObject({ c_n: 'wall', c_p: '5', c_i: 'click' });
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
    expect(request).not.toHaveProperty('contentType');
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
      page({ at: NOW - 4 * HOUR }),
      { ...page(), kind: 'choice', choice: 'denied' },
      { ...page(), kind: 'profile', account: 'a', properties: {} },
      event('goal', { goal: 'newsletter' }),
    ] as StampedEvent[];
    expect(wire.encode(silent, 16_384, NOW)).toEqual([]);
    const late = said(page({ at: NOW - 3 * HOUR }));
    expect(late.cdt).toBe(String((NOW - 3 * HOUR) / 1000));
    expect(said(page({ at: NOW - 9000 }))).not.toHaveProperty('cdt');
  });

  test('are sent at most once unless asked', () => {
    expect(wire.idempotent).toBe(false);
    expect(matomo({ url: '', idSite: 1, atLeastOnce: true }).idempotent).toBe(true);
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
    [503, '', 'retry retry'],
  ])('answered by %i %s: %s', (status, body, outcomes) => {
    const [request] = wire.encode(pages(2), 16_384, NOW);
    if (!request) throw new Error('nothing to send');
    expect([...wire.settle(request, { status, body }).values()].join(' ')).toBe(outcomes);
  });
});

describe('requests of others', () => {
  const plain = (query: string) => read(`idsite=1&rec=1&${query}`);

  test.each([
    ['action_name=Help', { kind: 'page', title: 'Help' }],
    ['e_c=Videos&e_a=Play&e_v=many', { kind: 'other', category: 'Videos', action: 'Play', value: 0 }],
    ['e_c=Videos', { kind: 'page' }],
    ['e_c=&e_a=Play', { kind: 'page' }],
    ['search=mug&search_cat=jugs&search_count=0', { kind: 'search', keyword: 'mug', category: 'jugs', count: 0 }],
    ['link=https://b.example/', { kind: 'link', action: 'link', target: 'https://b.example/' }],
    ['download=https://b.example/a.pdf', { kind: 'link', action: 'download' }],
    ['idgoal=3&revenue=2.5', { kind: 'goal', goal: '3', revenue: 2.5 }],
    [
      'idgoal=0&ec_items=[["a","",["x","y"],"2.5",2]]',
      { kind: 'cart', products: [0, 1].map(() => ({ id: 'a', amount: 2.5 })) },
    ],
    ['idgoal=0&ec_id=T1&revenue=5', { kind: 'checkout', transactionId: 'T1', products: [] }],
    ['c_n=Ad&c_i=click', { kind: 'content', action: 'interaction', name: 'Ad', interaction: 'click' }],
    [
      'cvar={"1":["age",30],"2":["Locale","en::en"]}',
      {
        segments: [
          ['age', '30'],
          ['Locale', 'en::en'],
        ],
      },
    ],
    ['cvar={"1":["__proto__","x"]}', { segments: [] }],
    ['cvar=garbage', { segments: [] }],
    ['vitrine=garbage&action_name=A', { kind: 'page', title: 'A' }],
    ['_id=123', { analyticsId: '' }],
    ['_id=AF344a398df83874', { analyticsId: 'af344a398df83874' }],
    ['_id=af344a398df83874&cid=0000000000000001', { analyticsId: '0000000000000001' }],
    ['_id=af344a398df83874&uid=mila', { analyticsId: visitorId('mila') }],
    ['cs=iso-8859-1&action_name=caf%E9', { title: 'café' }],
    ['event_id=no-uuid', { kind: 'page' }],
  ])('%s', (query, expected) => {
    expect(plain(query).event).toMatchObject(expected);
  });

  test.each([
    [`cdt=${NOW / 1000 - 60}`, NOW - 60_000, []],
    ['cdt=2026-06-01+11%3A00%3A00', NOW - HOUR, []],
    ['cdt=2026-06-01+07%3A00%3A00', NOW - 5 * HOUR, ['cdt']],
    [`cdt=${NOW / 1000 + 60}`, undefined, []],
    ['cdt=yesterday', undefined, []],
    ['cip=1.2.3.4&country=fi', undefined, ['cip', 'country']],
  ])('%s happened at %s and needs a token for %s', (query, at, privileged) => {
    const found = plain(query);
    expect([found.event.at, found.privileged]).toEqual([at, privileged]);
  });

  test('what the vocabulary has no word for', () => {
    const { more } = plain(
      'idgoal=0&ec_id=T&revenue=9&ec_st=7&ec_tx=1&ec_sh=1&ec_dt=false&ec_items=[["a","Mug",["x"],9,1]]' +
        '&res=320x480&h=1&m=2&s=3&pdf=1&java=1&_idvc=19&_idts=1000&_viewts=2000&_rcn=c&_rck=k&lang=fi&uid=mila' +
        '&country=FI&lat=60.1&long=999',
    );
    expect(more).toEqual({
      ...{ revenue: 9, subtotal: 7, tax: 1, shipping: 1, items: [{ id: 'a', name: 'Mug', categories: ['x'] }] },
      ...{ resolution: '320x480', local_time: '01:02:03', plugins: ['java', 'pdf'], visits: 19 },
      ...{ first_visit: 1_000_000, previous_visit: 2_000_000, campaign: 'c', campaign_keyword: 'k' },
      ...{ language: 'fi', user_id: 'mila', country: 'fi', latitude: 60.1 },
    });
  });

  test.each([
    ['idsite=0&rec=1', 400],
    ['idsite=-1&rec=1', 400],
    ['idsite=x&rec=1', 400],
    ['rec=1', 400],
    ['idsite=1&rec=1&cid=123', 400],
    [`idsite=1&rec=1&idgoal=0&ec_id=T&ec_items=[["a","","",1,1000000000]]`, 400],
    ['idsite=1', 'rec: is missing'],
    ['idsite=1&rec=0', 'rec: is missing'],
  ])('%s: %s', (query, expected) => {
    const parameters = parseQuery(query);
    if ('status' in parameters) throw new Error('no parameters');
    const found = decode(parameters, { now: NOW });
    expect('status' in found ? found.status : 'ignored' in found ? found.ignored : found).toBe(expected);
  });

  test('bytes that are no text, and NUL', () => {
    expect(parseQuery('a=%ff')).toMatchObject({ status: 400 });
    expect(parseQuery('a=%00')).toMatchObject({ status: 400 });
    expect(parametersOf({ a: '\0' })).toMatchObject({ status: 400 });
  });

  test('an object in place of a query string', () => {
    const found = tracked(parametersOf({ idsite: 1, rec: '1', action_name: 'A', cvar: { 1: ['Not-Bot', 'x'] } }));
    expect(found.event).toMatchObject({ kind: 'page', title: 'A', segments: [['Not-Bot', 'x']] });
  });
});
