import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { StampedEvent } from '../../src/events/vocabulary.ts';
import { activities } from '../../src/wires/activities/encode.ts';
import { REQUESTS } from '../../src/wires/activities/fields.ts';
import { understands } from '../../src/wires/testing/proven.ts';
import { run } from '../cli/admin-commands.ts';
import { id } from '../collect/activities/testing/datamart.ts';
import { hang, KEY_ID, ok, openReceiver, openRelaying, SECRET, say } from './testing/receiver.ts';

const ORIGIN = 'https://shop.example';
const KEY = '0123456789abcdef0123456789abcdef';
const PRIVATE = 'fedcba9876543210fedcba9876543210';
const DATAMART = '7777';

let data: string;
let service: Awaited<ReturnType<typeof openRelaying>>;
let receiver: Awaited<ReturnType<typeof openReceiver>>;
let customerId: number;
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'vitrine-relay-'));
  receiver = await openReceiver();
  service = await openRelaying(data);
  ({ id: customerId } = await service.content.upsertCustomer({ key: 'shop', name: 'Shop', domain: 'shop.example' }));
  await service.content.addToken(customerId, 'public', 'page', KEY);
  await service.content.addToken(customerId, 'private', 'server', PRIVATE);
  await service.content.addOrigin(customerId, ORIGIN);
  await relayTo(receiver.url);
});
afterEach(async () => {
  await service.close();
  await receiver.close();
  await rm(data, { recursive: true });
});

const relayTo = (url: string, datamart = DATAMART, secret = SECRET) =>
  service.content.putRelay(customerId, { url, datamart, keyId: KEY_ID, secret });
