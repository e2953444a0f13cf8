import { expect, test } from 'vitest';
import { decode } from './matomo.decode.ts';
import { PARAMETERS } from './matomo.parameters.ts';
import { parseQuery } from './matomo.query.ts';

const NOW = Date.UTC(2026, 5, 1, 12);

/** Each parameter that the decoder reads, with those that it needs beside it. */
const EXAMPLES: Record<string, [value: string, beside?: string]> = {
  idsite: ['2'],
  rec: ['1'],
  url: ['https://shop.example/'],
  action_name: ['Help'],
  _id: ['af344a398df83874'],
  urlref: ['https://a.example/'],
  _cvar: ['{"1":["OS","x"]}'],
  _idvc: ['19'],
  _viewts: ['1000'],
  _idts: ['1000'],
  _rcn: ['spring'],
  _rck: ['mug'],
  res: ['320x480'],
  h: ['18', 'm=1&s=1'],
  m: ['18', 'h=1&s=1'],
  s: ['18', 'h=1&m=1'],
  fla: ['1'],
  java: ['1'],
  dir: ['1'],
  qt: ['1'],
  realp: ['1'],
  pdf: ['1'],
  wma: ['1'],
  gears: ['1'],
  ag: ['1'],
  ua: ['Firefox'],
  lang: ['fi'],
  uid: ['mila'],
  cid: ['af344a398df83874'],
  new_visit: ['1'],
  cvar: ['{"1":["OS","x"]}'],
  link: ['https://a.example/'],
  download: ['https://a.example/'],
  search: ['mug'],
  search_cat: ['cups', 'search=mug'],
  search_count: ['0', 'search=mug'],
  idgoal: ['1'],
  revenue: ['1.5', 'idgoal=1'],
  gt_ms: ['100'],
  cs: ['iso-8859-1', 'url=caf%E9'],
  e_c: ['Videos', 'e_a=Play'],
  e_a: ['Play', 'e_c=Videos'],
  e_n: ['Name', 'e_c=Videos&e_a=Play'],
  e_v: ['0', 'e_c=Videos&e_a=Play'],
  c_n: ['Ad'],
  c_p: ['ad.jpg', 'c_n=Ad'],
  c_t: ['https://a.example/', 'c_n=Ad'],
  c_i: ['click', 'c_n=Ad'],
  ec_id: ['T1', 'idgoal=0'],
  ec_st: ['1', 'idgoal=0'],
  ec_tx: ['1', 'idgoal=0'],
  ec_sh: ['1', 'idgoal=0'],
  ec_dt: ['1', 'idgoal=0'],
  ec_items: ['[["mug"]]', 'idgoal=0'],
  cip: ['1.2.3.4'],
  cdt: [String(NOW / 1000 - 60)],
  country: ['fi'],
  region: ['18'],
  city: ['Helsinki'],
  lat: ['60.1'],
  long: ['24.9'],
  bots: ['1'],
};
/** These change the answer, or who may ask: the service's own tests show it. */
const OF_THE_SERVICE = ['token_auth', 'send_image'];

const read = (name: string, beside: string, more: string) => {
  const required = ['idsite=1', 'rec=1'].filter((pair) => !pair.startsWith(`${name}=`));
  const parameters = parseQuery([...required, beside, more].filter(Boolean).join('&'));
  return JSON.stringify('status' in parameters ? parameters : decode(parameters, { now: NOW }));
};

test.each(Object.entries(PARAMETERS))('%s: %s', (name, effect) => {
  if (OF_THE_SERVICE.includes(name)) return expect(effect).not.toMatch(/^none/);
  const [value, beside = ''] = EXAMPLES[name] ?? ['1'];
  const changes = read(name, beside, `${name}=${encodeURIComponent(value)}`) !== read(name, beside, '');
  expect(changes).toBe(!effect.startsWith('none'));
});

test('each example is of a parameter', () => {
  expect(Object.keys(PARAMETERS)).toEqual(expect.arrayContaining(Object.keys(EXAMPLES)));
});
