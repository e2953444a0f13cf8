import { expect, test } from 'vitest';
import type { MediaEvent, Stamp } from '../../events/vocabulary.ts';
import { tracking } from '../../wires/tracking/encode.ts';
import { createDatabase } from '../database.ts';
import { createOutbox } from '../outbox.ts';
import { encodeBatches, encodeEvents } from './batch.ts';
import type { Destination } from './destination.ts';

const wire = tracking({ api: 'https://ugc.test', key: 'k' });

function click(media: number, more: object = {}): MediaEvent & Stamp {
  const id = `0192f3a4-0000-7000-8000-${String(media).padStart(12, '0')}`;
  const scope = { kind: 'best' } as const;
  const act = { kind: 'media', action: 'click', instance: 'i', scope, media: `${media}`, pics: 9 } as const;
  const pageUrl = `https://shop.test/${'a'.repeat(200)}`;
  return { ...act, id, at: 1, analyticsId: 'visitor', pageUrl, segments: [], ...more };
}

const clicks = (count: number) => Array.from({ length: count }, (_, media) => click(media));

test('an event that the wire cannot encode is in no request, and the others are', () => {
  const events = clicks(9);
  // Not a text: the wire throws.
  events[5] = click(5, { media: 5 });
  const ids = encodeEvents(wire, events).flatMap(({ ids }) => ids);
  expect(ids).toEqual(events.filter((_, media) => media !== 5).map(({ id }) => id));
  expect(encodeEvents(wire, [click(5, { media: 5 })])).toEqual([]);
});

test('each batch has the rows of its request, and no request is larger than 16 KiB', () => {
  // Node has no IndexedDB: the outbox is in memory, as in a browser that blocks its databases.
  const database = createDatabase(
    () => true,
    () => {},
  );
  const outbox = createOutbox('page', ['tracking'], database);
  const events = clicks(120);
  for (const event of events) outbox.add(event, 400);
  const batches = encodeBatches({ name: 'tracking', wire, outbox } as Destination, outbox.waiting('tracking'));
  expect(batches.length).toBeGreaterThan(1);
  for (const { request, rows } of batches) {
    expect(rows.map(({ event }) => event.id)).toEqual(request.ids);
    expect(request.body?.length).toBeLessThanOrEqual(16_384);
  }
  expect(batches.flatMap(({ rows }) => rows.map(({ event }) => event))).toEqual(events);
});
