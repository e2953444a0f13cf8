import { expect, test } from 'vitest';
import { type FIELDS, PARAMETERS } from '../../../src/wires/matomo/fields.ts';
import { visitorId } from '../../../src/wires/matomo/visitor-id.ts';
import { understands } from '../../../src/wires/testing/proven.ts';
import { ago, newVisitor, openTracker } from './testing/tracker.ts';

const { shared, ask } = openTracker();
const REQUEST = 'GET|POST /matomo.php' satisfies keyof typeof FIELDS;
const row = (...names: string[]) => understands('matomo', REQUEST, ...names);

type Said = Record<string, string | number>;
/** A request of somebody with a private token, and of another visitor each time. */
const send = (said: Said) => {
  const needed = { idsite: 1, rec: 1, _id: newVisitor(), token_auth: shared.service.privateKey };
  const parameters = Object.entries({ ...needed, ...said }).filter(([, value]) => value !== '');
  const query = parameters.map(([name, value]) => `${name}=${encodeURIComponent(value).replaceAll('%25', '%')}`);
  return ask(`/matomo.php?${query.join('&')}`, { origin: null, headers: { 'accept-language': 'fi' } });
};

const props = (said: object) => ({ props: expect.objectContaining(said) });
const plugin = (name: string): [string, object] => ['1', props({ plugins: [name] })];
const GOAL = { idgoal: 1 };
const ORDER = { idgoal: 0 };
const EVENT = { e_c: 'Videos', e_a: 'Play' };
const SEARCH = { search: 'mug' };
const CONTENT = { c_n: 'Ad' };
const CLOCK = { h: 18, m: 1, s: 5 };
const HOUR_AGO = ago(3_600_000);
const ID = '0192f3a4-0000-7000-8000-0000000000f1';

