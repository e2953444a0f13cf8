import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { run } from '../cli/admin-commands.ts';
import { MediaArchive } from '../media/media-archive.ts';
import { openRelaying } from '../relay/testing/receiver.ts';
import { openContentStore } from '../store/testing/open-stores.ts';
import { readEvents, readNames, readTables, readTotals } from '../store/testing/read-events.ts';
import type { ForgetReceipt } from './erasure.ts';
import { finishRemovals } from './removal.ts';

let dataDir: string;
let service: Awaited<ReturnType<typeof openRelaying>>;
/** Two customers, each with a public token and a private one. */
const shops = [0, 1].map((n) => ({ id: 0, key: `shop${n}`, page: `page${n}`, desk: `desk${n}` }));
const [shop, other] = shops as [(typeof shops)[0], (typeof shops)[0]];
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'vitrine-erase-'));
  service = await openRelaying(dataDir, { firstPauseMs: 60_000 });
  for (const one of shops) {
    const { id } = await service.content.upsertCustomer({ key: one.key, name: 'S', domain: 's.example' });
    one.id = id;
    await service.content.addToken(id, 'public', 'page', one.page);
    await service.content.addToken(id, 'private', 'desk', one.desk);
    await service.content.putRelay(id, { url: 'http://127.0.0.1:9', datamart: '77', keyId: 'k', secret: 's' });
  }
});
afterEach(async () => {
  await service.close();
  await rm(dataDir, { recursive: true });
});

