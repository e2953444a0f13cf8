import { describe, expect, test } from 'vitest';
import { PARAMETERS } from '../../../src/wires/matomo/fields.ts';
import { understands } from '../../../src/wires/testing/proven.ts';
import { run } from '../../cli/admin-commands.ts';
import { openContentStore } from '../../store/testing/open-stores.ts';
import { SHOP_ORIGIN } from '../../testing/service.ts';
import { ago, newVisitor, openTracker } from './testing/tracker.ts';

const { shared, ask, track } = openTracker();
const FORM = 'application/x-www-form-urlencoded';
const MINUTE = 60_000;
const id = (n: number) => `0192f3a4-0000-7000-8000-${String(n).padStart(12, '0')}`;
const token = () => `token_auth=${shared.service.privateKey}`;

describe('one request', () => {
  test.each(['/matomo.php', '/piwik.php'])('%s stores it and answers a GIF', async (path) => {
    const sent = await ask(
      `${path}?idsite=1&rec=1&url=https%3A%2F%2Fshop.example%2Fmugs&action_name=Mugs&urlref=https%3A%2F%2Fa.example%2F&_id=af344a398df83874`,
    );
    expect([sent.status, sent.type, sent.text.slice(0, 3)]).toEqual([200, 'image/gif', 'GIF']);
    expect(sent.headers.get('cache-control')).toBe('no-store');
    expect(sent.rows).toMatchObject([
      {
        customer_id: 1,
        kind: 'page',
        wire: 'matomo',
        analytics_id: 'af344a398df83874',
        page_url: 'https://shop.example/mugs',
        referrer: 'https://a.example/',
        props: { title: 'Mugs', visit: expect.stringMatching(/^[0-9a-f]{16}$/) },
      },
    ]);
  });

  test('send_image=0 is answered 204', async () => {
    const sent = await track('send_image=0');
    expect([sent.status, sent.text, sent.rows.length]).toEqual([204, '', 1]);
  });

  test('comes by POST with its parameters in the URL and an empty body', async () => {
    const sent = await ask('/matomo.php?idsite=1&rec=1&send_image=0', { body: '' });
    expect([sent.status, sent.rows.length]).toEqual([204, 1]);
  });

  test('comes as a form', async () => {
    const sent = await ask('/matomo.php', { body: 'idsite=1&rec=1&action_name=A+B', type: FORM });
    expect([sent.status, sent.rows[0]?.props?.title]).toEqual([200, 'A B']);
  });

  test('a form that calls itself text is no form', async () => {
    const sent = await ask('/matomo.php', { body: 'idsite=1&rec=1', type: 'text/plain' });
    expect([sent.status, sent.rows]).toEqual([400, []]);
  });

  test('an empty POST is refused, and a GET without parameters told about', async () => {
    expect((await ask('/matomo.php', { body: '' })).status).toBe(400);
    const about = await ask('/matomo.php');
    expect([about.status, about.type, about.rows]).toEqual([200, 'text/plain; charset=utf-8', []]);
  });

  test.each(['', '&rec=0', '&rec=00', '&rec=abc'])('without rec nothing is stored: %j', async (rec) => {
    const sent = await ask(`/matomo.php?idsite=1${rec}`);
    expect([sent.status, sent.type, sent.rows]).toEqual([200, 'image/gif', []]);
  });

  test('rec=2 stores', async () => {
    expect((await ask('/matomo.php?idsite=1&rec=2')).rows).toHaveLength(1);
  });

  test.each(['', '0', '-1', 'x', '1x', '999', '99999999999999999999'])('idsite=%s is refused', async (site) => {
    const sent = await ask(`/matomo.php?idsite=${site}&rec=1`);
    expect([sent.status, sent.rows]).toEqual([400, []]);
    expect(sent.text).toMatch(/^idsite: /);
    expect(sent.headers.get('access-control-allow-origin')).toBe(SHOP_ORIGIN);
  });

  test.each([
    ['cid=123', 400],
    ['_id=123', 200],
    ['idgoal=1', 200],
    ['idgoal=2', 400],
    ['idgoal=__proto__', 400],
    ['idgoal=0&ec_id=%00', 400],
    ['action_name=%ff', 400],
    ['action_name=100%', 200],
    ['action_name=%00', 400],
    ['cvar=garbage', 200],
    ['vitrine=%7B%22kind%22%3A%22media%22%7D', 200],
  ])('%s is answered %i', async (query, status) => {
    const sent = await track(query);
    expect([sent.status, sent.rows.length]).toEqual([status, status === 200 ? 1 : 0]);
  });

  test.each([
    ['idsite=1&rec=1', 200, 'image/gif'],
    ['idsite=1&rec=1&send_image=0', 204, null],
    ['idsite=9&rec=1', 400, 'text/plain; charset=utf-8'],
    ['idsite=1&rec=1&idgoal=9', 400, 'text/plain; charset=utf-8'],
    ['', 200, 'text/plain; charset=utf-8'],
  ])('HEAD with %j is answered as GET, and stores nothing', async (query, status, type) => {
    const sent = await ask(`/matomo.php?${query}`, { method: 'HEAD' });
    expect([sent.status, sent.type, sent.text, sent.rows]).toEqual([status, type, '', []]);
  });

  test('HEAD begins no visit and counts no goal', async () => {
    const who = `idgoal=1&_id=${newVisitor()}`;
    expect((await ask(`/matomo.php?idsite=1&rec=1&${who}`, { method: 'HEAD' })).status).toBe(200);
    expect((await track(who)).rows).toHaveLength(1);
  });

  test('an id is stored once', async () => {
    expect((await track(`event_id=${id(1)}`)).rows).toHaveLength(1);
    const again = await track(`event_id=${id(1)}`);
    expect([again.status, again.rows]).toEqual([200, []]);
  });

  test('an act of our tag on a media keeps its ids, and beside them how reports call it', async () => {
    const said = { kind: 'media', action: 'render', instance: 'wall', label: 'Worn by customers', media: '5', pics: 3 };
    const vitrine = encodeURIComponent(JSON.stringify({ ...said, scope: { kind: 'stream', id: '42' } }));
    const picture = 'https://ugc.example/5.webp';
    const { rows } = await track(`c_n=Worn&c_p=${encodeURIComponent(`${picture}?token=secret`)}&vitrine=${vitrine}`);
    const ids = { media_id: '5', instance_id: 'wall', scope_kind: 'stream', scope_id: '42', pics: 3 };
    const props = { label: 'Worn by customers', image: `${picture}?token=` };
    expect(rows).toMatchObject([{ kind: 'media', action: 'render', ...ids, props }]);
    // As tags of before say it, and others who know no picture.
    const before = await track(`c_n=wall&c_p=5&vitrine=${vitrine}`);
    expect(before.rows).toMatchObject([{ kind: 'media', ...ids }]);
    expect(before.rows[0]?.props).not.toHaveProperty('image');
  });

  test('an act of our tag counts once, whatever wire brought it', async () => {
    const path = `/track/widget/abc/best/render?auth_token=${shared.service.key}&analytics_id=1&pics=1&event_id=${id(2)}`;
    expect((await ask(path)).rows).toHaveLength(1);
    expect((await track(`e_c=widget&e_a=render&event_id=${id(2)}`)).rows).toEqual([]);
  });
});