/** Of each parameter a value, what the row then has and does not have without it, and what it needs beside it. */
const STORED: Record<string, [value: string | number, stored: object, beside?: Said]> = {
  idsite: [1, { customer_id: 1 }],
  rec: [1, { kind: 'page' }],
  url: ['https://shop.example/mugs', { page_url: 'https://shop.example/mugs' }],
  action_name: ['Help / Feedback', props({ title: 'Help / Feedback' })],
  _id: ['AF344a398df83874', { analytics_id: 'af344a398df83874' }],
  urlref: ['https://a.example/', { referrer: 'https://a.example/' }],
  _cvar: ['{"1":["OS","iphone 5.0"]}', { segments: { OS: 'iphone 5.0' } }],
  _idvc: [19, props({ visits: 19 })],
  _viewts: [1_000_000, props({ previous_visit: 1_000_000_000 })],
  _idts: [1_000_000, props({ first_visit: 1_000_000_000 })],
  _rcn: ['spring', props({ campaign: 'spring' })],
  _rck: ['mug', props({ campaign_keyword: 'mug' })],
  res: ['320×480', props({ resolution: '320x480' })],
  h: [18, props({ local_time: '18:01:05' }), CLOCK],
  m: [1, props({ local_time: '18:01:05' }), CLOCK],
  s: [5, props({ local_time: '18:01:05' }), CLOCK],
  fla: plugin('fla'),
  java: plugin('java'),
  dir: plugin('dir'),
  qt: plugin('qt'),
  realp: plugin('realp'),
  pdf: plugin('pdf'),
  wma: plugin('wma'),
  gears: plugin('gears'),
  ag: plugin('ag'),
  ua: ['Firefox/1', { user_agent: 'Firefox/1' }],
  lang: ['sv', props({ language: 'sv' })],
  uid: ['mila', { analytics_id: visitorId('mila'), ...props({ user_id: 'mila' }) }, { cid: 'af344a398df83874' }],
  cid: ['AF344a398df83874', { analytics_id: 'af344a398df83874' }],
  cvar: [
    '{"1":["age",30],"2":["Locale:","en"]}',
    { segments: { age: '30' }, ...props({ custom_variables: [['Locale:', 'en']] }) },
    { _cvar: '{"1":["age","31"]}' },
  ],
  link: ['https://b.example/', { kind: 'link', action: 'link', ...props({ target: 'https://b.example/' }) }],
  download: ['https://b.example/a', { kind: 'link', action: 'download', ...props({ target: 'https://b.example/a' }) }],
  search: ['mug', { kind: 'search', ...props({ keyword: 'mug' }) }],
  search_cat: ['cups', props({ category: 'cups' }), SEARCH],
  search_count: [0, props({ count: 0 }), SEARCH],
  idgoal: [1, { kind: 'goal', ...props({ goal: '1' }) }],
  revenue: [2.5, props({ revenue: 2.5 }), GOAL],
  gt_ms: [120, { kind: 'page', ...props({ loadingTime: 120 }) }],
  cs: ['windows-1252', props({ title: 'café' }), { action_name: 'caf%E9' }],
  e_c: ['Videos', { kind: 'other', ...props({ category: 'Videos' }) }, EVENT],
  e_a: ['Play', { kind: 'other', action: 'Play' }, EVENT],
  e_n: ['A film', props({ name: 'A film' }), EVENT],
  e_v: ['1.5', props({ value: 1.5 }), EVENT],
  c_n: ['Ad', { kind: 'content', action: 'impression', ...props({ name: 'Ad' }) }],
  c_p: ['ad.jpg', props({ piece: 'ad.jpg' }), CONTENT],
  c_t: ['https://b.example/', props({ target: 'https://b.example/' }), CONTENT],
  c_i: ['click', { action: 'interaction', ...props({ interaction: 'click' }) }, CONTENT],
  ec_id: ['F1', { kind: 'checkout', transaction_id: 'F1' }, ORDER],
  ec_st: [7, props({ subtotal: 7 }), ORDER],
  ec_tx: [1, props({ tax: 1 }), ORDER],
  ec_sh: [2, props({ shipping: 2 }), ORDER],
  ec_dt: [3, props({ discount: 3 }), ORDER],
  ec_items: [
    '[["mug","A mug",["Cups"],"18.50",2]]',
    {
      products: [0, 1].map(() => ({ id: 'mug', amount: 18.5 })),
      ...props({ items: [{ id: 'mug', name: 'A mug', categories: ['Cups'] }] }),
    },
    ORDER,
  ],
  pf_net: [1, props({ network_time: 1 })],
  pf_srv: [2, props({ server_time: 2, loadingTime: 2 })],
  pf_tfr: [3, props({ transfer_time: 3 })],
  pf_dm1: [4, props({ dom_processing_time: 4 })],
  pf_dm2: [5, props({ dom_completion_time: 5 })],
  pf_onl: [6, props({ onload_time: 6 })],
  cdt: [HOUR_AGO, { occurred_at: HOUR_AGO * 1000 }],
  country: ['FI', props({ country: 'fi' })],
  region: ['18', props({ region: '18' })],
  city: ['Helsinki', props({ city: 'Helsinki' })],
  lat: [60.1, props({ latitude: 60.1 })],
  long: [-24.9, props({ longitude: -24.9 })],
  bots: [1, { user_agent: 'Googlebot' }, { ua: 'Googlebot' }],
  event_id: [ID, { id: ID }],
  vitrine: ['{"kind":"vital","name":"LCP","value":1200}', { kind: 'vital', action: 'LCP', ...props({ value: 1200 }) }],
};

for (const [name, [value, stored, beside]] of Object.entries(STORED))
  test(`${name} is stored`, row(name), async () => {
    const without = await send({ ...beside, [name]: '' });
    expect(without.rows).not.toEqual([expect.objectContaining(stored)]);
    const { rows } = await send({ ...beside, [name]: value });
    expect(rows).toEqual([expect.objectContaining(stored)]);
  });

test('dimensions are stored by number', row('dimensionN'), async () => {
  const { rows } = await send({ dimension3: 'home', dimension12: 'Monday', dimensionN: 'x' });
  expect(rows).toMatchObject([{ props: { dimensions: { 3: 'home', 12: 'Monday' } } }]);
  const { text } = await send({ dimension3: 'home', debug: 1 });
  expect(JSON.parse(text).parameters).toContainEqual({
    ...{ name: 'dimension3', value: 'home', effect: PARAMETERS.dimensionN },
  });
});