async function post(path: string, body: object, token?: string): Promise<number> {
  const headers = { 'content-type': 'application/json', ...(token && { authorization: token }) };
  return (await fetch(`${service.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })).status;
}

/** Sends all of a request but its last byte. @returns what sends that, and answers the status */
async function begin(path: string, body: object, token: string): Promise<() => Promise<number>> {
  const bytes = Buffer.from(JSON.stringify(body));
  const request = httpRequest(`${service.url}${path}${path.startsWith('/track') ? `?auth_token=${token}` : ''}`, {
    method: 'POST',
    headers: {
      ...{ 'content-type': 'application/json', 'content-length': bytes.length },
      authorization: path.startsWith('/api') ? `Bearer ${token}` : token,
    },
  });
  const answered = once(request, 'response') as Promise<[IncomingMessage]>;
  await new Promise((resolve) => request.write(bytes.subarray(0, -1), resolve));
  return async () => {
    request.end(bytes.subarray(-1));
    const [response] = await answered;
    response.resume();
    return response.statusCode ?? 0;
  };
}

const track = async ({ page }: { page: string }, visitor: string, more = '') =>
  (await fetch(`${service.url}/track/vital/LCP?auth_token=${page}&analytics_id=${visitor}&value=5${more}`)).status;

/** Something of a visitor on each wire, and on its way to another server. */
async function visit(one: (typeof shops)[0], visitor: string): Promise<void> {
  const browser = { $type: 'USER_AGENT', $user_agent_id: `vec:${visitor}` };
  const account = { $type: 'USER_ACCOUNT', $user_account_id: `account of ${visitor}` };
  const activity = {
    $user_identifiers: [browser, account],
    $events: [
      { $event_name: '$page_view', $properties: {} },
      {
        $event_name: '$set_user_choice',
        $properties: { $processing_id: '1', $choice_ts: Date.now(), $choice_acceptance_value: true },
      },
    ],
  };
  const act = { eventType: 'product interaction', sessionId: 's', userId: visitor };
  const query = new URLSearchParams({ ...{ idsite: `${one.id}`, rec: '1', action_name: 'Prints', uid: visitor } });
  expect([
    await track(one, visitor),
    await post('/api/analytics/events', act, `Bearer ${one.page}`),
    (await fetch(`${service.url}/matomo.php?${query}&token_auth=${one.desk}`)).status,
    await post(`/v1/datamarts/${one.id}/user_activities`, activity, one.desk),
    await post('/v1/datamarts/77/user_activities', activity, one.desk),
  ]).toEqual([200, 200, 200, 200, 200]);
}

const EVENTS_OF_A_VISIT = 5;
const eventsOf = ({ id }: { id: number }) => readEvents(dataDir).filter(({ customer_id }) => customer_id === id).length;

async function forget(body: object, token = shop.desk) {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
  const answer = await fetch(`${service.url}/admin/v1/visitors/forget`, {
    ...{ method: 'POST', headers, body: JSON.stringify(body) },
  });
  const said = (await answer.json()) as ForgetReceipt & { data: { message: string } };
  return { status: answer.status, receipt: said, message: said.data?.message };
}

describe('the endpoint', () => {
  test('erases all of one visitor, on every wire, and answers with a receipt', async () => {
    await visit(shop, 'mila');
    await visit(shop, 'noor');
    await visit(other, 'mila');
    const totals = readTotals(dataDir);
    const { status, receipt } = await forget({ visitor: 'mila' });
    expect(status).toBe(200);
    expect(receipt).toMatchObject({
      customer: { id: shop.id, key: shop.key },
      erased: true,
      ids: [{ id: 'mila', events: EVENTS_OF_A_VISIT, kinds: { vital: 1, product: 1, page: 2, choice: 1 } }],
      userPoints: { points: 1, names: 2, profiles: 0, choices: 1 },
      ...{ relayedActivities: 1, moreJoined: false, logRewritten: true },
    });
    expect(Date.parse(receipt.at)).toBeGreaterThanOrEqual(Date.parse(receipt.ids[0]?.to ?? ''));
    expect(receipt.remains.join(' ')).toMatch(/Totals.*backups/);
    expect([eventsOf(shop), eventsOf(other)]).toEqual([EVENTS_OF_A_VISIT, EVENTS_OF_A_VISIT]);
    const tables = Object.entries(readTables(dataDir)).map(([name, rows]) => [
      name,
      JSON.stringify(rows.filter((row) => (row as { customer_id?: number }).customer_id !== other.id)),
    ]);
    expect(tables.filter(([, rows]) => rows?.includes('mila'))).toEqual([]);
    expect(readNames(dataDir).map(({ id }) => id)).toEqual(expect.arrayContaining(['vec:noor', 'account of noor']));
    expect(await service.waiting()).toBe(2);
    expect(readTotals(dataDir)).toEqual(totals);
  });

  test('asked again, or for nobody, is answered in the same shape', async () => {
    await visit(shop, 'mila');
    const shapeOf = (receipt: ForgetReceipt) => ({ ...receipt, at: '', ids: receipt.ids.map(({ id }) => id) });
    const none = { userPoints: { points: 0, names: 0, profiles: 0, choices: 0 }, relayedActivities: 0 };
    const first = await forget({ visitor: 'mila' });
    const again = await forget({ visitor: 'mila' });
    expect(shapeOf(again.receipt)).toEqual({ ...shapeOf(first.receipt), ...none });
    expect(again.receipt.ids[0]).toMatchObject({ events: 0, kinds: {}, from: null, to: null });
  });

  test('joined ids are erased only when it is told, and a stranger who joins a visitor to himself erases nobody', async () => {
    await track(shop, 'a browser');
    await track(shop, 'mila', '&previous_id=a browser');
    // Whoever has the public token can say so of any two ids that he knows.
    await track(shop, 'stranger', '&previous_id=mila');
    const asked = await forget({ visitor: 'stranger' });
    expect([asked.status, asked.message]).toEqual([
      409,
      expect.stringContaining('other ids are joined to this one (1)'),
    ]);
    expect(eventsOf(shop)).toBe(3);
    const { receipt } = await forget({ visitor: 'stranger', dryRun: true });
    expect(receipt.ids).toMatchObject([
      { id: 'stranger', erased: false, events: 1 },
      { id: 'mila', joinedBy: 'identify', erased: false, events: 1 },
    ]);
    await forget({ visitor: 'stranger', joined: 'keep' });
    expect(eventsOf(shop)).toBe(2);
    expect((await forget({ visitor: 'mila', joined: 'erase' })).receipt.ids).toMatchObject([
      { id: 'mila', erased: true, events: 1 },
      { id: 'a browser', erased: true, events: 1 },
    ]);
    expect(eventsOf(shop)).toBe(0);
  });

  test('browsers of one user point are joined, too', async () => {
    const browsers = ['mila', 'phone'].map((id) => ({ $type: 'USER_AGENT', $user_agent_id: `vec:${id}` }));
    await post(`/v1/datamarts/${shop.id}/user_activities`, { $user_identifiers: browsers }, shop.desk);
    await track(shop, 'phone');
    expect((await forget({ visitor: 'mila', dryRun: true })).receipt).toMatchObject({
      ids: [
        { id: 'mila', events: 0 },
        { id: 'phone', joinedBy: 'user_point', events: 1 },
      ],
      userPoints: { points: 1, names: 2 },
    });
  });

  test('is for the private token, and its own customer', async () => {
    await track(shop, 'mila');
    expect((await forget({ visitor: 'mila' }, shop.page)).status).toBe(403);
    expect((await forget({ visitor: 'mila' }, 'guessed')).status).toBe(401);
    expect((await forget({ visitor: 'mila' }, other.desk)).receipt.ids).toMatchObject([{ events: 0 }]);
    expect(eventsOf(shop)).toBe(1);
  });

  test('an id is any text, compared as it is', async () => {
    const ids = ["%'; DROP TABLE events; --", '日本 /?&', '%', '_'.repeat(256)];
    for (const id of ids) await track(shop, encodeURIComponent(id));
    for (const [n, visitor] of ids.entries()) {
      expect((await forget({ visitor })).receipt.ids).toMatchObject([{ id: visitor, events: 1 }]);
      expect(eventsOf(shop)).toBe(ids.length - 1 - n);
    }
    for (const visitor of ['', 'v'.repeat(257), 'a\0b']) expect((await forget({ visitor })).status).toBe(400);
    expect((await forget({ visitor: 'mila', joined: 'perhaps' })).status).toBe(400);
    expect((await forget({})).status).toBe(400);
  });

  test('of an activity of before it and after it, what happened after it is stored', async () => {
    await visit(shop, 'mila');
    await forget({ visitor: 'mila' });
    const said = {
      $user_identifiers: [{ $type: 'USER_AGENT', $user_agent_id: 'vec:mila' }],
      $events: [
        { $event_name: 'before', $ts: Date.now() - 3_600_000, $properties: {} },
        { $event_name: 'after', $ts: Date.now(), $properties: {} },
      ],
    };
    expect(await post(`/v1/datamarts/${shop.id}/user_activities`, said, shop.page)).toBe(200);
    expect(readEvents(dataDir).filter(({ customer_id }) => customer_id === shop.id)).toMatchObject([
      { action: 'after' },
    ]);
  });

  test('events are taken all the while', async () => {
    const rows = Array.from({ length: 3_000 }, (_, n) => ({
      ...{ id: `${n}`, kind: 'vital', analyticsId: n % 2 ? 'mila' : 'noor', wire: 'tracking' },
      ...{ occurredAt: Date.now() - 60_000, receivedAt: Date.now() },
    }));
    await service.events.submit(shop.id, rows);
    let done = false;
    const forgotten = forget({ visitor: 'mila' }).finally(() => (done = true));
    let taken = 0;
    // A slow machine may refuse one for a moment, as it refuses all that it cannot take.
    while (!done || taken === 0) if ((await track(shop, 'noor')) === 200) taken++;
    expect((await forgotten).status).toBe(200);
    expect((await forgotten).receipt.ids).toMatchObject([{ events: 1_500 }]);
    expect(eventsOf(shop)).toBe(1_500 + taken);
    expect(readTotals(dataDir).reduce((sum, { events }) => sum + Number(events), 0)).toBe(3_000 + taken);
  });
});

describe('the command', () => {
  const admin = (...args: string[]) => run(service.content, args, dataDir);

  test('prints the receipt, also while the service runs', async () => {
    await visit(shop, 'mila');
    const receipt = JSON.parse(await admin('events', 'forget', 'mila', '--customer', shop.key)) as ForgetReceipt;
    expect(receipt).toMatchObject({ erased: true, ids: [{ id: 'mila', events: EVENTS_OF_A_VISIT }] });
    expect(eventsOf(shop)).toBe(0);
    // What the visitor's browser still had is taken by the service that goes on, and not stored.
    expect(await track(shop, 'mila', `&event_time=${Date.now() - 60_000}`)).toBe(200);
    expect(eventsOf(shop)).toBe(0);
  });

  test('asks what becomes of joined ids, and steers no terminal by them', async () => {
    await track(shop, 'mila', `&previous_id=${encodeURIComponent('\u001b[2J\u202e\u009b2J')}`);
    const forget = (...more: string[]) => admin('events', 'forget', 'mila', '--customer', shop.key, ...more);
    await expect(forget()).rejects.toThrow('--with-joined');
    await expect(forget('--with-joined', '--without-joined')).rejects.toThrow('or');
    const dry = await forget('--dry-run');
    for (const control of ['\u001b', '\u009b', '\u202e']) expect(dry).not.toContain(control);
    expect(JSON.parse(dry)).toMatchObject({ erased: false, ids: [{ id: 'mila' }, { id: '\u001b[2J\u202e\u009b2J' }] });
    expect(JSON.parse(await forget('--without-joined'))).toMatchObject({ erased: true });
  });

  test('erases by age, and refuses what a browser may still send again', async () => {
    const day = 86_400_000;
    const old = (id: string, days: number) => {
      const at = Date.now() - days * day;
      return { id, kind: 'vital', analyticsId: 'v', wire: 'tracking', occurredAt: at, receivedAt: at };
    };
    for (const { id } of shops) await service.events.submit(id, [old('a', 401), old('b', 399), old('c', 1)]);
    const totals = readTotals(dataDir);
    for (const age of ['30d', '0d', '400', '400h', '-400d', '4e2d', '', '1000000d'])
      await expect(admin('events', 'prune', `--older-than=${age}`), age).rejects.toThrow(/at least 31, as 400d/);
    await expect(admin('events', 'prune')).rejects.toThrow('--older-than is missing');
    expect(await admin('events', 'prune', '--older-than', '400d', '--customer', shop.key)).toMatch(
      /^1 events of shop0/,
    );
    expect([eventsOf(shop), eventsOf(other)]).toEqual([2, 3]);
    expect(await admin('events', 'prune', '--older-than', '31d')).toMatch(/^3 events older than 31 days are erased/);
    expect([eventsOf(shop), eventsOf(other)]).toEqual([1, 1]);
    expect(readTotals(dataDir)).toEqual(totals);
  });

  test('erases all that is old enough, however much it is', async () => {
    const at = Date.now() - 40 * 86_400_000;
    // More than one call of the store erases.
    const rows = Array.from({ length: 10_500 }, (_, n) => ({
      ...{ id: `${n}`, kind: 'vital', analyticsId: 'v', wire: 'tracking', occurredAt: at, receivedAt: at },
    }));
    await service.events.submit(shop.id, rows);
    expect(await admin('events', 'prune', '--older-than', '31d')).toMatch(
      /^10500 events older than 31 days are erased/,
    );
    expect(eventsOf(shop)).toBe(0);
  });
});

describe('a customer that is removed', () => {
  const rowsOf = ({ id }: { id: number }) =>
    Object.values(readTables(dataDir)).flatMap((rows) =>
      rows.filter((row) => (row as { customer_id?: number }).customer_id === id),
    );

  test('leaves its events and totals, unless it is told otherwise', async () => {
    for (const one of shops) await visit(one, 'mila');
    await run(service.content, ['customer', 'remove', shop.key, '--yes'], dataDir);
    expect([eventsOf(shop), eventsOf(other)]).toEqual([EVENTS_OF_A_VISIT, EVENTS_OF_A_VISIT]);
    const said = await run(service.content, ['customer', 'remove', other.key, '--yes', '--with-events'], dataDir);
    expect(said).toContain('with its user points, media files and events');
    expect(rowsOf(other)).toEqual([]);
    expect(eventsOf(shop)).toBe(EVENTS_OF_A_VISIT);
  });

  test('takes them with it over HTTP, too', async () => {
    await visit(shop, 'mila');
    const answer = await fetch(`${service.url}/admin/v1/customers/${shop.id}?withEvents=true`, {
      ...{ method: 'DELETE', headers: { authorization: `Bearer ${shop.desk}` } },
    });
    expect(answer.status).toBe(204);
    await expect.poll(() => rowsOf(shop)).toEqual([]);
  });

  test('takes all of them with it, however much it is', async () => {
    const at = Date.now();
    const rows = Array.from({ length: 10_500 }, (_, n) => ({
      ...{ id: `${n}`, kind: 'vital', analyticsId: 'v', wire: 'tracking', occurredAt: at, receivedAt: at },
    }));
    await service.events.submit(shop.id, rows);
    await run(service.content, ['customer', 'remove', shop.key, '--yes', '--with-events'], dataDir);
    expect(rowsOf(shop)).toEqual([]);
  });

  test('gets nothing stored of requests that were still arriving', async () => {
    const seen = { $user_agent_id: 'vec:late', $events: [{ $event_name: 'seen', $ts: Date.now() }] };
    const arriving = [
      ['/track/bulk', { requests: ['/track/vital/LCP?analytics_id=late&value=5'] }],
      ['/api/analytics/events', { eventType: 'product interaction', sessionId: 'late' }],
      ['/matomo.php', { requests: [`?idsite=${shop.id}&rec=1&token_auth=${shop.desk}&uid=late`] }],
      [`/v1/datamarts/${shop.id}/user_activities`, seen],
      ['/v1/datamarts/77/user_activities', seen],
    ] as const;
    const begun = await Promise.all(arriving.map(([path, body]) => begin(path, body, shop.page)));
    const { status } = await fetch(`${service.url}/admin/v1/customers/${shop.id}?withEvents=true`, {
      ...{ method: 'DELETE', headers: { authorization: `Bearer ${shop.desk}` } },
    });
    expect(status).toBe(204);
    await expect.poll(async () => (await service.content.removedCustomers()).length).toBe(0);
    const statuses = await Promise.all(begun.map((finish) => finish()));
    // A bulk by query string is answered item by item.
    expect(statuses).toEqual([403, 403, 200, 403, 403]);
    expect(rowsOf(shop)).toEqual([]);
  });

  test('gets nothing stored of what a service took until it knew that a command had removed it', async () => {
    const beside = await openContentStore(dataDir);
    expect(await track(shop, 'early')).toBe(200);
    const removed = run(beside, ['customer', 'remove', shop.key, '--yes', '--with-events'], dataDir);
    while ((await track(shop, 'late')) === 200);
    await removed;
    await beside.close();
    expect(rowsOf(shop)).toEqual([]);
  });

  test('takes them with it when it was interrupted, too', async () => {
    await visit(shop, 'mila');
    await service.content.removeCustomer(shop.id, true);
    await finishRemovals({ archive: new MediaArchive(service.content, dataDir), eventStore: service.events });
    expect(rowsOf(shop)).toEqual([]);
  });
});