describe('who may track', () => {
  test.each([
    ['a page of the shop', SHOP_ORIGIN, {}, '', 200],
    ['a picture of the shop', null, { referer: `${SHOP_ORIGIN}/mugs` }, '', 200],
    ['another page', 'https://evil.example', {}, '', 403],
    ['a picture of another page', null, { referer: 'https://evil.example/' }, '', 403],
    ['a page in a sandbox', 'null', {}, '', 200],
    ['a page that hides where it is', null, { 'sec-fetch-site': 'cross-site' }, '', 200],
    ['a page that hides where it is and posts', 'null', { 'sec-fetch-site': 'cross-site' }, '', 200],
    ['a page of the shop that posts from a sandbox', 'null', { referer: `${SHOP_ORIGIN}/` }, '', 200],
    ['a sandbox in another page', 'null', { referer: 'https://evil.example/' }, '', 403],
    ['an app', null, { referer: 'android-app://com.example/' }, '', 200],
    ['a garbled Referer', null, { referer: 'shop' }, '', 200],
    ['a server', null, {}, '', 200],
    ['an unknown token', null, {}, 'unknown', 403],
    ['the public token', null, {}, 'public', 200],
    ['the private token', null, {}, 'private', 200],
    ['the private token in a page without a Referer', null, { 'sec-fetch-site': 'cross-site' }, 'private', 403],
  ])('%s', async (_, origin, headers, kind, status) => {
    const { key, privateKey } = shared.service;
    const tokens: Record<string, string> = { public: key, private: privateKey };
    const sent = await track(`token_auth=${tokens[kind] ?? kind}`, { origin, headers });
    expect([sent.status, sent.rows.length]).toEqual([status, status === 200 ? 1 : 0]);
  });

  test('senders that name no page do not, where the customer forbids it', async () => {
    const permit = async (given: string) => {
      const store = await openContentStore(shared.service.data);
      await run(store, ['permit', 'trackers', given], shared.service.data);
      await store.close();
      // The service looks once a second.
      const expected = given === 'yes' ? 200 : 403;
      await expect.poll(async () => (await track('', { origin: null })).status, { timeout: 5000 }).toBe(expected);
    };
    await permit('no');
    const { key, privateKey } = shared.service;
    const referer = { referer: `${SHOP_ORIGIN}/` };
    for (const [query, how, status] of [
      ['', { origin: null }, 403],
      ['', { origin: 'null' }, 403],
      [`token_auth=${key}`, { origin: null }, 403],
      [`token_auth=${privateKey}`, { origin: null }, 200],
      ['', {}, 200],
      ['', { origin: null, headers: referer }, 200],
    ] as const) {
      const sent = await track(query, how);
      expect([sent.status, sent.rows.length], query).toEqual([status, status === 200 ? 1 : 0]);
      if (status === 403) expect(sent.text).toContain('npm run admin -- permit trackers yes');
    }
    await permit('yes');
  });

  test('answers are for the page that asked, with credentials', async () => {
    const { headers } = await track('');
    expect(headers.get('access-control-allow-origin')).toBe(SHOP_ORIGIN);
    expect(headers.get('access-control-allow-credentials')).toBe('true');
    expect(headers.get('vary')).toBe('Origin');
    const preflight = await ask('/matomo.php', { method: 'OPTIONS' });
    expect([preflight.status, preflight.headers.get('access-control-allow-methods')]).toEqual([204, 'GET, HEAD, POST']);
  });

  test.each(['cip=1.2.3.4', 'country=fi', 'region=18', 'city=Helsinki', 'lat=60', 'long=25'])(
    '%s needs the private token',
    async (query) => {
      expect((await track(query)).status).toBe(400);
      expect((await track(`${query}&token_auth=${shared.service.key}`, { origin: null })).status).toBe(400);
      expect((await track(`${query}&${token()}`, { origin: null })).status).toBe(200);
    },
  );
});