const restart = async (options = {}) => {
  await service.close();
  service = await openRelaying(data, options);
};
/** As the page's client does it, with a beacon's headers. @returns the id of the event */
async function send(datamart = DATAMART, expected = 200): Promise<string> {
  const [eventId, at] = [id(), Date.now()];
  const wire = activities({ url: service.url, datamart, key: KEY });
  const event: StampedEvent = { kind: 'page', title: 'Mügs', segments: [], id: eventId, at, analyticsId: 'v' };
  const [request] = wire.encode([event], 16_384, at);
  const answer = await fetch(request?.url ?? '', {
    method: 'POST',
    body: request?.body ?? '',
    headers: { origin: ORIGIN },
  });
  const body = await answer.text();
  expect([answer.status, body]).toEqual([expected, expect.any(String)]);
  if (request && expected === 200)
    expect([...wire.settle(request, { status: answer.status, body }).values()]).toEqual(['accepted']);
  return eventId;
}
/** @returns the status */
async function post(body: string | object, token = KEY): Promise<number> {
  const answer = await fetch(`${service.url}/v1/datamarts/${DATAMART}/user_activities?auth_token=${token}`, {
    method: 'POST',
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  expect(await answer.json()).toMatchObject({ status: answer.status === 200 ? 'ok' : 'error' });
  return answer.status;
}
const soon = (check: () => unknown) => vi.waitFor(check, { timeout: 10_000, interval: 20 });

describe('an activity of the tag', () => {
  const shown = understands('activities', REQUESTS.activity, 'datamartId');
  test('is signed and sent on as it came, and stored nowhere here', shown, async () => {
    const sent = await send();
    await soon(() => expect(receiver.events()).toEqual([sent]));
    const [arrived] = receiver.arrived;
    expect(arrived).toMatchObject({ signed: true, path: `/v1/datamarts/${DATAMART}/user_activities` });
    expect(arrived?.headers).toMatchObject({ 'content-type': 'application/json', 'x-mics-key-id': KEY_ID });
    expect(JSON.parse(arrived?.body ?? '')).toMatchObject({
      $type: 'SITE_VISIT',
      $user_identifiers: [{ $type: 'USER_AGENT', $user_agent_id: 'vec:v' }],
      $events: [{ $event_name: '$page_view', $properties: { title: 'Mügs' } }],
    });
    expect(JSON.stringify(arrived)).not.toContain(KEY);
    await soon(async () => expect(await service.outcomes()).toEqual({ delivered: 1 }));
    expect(await service.waiting()).toBe(0);
    expect(
      await service.events.userPoints.pointNamed(customerId, { kind: 'agent', compartment: '', id: 'vec:v' }),
    ).toBeUndefined();
  });

  test('takes the sender’s clock with it, which goes on while it waits', async () => {
    receiver.behave = say(503);
    const hour = 3_600_000;
    const body = JSON.stringify({ $user_agent_id: 'vec:v', $events: [], sent_at: Date.now() - hour });
    await fetch(`${service.url}/v1/datamarts/${DATAMART}/user_activities?auth_token=${KEY}`, { method: 'POST', body });
    await soon(() => expect(receiver.arrived.length).toBeGreaterThan(1));
    for (const { at, body } of receiver.arrived)
      expect(Math.abs(JSON.parse(body).sent_at - (at - hour))).toBeLessThan(30_000);
    const told = receiver.arrived.map(({ body }) => JSON.parse(body).sent_at);
    expect(told).toEqual(told.toSorted());
    expect(new Set(told).size).toBeGreaterThan(1);
  });

  test('is sent by pages of the shop only; other pages can read the reason', async () => {
    const ask = (method: string, origin: string) =>
      fetch(`${service.url}/v1/datamarts/${DATAMART}/user_activities`, {
        method,
        headers: { origin, ...(method === 'POST' && { authorization: KEY, 'content-type': 'application/json' }) },
        ...(method === 'POST' && { body: '{}' }),
      });
    expect((await ask('OPTIONS', 'https://evil.example')).status).toBe(204);
    const refused = await ask('POST', 'https://evil.example');
    expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([401, '*']);
    expect(await refused.text()).toContain('The origin https://evil.example is not registered');
    expect((await ask('POST', ORIGIN)).status).toBe(400);
    expect(await service.waiting()).toBe(0);
  });

  test('is refused for a datamart to which its customer has no relay', async () => {
    const { id: other } = await service.content.upsertCustomer({ key: 'b', name: 'B', domain: 'b.example' });
    await service.content.putRelay(other, { url: receiver.url, datamart: '8888', keyId: KEY_ID, secret: SECRET });
    await send('8888', 403);
    await send('9999', 403);
    expect(await service.waiting()).toBe(0);
  });

  test.each([
    ['no identifier', '{"$events":[]}', 400],
    ['__proto__', '{"$user_agent_id":"a","$events":[{"$event_name":"x","$properties":{"__proto__":{}}}]}', 400],
    [
      '10,000 levels',
      `{"$user_agent_id":"a","$user_identifiers":[{"$type":"USER_AGENT","$user_agent_id":"a","x":${'['.repeat(10_000)}${']'.repeat(10_000)}}]}`,
      400,
    ],
    ['5 MB', `{"$user_agent_id":"${'a'.repeat(5_000_000)}"}`, 413],
  ])('is not sent on with %s', async (_, body, status) => {
    expect(await post(body, PRIVATE)).toBe(status);
    expect([await service.waiting(), receiver.arrived]).toEqual([0, []]);
  });

  const agent = { $type: 'USER_AGENT', $user_agent_id: 'vec:v' };
  const account = { $type: 'USER_ACCOUNT', $user_account_id: 'ann' };
  const says = ($event_name: string, $properties = {}) => ({
    $user_identifiers: [agent],
    $events: [{ $event_name: 'seen' }, { $event_name, $properties }],
  });
  const choice = { $processing_id: '1', $choice_acceptance_value: true, $choice_ts: 1 };
  test.each([
    ['a profile', says('$set_user_profile_properties', { $user_account_id: 'ann', vip: true })],
    ['a profile without an account', says('$set_user_profile_properties', { vip: true })],
    ['a choice', says('$set_user_choice', choice)],
    ['a choice in another spelling', says('$set_user_choices', choice)],
    ['a choice that is none here', says(' $SET_user_choice', choice)],
    ['an event of ours that is called so', says('$set_user_choice', { ...choice, $event_id: id(), $category: 'c' })],
    ['whatever else sets something', says('$set_user_something')],
    ['two browsers', { $user_identifiers: [agent, { ...agent, $user_agent_id: 'vec:w' }], $events: [] }],
    ['no browser', { $user_identifiers: [account], $events: [] }],
  ])('is not signed with the public token for %s', async (_, body) => {
    expect(await post(body)).toBe(403);
    expect([await service.waiting(), receiver.arrived]).toEqual([0, []]);
  });

  test('is sent on with the public token as what its browser did, and with no other name', async () => {
    const said = {
      $type: 'SITE_VISIT',
      $ts: 1,
      $site_id: '12',
      $events: [{ $event_name: 'seen', $properties: { a: [1] } }],
    };
    const root = { $user_account_id: 'ann', $compartment_id: '1', $email_hash: 'e', $user_point_id: 'p', other: 1 };
    expect(await post({ ...said, ...root, $user_identifiers: [account, agent] })).toBe(200);
    await soon(() => expect(receiver.arrived).toHaveLength(1));
    expect(JSON.parse(receiver.arrived[0]?.body ?? '')).toEqual({ ...said, $user_identifiers: [agent] });
  });

  test('is sent on with the private token as it came, whatever it sets', async () => {
    const body = { ...says('$set_user_choice', choice), $user_account_id: 'ann', other: 1 };
    expect(await post(body, PRIVATE)).toBe(200);
    await soon(() => expect(receiver.arrived).toHaveLength(1));
    expect(JSON.parse(receiver.arrived[0]?.body ?? '')).toEqual(body);
  });
});

describe('a server that fails', () => {
  test('gets everything once it works: after 503, a portal’s page, a timeout, and a restart of this service', async () => {
    await restart({ timeoutMs: 300 });
    receiver.behave = say(503, '', { 'retry-after': '1' });
    const sent = [await send()];
    await soon(() => expect(receiver.arrived).toHaveLength(1));
    receiver.behave = say(200, '<html>Please log in</html>');
    sent.push(await send());
    await soon(() => expect(receiver.arrived.length).toBeGreaterThan(2));
    const [first, second] = receiver.arrived.map(({ at }) => at);
    expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(990);
    receiver.behave = hang;
    sent.push(await send());
    const before = receiver.arrived.length;
    await soon(() => expect(receiver.arrived.length).toBeGreaterThan(before + 1));
    await restart({ timeoutMs: 300 });
    expect(await service.waiting()).toBe(3);
    sent.push(await send());
    receiver.behave = ok;
    await soon(async () => expect(await service.waiting()).toBe(0));
    expect(new Set(receiver.events())).toEqual(new Set(sent));
    expect(receiver.arrived.every(({ signed }) => signed)).toBe(true);
    expect(await service.outcomes()).toEqual({ delivered: 4 });
  });

  test('delays no other server, and no answers to pages', async () => {
    const other = await openReceiver();
    await relayTo(other.url, '8888');
    receiver.behave = hang;
    for (let n = 0; n < 6; n++) await send();
    const sent = await send('8888');
    await soon(async () => expect([other.events(), await service.waiting()]).toEqual([[sent], 6]));
    await other.close();
  });

  test('gets all activities but one on which it always fails', async () => {
    receiver.behave = say(500);
    const poisoned = await send();
    await soon(() => expect(receiver.events()).toContain(poisoned));
    receiver.behave = (response) => (receiver.arrived.at(-1)?.body.includes(poisoned) ? say(500) : ok)(response);
    const others = [await send(), await send(), await send()];
    await soon(() => expect(receiver.events()).toEqual(expect.arrayContaining(others)));
    await soon(async () => expect(await service.waiting()).toBe(1));
  });

  test('refuses an activity: it is discarded and counted, while a wrong secret is tried again', async () => {
    receiver.behave = say(400, '{"status":"error"}');
    await send();
    await soon(async () => expect(await service.outcomes()).toEqual({ refused: 1 }));
    expect([await service.waiting(), receiver.arrived.length]).toEqual([0, 1]);
    receiver.behave = ok;
    receiver.secret = 'another one';
    await send();
    await soon(() => expect(receiver.arrived.length).toBeGreaterThan(2));
    expect(await service.waiting()).toBe(1);
    await relayTo(receiver.url, DATAMART, 'another one');
    await soon(async () => expect(await service.outcomes()).toEqual({ refused: 1, delivered: 1 }));
  });

  test('is not followed to another address', async () => {
    const elsewhere = await openReceiver();
    receiver.behave = say(307, '', { location: `${elsewhere.url}/v1/datamarts/1/user_activities` });
    await send();
    await soon(() => expect(receiver.arrived.length).toBeGreaterThan(1));
    expect([elsewhere.arrived, await service.waiting()]).toEqual([[], 1]);
    await elsewhere.close();
  });

  test('gets the same activity a hundred times, and no more', async () => {
    const relay = await relayTo(receiver.url);
    receiver.behave = say(503);
    await service.events.relayed.add(customerId, relay, {
      body: '{"$events":[]}',
      receivedAt: Date.now(),
      clock: null,
    });
    for (let tries = 1; tries < 99; tries++) await service.events.relayed.tried(1);
    await restart();
    await soon(async () => expect(await service.outcomes()).toEqual({ 'tried too often': 1 }));
    expect([await service.waiting(), receiver.arrived.length]).toEqual([0, 2]);
  });

  test('with an answer of another protocol is tried again', async () => {
    receiver.behave = (response) =>
      response.socket?.end('HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n');
    await send();
    await soon(() => expect(receiver.arrived.length).toBeGreaterThan(1));
    receiver.behave = (response) => response.socket?.destroy();
    const before = receiver.arrived.length;
    await soon(() => expect(receiver.arrived.length).toBeGreaterThan(before + 1));
    receiver.behave = say(200, `{"status":"ok","data":"${'x'.repeat(100_000)}"}`);
    const long = receiver.arrived.length;
    await soon(() => expect(receiver.arrived.length).toBeGreaterThan(long + 1));
    receiver.behave = ok;
    await soon(async () => expect(await service.waiting()).toBe(0));
  });

  test('gets no activity that is too old, or whose relay was removed', async () => {
    const relay = await relayTo(receiver.url);
    const body = '{"$user_agent_id":"a","$events":[]}';
    await service.events.relayed.add(customerId, relay, { body, receivedAt: Date.now() - 4 * 86_400_000, clock: null });
    receiver.behave = say(503);
    await send();
    await send();
    await soon(async () => expect(await service.outcomes()).toEqual({ 'too old': 1 }));
    await service.content.removeRelay(customerId, relay);
    await soon(async () => expect(await service.outcomes()).toEqual({ 'too old': 1, 'relay removed': 2 }));
    expect(await service.waiting()).toBe(0);
    const later = await relayTo(receiver.url);
    for (let n = 0; n < 5; n++)
      await service.events.relayed.add(customerId, later, { body, receivedAt: Date.now(), clock: null });
    await service.content.removeRelay(customerId, later);
    await restart();
    await soon(async () => expect(await service.outcomes()).toEqual({ 'relay removed': 5 }));
  });
});

test.each(['127.0.0.1', 'localhost'])('no request goes to a private address unless it is allowed: %s', async (host) => {
  await relayTo(receiver.url.replace('127.0.0.1', host));
  await restart({ allowPrivate: false });
  await send();
  // Over TLS, too; there it is the address that is refused, before anybody is connected to.
  await relayTo(`https://${host}:${new URL(receiver.url).port}`, '8888');
  await send('8888');
  await soon(async () => {
    const { tries = 0 } = (await service.events.relayed.next(1, [])) ?? {};
    expect(tries).toBeGreaterThan(0);
  });
  expect([receiver.arrived, await service.waiting()]).toEqual([[], 2]);
});

test('the command registers relays, and nothing shows their secrets', async () => {
  const admin = (...args: string[]) => run(service.content, args, data);
  const key = ['--key-id', 'k', '--secret', 'hush'];
  expect(await admin('relay', 'add', 'https://api.example/', '--datamart', '12', ...key)).toContain(
    'https://api.example.',
  );
  const list = await admin('relay', 'list');
  expect(list).toContain('https://api.example  ');
  expect(list).not.toMatch(/hush|what the other/);
  await expect(admin('relay', 'add', 'http://api.example', '--datamart', '12', ...key)).rejects.toThrow('https');
  await expect(admin('relay', 'add', 'https://a:b@api.example', '--datamart', '12', ...key)).rejects.toThrow('https');
  await expect(admin('relay', 'add', 'https://api.example', '--datamart', 'x', ...key)).rejects.toThrow('number');
  await expect(admin('relay', 'add', 'https://api.example', '--datamart', `${customerId}`, ...key)).rejects.toThrow(
    'own',
  );
  await service.content.addToken(customerId, 'private', 'desk', 'fedcba');
  const answer = await fetch(`${service.url}/admin/v1/relays`, { headers: { authorization: 'Bearer fedcba' } });
  expect(JSON.stringify(await answer.json())).not.toMatch(/hush|what the other/);
  await admin('relay', 'remove', '2');
  await expect(admin('relay', 'remove', '2')).rejects.toThrow('no relay');
});
