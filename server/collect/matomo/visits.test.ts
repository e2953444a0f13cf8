import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { IncomingEvent } from '../../../src/events/vocabulary.ts';
import { openEventStore } from '../../store/events/open.ts';
import { rowOf } from '../row.ts';
import { VisitBook } from './visits.ts';

test('a visit goes on after a restart, with the goals that were counted in it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vitrine-visits-'));
  const store = await openEventStore(folder, { error: (details) => console.error(details) });
  try {
    const now = Date.now();
    const { id } = await new VisitBook(store).visitOf(1, 'a', now, false);
    const event: IncomingEvent = { kind: 'goal', goal: '3', segments: [], analyticsId: 'a' };
    const row = rowOf(event, { receivedAt: now }, 'matomo', { visit: id });
    await store.submit(1, [row]);

    const visitOf = (analyticsId: string, at: number, customerId = 1) =>
      new VisitBook(store).visitOf(customerId, analyticsId, at, false);
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
