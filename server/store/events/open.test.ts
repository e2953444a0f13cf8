import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { NewerVersionError } from '../opening.ts';
import { StorageError } from '../storage-error.ts';
import { eventStoreContract } from '../testing/contract/event-store.ts';
import { readEvents, readTotals, recountTotals } from '../testing/read-events.ts';
import { dayOf } from './days.ts';
import type { EventRow } from './event-row.ts';
import type { EventStore } from './event-store.ts';
import { openEventStore } from './open.ts';
import { MAX_WAITING } from './writing/capacity.ts';

let folder: string;
let errors: string[];
const log = { error: (_: object, message: string) => errors.push(message) };
const open = () => openEventStore(folder, log);
/** Senders are told to come again, and no request writes a line into the log. */
const BUSY = { name: 'StorageError', kind: 'busy', store: 'events', silent: true };

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vitrine-events-'));
  errors = [];
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const NOON = Date.UTC(2026, 4, 17, 12);
const row = (id: string, extra: Partial<EventRow> = {}): EventRow => ({
  id,
  kind: 'media',
  action: 'click',
  mediaId: '7',
  scopeKind: 'stream',
  scopeId: '2',
  analyticsId: 'v',
  occurredAt: NOON,
  receivedAt: NOON,
  wire: 'tracking',
  ...extra,
});

