import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { IncomingEvent } from '../../../src/events/vocabulary.ts';
import { openEventStore } from '../../store/testing/open-stores.ts';
import { readEvents } from '../../store/testing/read-events.ts';
import { rowOf } from '../ingest/event-row.ts';
import { ago, newVisitor, openTracker } from './testing/tracker.ts';
import { VisitBook } from './visits.ts';

const { shared, track } = openTracker();
const MINUTE = 60_000;

test('a visit goes on after a restart, with the goals that were counted in it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vitrine-visits-'));
  const store = await openEventStore(folder, { error: (details) => console.error(details) });
  try {
    const now = Date.now();
    const { id } = await new VisitBook(store).visitOf(1, 'a', now);
    const event: IncomingEvent = { kind: 'goal', goal: '3', segments: [], analyticsId: 'a' };
    const row = rowOf(event, { receivedAt: now }, 'matomo', { visit: id });
    await store.submit(1, [row]);

    const visitOf = (analyticsId: string, at: number, customerId = 1) =>
      new VisitBook(store).visitOf(customerId, analyticsId, at);
    const found = await visitOf('a', now + 60_000);
    expect([found.id, [...found.goals]]).toEqual([id, [['3', row.id]]]);
    expect((await visitOf('a', now + 31 * 60_000)).id).not.toBe(id);
    expect((await visitOf('b', now)).id).not.toBe(id);
    expect((await visitOf('a', now, 2)).id).not.toBe(id);
  } finally {
    await store.close();
    await rm(folder, { recursive: true });
  }
});

describe('visits', () => {
  const visit = async (query: string) => (await track(query)).rows[0]?.props?.visit;

  test('end after 30 minutes without an act', async () => {
    const who = `_id=${newVisitor()}`;
    const first = await visit(`${who}&cdt=${ago(100 * MINUTE)}`);
    expect(await visit(`${who}&cdt=${ago(75 * MINUTE)}`)).toBe(first);
    expect(await visit(`${who}&cdt=${ago(50 * MINUTE)}`)).toBe(first);
    const second = await visit(`${who}&cdt=${ago(10 * MINUTE)}`);
    expect(second).not.toBe(first);
    expect(await visit(who)).toBe(second);
    // What comes late belongs to the visit of its time.
    expect(await visit(`${who}&cdt=${ago(90 * MINUTE)}`)).toBe(first);
  });

  test('new_visit begins another', async () => {
    const who = `_id=${newVisitor()}`;
    const first = await visit(who);
    const second = await visit(`${who}&new_visit=1`);
    expect(second).not.toBe(first);
    expect(await visit(who)).toBe(second);
  });

  test('belong to cid before _id, and to uid before both', async () => {
    const [a, b] = [newVisitor(), newVisitor()];
    const first = await visit(`_id=${a}`);
    expect(await visit(`_id=${b}&cid=${a}`)).toBe(first);
    const user = await track(`_id=${b}&uid=mila`);
    expect(user.rows[0]?.props).toMatchObject({ user_id: 'mila' });
    expect(user.rows[0]?.props?.visit).not.toBe(first);
    expect(await visit(`_id=${a}&uid=mila`)).toBe(user.rows[0]?.props?.visit);
  });

  test('go on for who logs in and out, and are not shared by two who do', async () => {
    const who = `_id=${newVisitor()}`;
    const first = await visit(who);
    const user = await track(`${who}&uid=noor&idgoal=1`);
    expect(user.rows[0]?.props).toMatchObject({ user_id: 'noor', visit: first });
    expect((await track(`${who}&idgoal=1`)).rows).toEqual([]);
    expect(await visit(who)).toBe(first);
    const other = await visit(`${who}&uid=sam`);
    expect(other).not.toBe(first);
    expect(await visit(`${who}&uid=noor`)).toBe(first);
    expect(await visit(`${who}&uid=sam`)).toBe(other);
    // Once the visit is over, there is nothing to stay in.
    const late = `_id=${newVisitor()}`;
    const over = await visit(`${late}&cdt=${ago(100 * MINUTE)}`);
    expect(await visit(`${late}&uid=ida`)).not.toBe(over);
  });

  test('go on for who logs in after a restart', async () => {
    const device = newVisitor();
    const first = await visit(`_id=${device}`);
    const store = await openEventStore(shared.service.data, { error: (details) => console.error(details) });
    const found = await new VisitBook(store).visitOf(1, 'a', Date.now(), { device });
    expect(found.id).toBe(first);
    await store.close();
  });

  test('of visitors without an id are told apart by what their browser says', async () => {
    const browser = (name: string) => ({ headers: { 'user-agent': name } });
    const [a] = (await track('', browser('Firefox'))).rows;
    const [b] = (await track('', browser('Firefox'))).rows;
    const [c] = (await track('', browser('Chrome'))).rows;
    expect(a?.analytics_id).toMatch(/^[0-9a-f]{16}$/);
    expect(b?.props?.visit).toBe(a?.props?.visit);
    expect(c?.analytics_id).not.toBe(a?.analytics_id);
  });

  test('of visitors without an id are told apart by their address and language, the given before the seen', async () => {
    const who = async (query: string, language = 'fi') => {
      const headers = { 'accept-language': language };
      const asked = `${query}&token_auth=${shared.service.privateKey}`;
      return (await track(asked, { origin: null, headers })).rows[0]?.analytics_id;
    };
    const here = await who('');
    expect(await who('cip=198.51.100.7')).not.toBe(here);
    expect(await who('cip=2001:db8::7')).not.toBe(await who('cip=198.51.100.7'));
    expect(await who('cip=garbage')).toBe(here);
    expect(await who('', 'sv')).not.toBe(here);
    expect(await who('lang=fi', 'sv')).toBe(here);
  });

  test('begin once with a new_visit that is said again', async () => {
    const who = `_id=${newVisitor()}`;
    await visit(who);
    const begun = `${who}&new_visit=1&event_id=0192f3a4-0000-7000-8000-0000000000e1`;
    const second = await visit(begun);
    expect((await track(begun)).rows).toEqual([]);
    expect(await visit(who)).toBe(second);
  });

  test('that two requests begin at once are one', async () => {
    const who = newVisitor();
    await Promise.all([1, 2, 3, 4].map(() => track(`_id=${who}`)));
    const visits = readEvents(shared.service.data).filter(({ analytics_id }) => analytics_id === who);
    expect(visits).toHaveLength(4);
    expect(new Set(visits.map(({ props }) => props?.visit)).size).toBe(1);
  });
});
