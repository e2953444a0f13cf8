import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LIMITS } from '../../events/limits.ts';
import { withoutNames } from '../../events/products.ts';
import { EVENTS } from '../../events/testing/any-event.ts';
import type { StampedEvent } from '../../events/vocabulary.ts';
import { eventsOf } from '../testing/proven.ts';
import { COVERAGE } from './coverage.ts';
import { decode, type Tracked } from './decode.ts';
import { encodeEvent } from './encode-event.ts';
import { type Parameters, parametersOf, parseQuery } from './query.ts';
import { visitorId } from './visitor-id.ts';

const NOW = Date.UTC(2026, 5, 1, 12);
const HOUR = 3_600_000;

function read(query: string): Tracked {
  return tracked(parseQuery(query));
}

function tracked(parameters: Parameters | { status: 400 }): Tracked {
  if ('status' in parameters) throw new Error('no parameters');
  const found = decode(parameters, { now: NOW });
  const [one] = 'events' in found ? found.events : [];
  if (!one) throw new Error(JSON.stringify(found));
  return one;
}

/** What the table says is lost of each event comes back as it says. */
describe('what is written is read again', () => {
  const writable = (event: StampedEvent): StampedEvent => ({
    ...event,
    at: NOW - (event.at % (3 * HOUR)),
    ...(event.kind === 'goal' && { goal: '1' }),
  });

  test('who, and when', () => {
    fc.assert(
      fc.property(eventsOf(COVERAGE).map(writable), (event) => {
        const { event: back, site, privileged } = read(encodeEvent(event, { idsite: '7' }, NOW) ?? '');
        const late = NOW - event.at >= 10_000;
        expect(back.at).toBe(late ? Math.floor(event.at / 1000) * 1000 : undefined);
        expect(back.analyticsId).toBe(visitorId(event.analyticsId));
        expect([site, privileged]).toEqual([7, []]);
      }),
    );
  });

  test('what was sold, units of one product together', () => {
    fc.assert(
      fc.property(fc.oneof(EVENTS.checkout, EVENTS.cart).map(writable), (event) => {
        const { event: back, more } = read(encodeEvent(event, { idsite: '7' }, NOW) ?? '');
        const { products } = event as StampedEvent & { kind: 'cart' };
        const ids = [...new Set(products.map(({ id }) => id))];
        const together = ids.map((id) => products.filter((unit) => unit.id === id));
        expect(back).toMatchObject({ products: withoutNames(together.flat()) });
        const items = together.flatMap((units) => {
          const name = units.find(({ name }) => name)?.name;
          const category = units.find(({ category }) => category)?.category;
          if (!name && !category) return [];
          return [{ id: units[0]?.id, ...(name && { name }), ...(category && { categories: [category] }) }];
        });
        expect(more.items).toEqual(items.length ? items : undefined);
      }),
    );
  });
});

test('garbage is read or refused, and never breaks the reader', () => {
  const pair = fc.tuple(
    fc.constantFrom('cvar', 'ec_items', 'idgoal', 'vitrine', 'cdt', 'e_c', 'e_a', 'e_v', 'ec_id', 'url', 'uid'),
    fc.oneof(fc.json(), fc.string({ unit: 'binary', maxLength: 30 })),
  );
  fc.assert(
    fc.property(fc.array(pair), (pairs) => {
      const query = new URLSearchParams([['idsite', '1'], ['rec', '1'], ...pairs]);
      const parameters = parseQuery(String(query));
      if (!('status' in parameters)) decode(parameters, { now: NOW });
    }),
  );
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
    ['pf_srv=80&pf_tfr=9', { kind: 'page', loadingTime: 89 }],
    ['pf_srv=80&pf_tfr=9&gt_ms=70.5', { kind: 'page', loadingTime: 70.5 }],
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
    ['cdt=2026-05-31+13%3A00%3A00', NOW - 23 * HOUR, []],
    ['cdt=2026-05-31+11%3A00%3A00', NOW - 25 * HOUR, ['cdt']],
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

  test('how a page was loaded, and the dimensions of anything', () => {
    expect(
      plain('pf_net=1&pf_srv=2&pf_tfr=3&pf_dm1=4.4&pf_dm2=5&pf_onl=0&dimension3=home&dimension999=x').more,
    ).toEqual({
      ...{ network_time: 1, server_time: 2, transfer_time: 3, dom_processing_time: 4, dom_completion_time: 5 },
      ...{ onload_time: 0, dimensions: { 3: 'home', 999: 'x' } },
    });
    expect(plain('idgoal=3&pf_srv=2&dimension1=a').more).toEqual({ dimensions: { 1: 'a' } });
    const many = Array.from({ length: 60 }, (_, i) => `dimension${i + 1}=${'x'.repeat(2000)}`).join('&');
    const { dimensions } = plain(many).more as { dimensions: Record<string, string> };
    expect([Object.keys(dimensions).length, dimensions[50]?.length]).toEqual([LIMITS.segments, LIMITS.segmentValue]);
    const garbage =
      'pf_net=-1&pf_srv=16777216&pf_tfr=1e999&pf_dm1=x&dimension0=a&dimension01=b&dimension1000=c&dimension4=';
    expect(plain(garbage).more).toEqual({});
  });

  test.each([
    ['idsite=0&rec=1', 400],
    ['idsite=-1&rec=1', 400],
    ['idsite=x&rec=1', 400],
    ['rec=1', 400],
    ['idsite=1&rec=1&cid=123', 400],
    [`idsite=1&rec=1&idgoal=0&ec_id=T&ec_items=[["a","","",1,10000000000]]`, 400],
    ['idsite=1', 'rec: is missing'],
    ['idsite=1&rec=0', 'rec: is missing'],
  ])('%s: %s', (query, expected) => {
    const parameters = parseQuery(query);
    if ('status' in parameters) throw new Error('no parameters');
    const found = decode(parameters, { now: NOW });
    expect('status' in found ? found.status : found.ignored).toBe(expected);
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