async function using<T>(work: (store: EventStore) => Promise<T>): Promise<T> {
  const store = await open();
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

eventStoreContract(open);

describe('submit', () => {
  test('says of each row what became of it; ids are unique within a customer', async () => {
    await using(async (store) => {
      expect(await store.submit(1, [row('a'), row('b'), row('a')])).toEqual(['accepted', 'accepted', 'repeated']);
      expect(await store.submit(1, [row('b'), row('c')])).toEqual(['repeated', 'accepted']);
      expect(await store.submit(2, [row('a')])).toEqual(['accepted']);
      expect(await store.submit(2, [])).toEqual([]);
    });
    expect(readEvents(folder).map(({ customer_id, id }) => `${customer_id}${id}`)).toEqual(['1a', '1b', '1c', '2a']);
  });

  test('an act that was told as one on a product counts as what it was, in whichever order it is told', async () => {
    const asProductEvent = (id: string) =>
      row(id, { kind: 'product', action: 'interaction', mediaId: undefined, wire: 'product-events' });
    await using(async (store) => {
      expect(await store.submit(1, [asProductEvent('a'), row('b')])).toEqual(['accepted', 'accepted']);
      expect(await store.submit(1, [row('a'), asProductEvent('b')])).toEqual(['accepted', 'repeated']);
      expect(await store.submit(1, [asProductEvent('c'), row('c'), asProductEvent('c')])).toEqual([
        'accepted',
        'accepted',
        'repeated',
      ]);
      expect(await store.submit(2, [row('a')])).toEqual(['accepted']);
      expect(await store.submit(1, [asProductEvent('d')])).toEqual(['accepted']);
    });
    const told = readEvents(folder).map(({ customer_id, id, kind }) => `${customer_id}${id} ${kind}`);
    expect(told.toSorted()).toEqual(['1a media', '1b media', '1c media', '1d product', '2a media']);
    expect(readTotals(folder)).toEqual(recountTotals(folder));
    expect(readTotals(folder).map(({ kind, events }) => `${events} ${kind}`)).toEqual([
      '3 media',
      '1 product',
      '1 media',
    ]);
  });

  test('a row that the database refuses fails alone, and the operator reads why', async () => {
    await using(async (store) => {
      const [good, mixed] = await Promise.all([
        store.submit(1, [row('a')]),
        store.submit(1, [row('b', { pics: 1.5 }), row('c')]),
      ]);
      expect(good).toEqual(['accepted']);
      expect(mixed).toEqual(['refused', 'accepted']);
      expect(await store.submit(1, [row('b')])).toEqual(['accepted']);
    });
    expect(errors).toEqual(['events.db refused an event']);
    expect(readTotals(folder)).toMatchObject([{ events: 3 }]);
  });

  test('stores every column, and any text', async () => {
    const full: Required<EventRow> = {
      ...row('full'),
      previousId: 'ü',
      action: 'shop',
      mediaId: '7',
      scopeKind: 'stream',
      scopeId: '2',
      instanceId: 'i',
      pics: 3,
      abTesting: 0,
      segments: { 'a"b': "c'd", __proto__x: '' },
      transactionId: 'T',
      products: [{ id: 'p:1', amount: 0.1 }],
      currency: 'EUR',
      redirectUrl: 'https://shop.example/?ü',
      referrer: 'r',
      pageUrl: 'x\u202e🙂\u0001',
      userAgent: 'u',
      props: { nested: { deep: [1, null] } },
    };
    await using((store) => store.submit(5, [full]));
    expect(readEvents(folder)).toEqual([
      {
        customer_id: 5,
        id: 'full',
        kind: 'media',
        action: 'shop',
        instance_id: 'i',
        scope_kind: 'stream',
        scope_id: '2',
        media_id: '7',
        analytics_id: 'v',
        previous_id: 'ü',
        pics: 3,
        ab_testing: 0,
        segments: { 'a"b': "c'd", __proto__x: '' },
        transaction_id: 'T',
        products: [{ id: 'p:1', amount: 0.1 }],
        currency: 'EUR',
        redirect_url: 'https://shop.example/?ü',
        referrer: 'r',
        page_url: 'x\u202e🙂\u0001',
        user_agent: 'u',
        occurred_at: NOON,
        received_at: NOON,
        wire: 'tracking',
        props: { nested: { deep: [1, null] } },
      },
    ]);
  });

  test('the queue is bounded: what is too much is refused whole, the rest is stored', async () => {
    await using(async (store) => {
      const many = Array.from({ length: MAX_WAITING - 10 }, (_, n) => row(`many-${n}`));
      const first = store.submit(1, many);
      expect(store.waiting).toBe(many.length);
      await expect(
        store.submit(
          1,
          Array.from({ length: 11 }, (_, n) => row(`late-${n}`)),
        ),
      ).rejects.toMatchObject(BUSY);
      expect(await store.submit(1, [row('last')])).toEqual(['accepted']);
      expect(new Set(await first)).toEqual(new Set(['accepted']));
      expect(store.waiting).toBe(0);
    });
    expect(readEvents(folder)).toHaveLength(MAX_WAITING - 9);
  });

  test('close stores what was submitted before it, and takes nothing after it', async () => {
    const store = await open();
    const submitted = Array.from({ length: 50 }, (_, n) => store.submit(1, [row(`e${n}`)]));
    await store.close();
    expect((await Promise.all(submitted)).flat()).toEqual(Array(50).fill('accepted'));
    await expect(store.submit(1, [row('late')])).rejects.toMatchObject(BUSY);
    expect(readEvents(folder)).toHaveLength(50);
  });
});

describe('daily totals', () => {
  test('grow by what was added, on the UTC day on which it happened', async () => {
    await using(async (store) => {
      await store.submit(1, [row('a'), row('b'), row('a'), row('next', { occurredAt: NOON + 43_200_000 })]);
      await store.submit(1, [row('b'), row('c'), row('other', { mediaId: '8' })]);
      await store.submit(1, [{ ...row('sold', { kind: 'checkout', mediaId: undefined }), action: undefined }]);
    });
    const day = dayOf(NOON);
    const total = (events: number, extra = {}) => ({
      customer_id: 1,
      day,
      kind: 'media',
      action: 'click',
      scope_kind: 'stream',
      scope_id: '2',
      media_id: '7',
      events,
      ...extra,
    });
    expect(readTotals(folder)).toEqual([
      total(1, { kind: 'checkout', action: '', media_id: '' }),
      total(3),
      total(1, { media_id: '8' }),
      total(1, { day: day + 1 }),
    ]);
  });
});

describe('the file', () => {
  test('of a newer version is refused, and left as it is', async () => {
    await using((store) => store.submit(1, [row('a')]));
    const db = new Database(join(folder, 'events.db'));
    db.pragma('user_version = 1000');
    db.close();
    await expect(open()).rejects.toThrow(NewerVersionError);
    await expect(open()).rejects.toThrow(/newer Vitrine \(schema 1000.*VITRINE_DATA/);
    expect(readEvents(folder)).toHaveLength(1);
  });

  test('that is no database is refused', async () => {
    await writeFile(join(folder, 'events.db'), 'These are not the bytes you are looking for.'.repeat(100));
    await expect(open()).rejects.toMatchObject({
      ...{ name: 'StorageError', kind: 'corrupt', store: 'events' },
      message: expect.stringMatching(/events\.db cannot be opened for writing: file is not a database$/),
    });
  });

  test('in a folder that is a file is refused', async () => {
    await writeFile(join(folder, 'file'), '');
    await expect(openEventStore(join(folder, 'file'), log)).rejects.toThrow(StorageError);
  });

  test('is checked by really writing it', async () => {
    const store = await open();
    await store.check();
    // Somebody holds the write lock, as a backup tool or a hung process would; the writer gives up after its timeout.
    const other = new Database(join(folder, 'events.db'));
    other.exec('BEGIN IMMEDIATE');
    await expect(store.check()).rejects.toMatchObject(BUSY);
    other.exec('ROLLBACK');
    other.close();
    await store.check();
    expect(await store.submit(1, [row('a')])).toEqual(['accepted']);
    await store.close();
  });
});

test('every event that was answered survives a kill -9, once', async () => {
  const child = fork(new URL('../testing/submit-forever.ts', import.meta.url), [folder], { stdio: 'inherit' });
  const answered: string[] = [];
  await new Promise<void>((resolve) => {
    child.on('message', (ids: string[]) => {
      answered.push(...ids);
      if (answered.length >= 2_000) resolve();
    });
  });
  child.kill('SIGKILL');
  await once(child, 'exit');
  const stored = await using(async () => readEvents(folder).map(({ id }) => String(id)));
  expect(new Set(stored).size).toBe(stored.length);
  const there = new Set(stored);
  expect(answered.filter((id) => !there.has(id))).toEqual([]);
  expect(readTotals(folder).reduce((sum, { events }) => sum + Number(events), 0)).toBe(stored.length);
});