describe('time', () => {
  test.each([
    ['unix seconds', () => String(ago(60 * MINUTE))],
    ['unix seconds of 23 hours ago', () => String(ago(23 * 60 * MINUTE))],
    ['a datetime', () => new Date(ago(60 * MINUTE) * 1000).toISOString().slice(0, 19).replace('T', ' ')],
  ])('of the last day, as %s', async (_, cdt) => {
    const said = cdt();
    const { rows } = await track(`cdt=${encodeURIComponent(said)}`);
    const at = /^\d+$/.test(said) ? Number(said) * 1000 : Date.parse(`${said.replace(' ', 'T')}Z`);
    expect(rows[0]?.occurred_at).toBe(at);
  });

  test('of before needs the private token, and is then believed', async () => {
    const cdt = Date.UTC(2020, 0, 1) / 1000;
    const refused = await track(`cdt=${cdt}`);
    expect([refused.status, refused.text]).toEqual([400, 'cdt: needs a private token as token_auth\n']);
    const { rows } = await track(`cdt=${cdt}&${token()}`, { origin: null });
    expect(rows[0]?.occurred_at).toBe(cdt * 1000);
    expect(rows[0]?.props).not.toHaveProperty('event_time');
  });

  test.each(['garbage', String(ago(-3600 * 1000)), '1', '1999-12-31'])('%s means now', async (cdt) => {
    const { rows } = await track(`cdt=${cdt}&${token()}`, { origin: null });
    expect(rows[0]?.occurred_at).toBe(rows[0]?.received_at);
  });
});

describe('robots', () => {
  const robot = { headers: { 'user-agent': 'Mozilla/5.0 (compatible; Googlebot/2.1)' } };
  test('are left out, unless bots=1', async () => {
    const left = await track('', robot);
    expect([left.status, left.type, left.rows]).toEqual([200, 'image/gif', []]);
    expect((await track('bots=1', robot)).rows).toHaveLength(1);
    expect((await track('ua=Googlebot%2F2.1')).rows).toEqual([]);
    expect((await track('ua=Firefox', robot)).rows).toMatchObject([{ user_agent: 'Firefox' }]);
  });
});