test.each([
  ['rand', '351459'],
  ['apiv', '1'],
])('%s changes nothing', row('rand', 'apiv'), async (name, value) => {
  const stored = async (said: Said) => {
    const [{ id, occurred_at, received_at, ...rest } = {} as never] = (await send({ _id: 'a'.repeat(16), ...said }))
      .rows;
    return rest;
  };
  expect(await stored({ [name]: value })).toEqual(await stored({}));
});

test('an order says where it was made, and what it brought', row('urlref', 'revenue', '_cvar'), async () => {
  const said = { idgoal: 0, ec_id: 'F2', revenue: 49, urlref: 'https://a.example/', _cvar: '{"1":["Country","FI"]}' };
  const { rows } = await send(said);
  expect(rows).toMatchObject([
    { kind: 'checkout', segments: { Country: 'FI' }, props: { revenue: 49, page_referrer: 'https://a.example/' } },
  ]);
  expect(rows[0]).not.toHaveProperty('referrer');
});

test('a new visit begins with new_visit=1', row('new_visit'), async () => {
  const _id = newVisitor();
  const visit = async (said: Said) => (await send({ _id, ...said })).rows[0]?.props?.visit;
  const first = await visit({});
  expect(await visit({ new_visit: 0 })).toBe(first);
  expect(await visit({ new_visit: 1 })).not.toBe(first);
});

test('an address tells visitors apart, and is not stored', row('cip'), async () => {
  const stranger = async (said: Said) => (await send({ _id: '', ...said })).rows[0];
  const [here, there] = [await stranger({}), await stranger({ cip: '198.51.100.7' })];
  expect(there?.analytics_id).not.toBe(here?.analytics_id);
  expect(JSON.stringify(there)).not.toContain('198.51.100.7');
  expect((await stranger({ cip: '198.51.100.7' }))?.analytics_id).toBe(there?.analytics_id);
});

test('a private token allows what others may not say', row('token_auth'), async () => {
  const said = { country: 'fi', cdt: ago(5 * 3_600_000) };
  expect((await send(said)).rows).toHaveLength(1);
  const without = await send({ ...said, token_auth: shared.service.key });
  expect([without.status, without.rows]).toEqual([400, []]);
});

test('the answer is a GIF, or none', row('send_image'), async () => {
  const answer = async (said: Said) => {
    const { status, type } = await send(said);
    return [status, type];
  };
  expect(await answer({})).toEqual([200, 'image/gif']);
  expect(await answer({ send_image: 1 })).toEqual([200, 'image/gif']);
  expect(await answer({ send_image: 0 })).toEqual([204, null]);
});

test('the answer explains a request', row('debug'), async () => {
  const explained = { outcome: 'stored', event: { kind: 'page' }, parameters: expect.any(Array) };
  expect(JSON.parse((await send({ debug: 1 })).text)).toMatchObject(explained);
  expect((await send({ debug: 1, token_auth: shared.service.key })).type).toBe('image/gif');
});

test('a page that is still open is not stored', row('ping'), async () => {
  const sent = await send({ ping: 1 });
  expect([sent.status, sent.rows]).toEqual([200, []]);
});

test('no parameter of the specification is forgotten', () => {
  // As the text names them, in its order.
  const named = `idsite rec url action_name _id rand apiv urlref _cvar _idvc _viewts _idts _rcn _rck res h m s fla java
    dir qt realp pdf wma gears ag ua lang uid cid new_visit cvar link download search search_cat search_count idgoal
    revenue gt_ms cs e_c e_a e_n e_v c_n c_p c_t c_i ec_id revenue ec_st ec_tx ec_sh ec_dt ec_items token_auth
    send_image cip cdt country region city lat long bots`.split(/\s+/);
  expect(Object.keys(PARAMETERS)).toEqual([
    ...new Set([...named, 'event_id', 'vitrine', 'debug', 'ping']),
    ...['pf_net', 'pf_srv', 'pf_tfr', 'pf_dm1', 'pf_dm2', 'pf_onl', 'dimensionN'],
  ]);
});