describe('debug=1', () => {
  test('tells whoever has the private token how a request was understood', async () => {
    const sent = await track(`debug=1&${token()}&e_c=Videos&e_a=Play&e_v=many&unheard=1&constructor=2`, {
      origin: null,
    });
    expect(JSON.parse(sent.text)).toMatchObject({
      outcome: 'stored',
      event: { kind: 'other', action: 'Play', props: { category: 'Videos', value: 0 } },
      parameters: expect.arrayContaining([
        { name: 'token_auth', value: '…', effect: expect.any(String) },
        { name: 'e_c', value: 'Videos', effect: PARAMETERS.e_c },
        { name: 'unheard', value: '1', effect: 'none: unknown here' },
        { name: 'constructor', value: '2', effect: 'none: unknown here' },
      ]),
    });
    expect(sent.rows).toHaveLength(1);
    const invalid = await track(`debug=1&${token()}&idgoal=9`, { origin: null });
    expect([invalid.status, JSON.parse(invalid.text)]).toMatchObject([
      400,
      { outcome: 'invalid', reason: 'idgoal: there is no goal 9' },
    ]);
  });

  test('tells it of each request of a bulk', async () => {
    const body = JSON.stringify({ requests: ['?idsite=1&rec=1&action_name=A', '?idsite=1&rec=1&e_v=%ff'] });
    const sent = await ask(`/matomo.php?debug=1&${token()}`, { body, origin: null });
    expect(JSON.parse(sent.text)).toMatchObject({
      ...{ status: 'success', tracked: 1, invalid: 1, invalid_indices: [1] },
      debug: [
        { outcome: 'stored', event: { props: { title: 'A' } } },
        { outcome: 'invalid', reason: 'e_v=%ff: is not percent-encoded text', parameters: [] },
      ],
    });
  });

  test('tells nobody else', async () => {
    expect((await track('debug=1')).type).toBe('image/gif');
    expect((await track(`debug=1&token_auth=${shared.service.key}`, { origin: null })).type).toBe('image/gif');
  });
});

describe('the log importer', () => {
  const method = 'module=API&method=SitesManager.getSiteFromId&format=json&idSite=1';
  const row = (...names: string[]) => understands('matomo', 'POST /index.php', ...names);
  test.each(['/index.php', '/'])('finds its site at %s', row('idSite'), async (path) => {
    const site = { idsite: 1, name: 'Shop', main_url: 'https://shop.example' };
    const form = await ask(path, { body: `${method}&${token()}`, type: FORM, origin: null });
    expect([form.status, JSON.parse(form.text)]).toEqual([200, site]);
    const query = await ask(`${path}?${method}&${token()}`, { body: '', origin: null });
    expect(JSON.parse(query.text)).toEqual(site);
  });

  test.each(['GET', 'POST'])('finds its site by %s, however many it has', row('url'), async (method) => {
    const call = async (query: string) =>
      JSON.parse((await ask(`/index.php?module=API&format=json&${query}&${token()}`, { method, origin: null })).text);
    expect(await call('method=SitesManager.getAllSites')).toEqual({
      1: { idsite: 1, name: 'Shop', main_url: 'https://shop.example' },
    });
    for (const [url, found] of [
      ['shop.example', [{ idsite: 1 }]],
      ['https://www.shop.example/mugs?a=1', [{ idsite: 1 }]],
      ['SHOP.example:8080', [{ idsite: 1 }]],
      ['https://evil.example/shop.example', []],
      ['http://', []],
      ['', []],
      ['%F0%9F%99%82'.repeat(300), []],
    ] as const)
      expect(await call(`method=SitesManager.getSitesIdFromSiteUrl&url=${url}`), url).toEqual(found);
  });

  test('needs the private token, and there is no other method', row('module', 'method', 'token_auth'), async () => {
    for (const name of ['getAllSites', 'getSitesIdFromSiteUrl&url=shop.example']) {
      const asked = `/index.php?module=API&method=SitesManager.${name}`;
      for (const more of ['', `&token_auth=${shared.service.key}`, '&token_auth=unknown'])
        expect((await ask(asked + more, { origin: null })).status, asked + more).toBe(401);
      expect((await ask(`${asked}&${token()}`)).status).toBe(401);
    }
    const without = await ask('/index.php', { body: method, type: FORM, origin: null });
    expect([without.status, JSON.parse(without.text).result]).toEqual([401, 'error']);
    const publicly = await ask('/index.php', { body: `${method}&token_auth=${shared.service.key}`, type: FORM });
    expect(publicly.status).toBe(401);
    const of = (body: string) => ask('/index.php', { body: `${body}&${token()}`, type: FORM, origin: null });
    for (const said of [
      method.replace('SitesManager.getSiteFromId', 'Other.do'),
      method.replace('module=API', 'module=Other'),
    ]) {
      const other = await of(said);
      expect([other.status, JSON.parse(other.text).result]).toEqual([400, 'error']);
    }
    expect((await of(method)).status).toBe(200);
    expect((await of(method.replace('idSite=1', 'idSite=2'))).status).toBe(401);
  });
});
