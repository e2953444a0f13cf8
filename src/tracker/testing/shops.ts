import { inject } from 'vitest';
import type { CollectorLog, CollectorOrder } from '../../../tools/testing/collector.ts';
import type { Drop } from '../../events/dom.ts';
import type { MediaEvent } from '../../events/vocabulary.ts';
import { tracking } from '../../wires/tracking/encode.ts';
import type { Wire } from '../../wires/wire.ts';
import { createTracker, type Tracker, type TrackerOptions } from '../create-tracker.ts';
import { SETTLED } from '../row.ts';

let keys = 0;
const running: Tracker[] = [];

/** A real collector's view of one key, and trackers that report to it. */
export interface Shop {
  key: string;
  wire: Wire;
  order(how: CollectorOrder): Promise<void>;
  log(): Promise<CollectorLog>;
  /** The media ids of the clicks that are stored, in order of arrival. */
  clicks(): Promise<string[]>;
  start(options?: Partial<TrackerOptions>): Tracker;
}

export function openShop(): Shop {
  const key = `shop-${++keys}-${Math.random()}`;
  const api = inject('collector');
  const log = async () => (await fetch(`${api}/log?auth_token=${key}`)).json();
  return {
    key,
    wire: tracking({ api, key }),
    order: async (how) => {
      await fetch(`${api}/order?auth_token=${key}`, { method: 'POST', body: JSON.stringify(how) });
    },
    log,
    clicks: async () => (await log()).stored.map(({ media }: { media?: string }) => media),
    start(options) {
      const tracker = createTracker({ key, api, ...options });
      running.push(tracker);
      return tracker;
    },
  };
}

/** Takes every tracker off the page and forgets what they left. */
export async function closeShops(): Promise<void> {
  for (const tracker of running.splice(0)) tracker.stop();
  await new Promise((resolve) => {
    const request = indexedDB.deleteDatabase('vitrine');
    request.onsuccess = request.onerror = resolve;
  });
}

export function click(media: string | number, more: Partial<MediaEvent> = {}): Omit<MediaEvent, 'id' | 'at'> {
  const scope = { kind: 'best' } as const;
  return { kind: 'media', action: 'click', instance: 'i', scope, media: `${media}`, pics: 9, segments: [], ...more };
}

interface StoredRow {
  event: { id: string; media?: string };
  states: Record<string, number>;
}

/** The rows in the database that are not settled everywhere, without making one where there is none. */
export async function storedRows(): Promise<StoredRow[]> {
  if (!(await databases()).includes('vitrine')) return [];
  const open = indexedDB.open('vitrine');
  const database = await new Promise<IDBDatabase>((resolve) => {
    open.onsuccess = () => resolve(open.result);
  });
  const all = database.transaction('tracker').objectStore('tracker').getAll(IDBKeyRange.lowerBound([]));
  return new Promise((resolve) => {
    all.onsuccess = () => {
      database.close();
      const rows: StoredRow[] = all.result.flat();
      resolve(rows.filter(({ states }) => Object.values(states).some((state) => state !== SETTLED)));
    };
  });
}

/** Opens the database, made with the tracker's object store if there is none, and closes it when `work` is committed. */
async function inDatabase<T>(work: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const open = indexedDB.open('vitrine');
  open.onupgradeneeded = () => open.result.createObjectStore('tracker');
  const database = await new Promise<IDBDatabase>((resolve) => {
    open.onsuccess = () => resolve(open.result);
  });
  const transaction = database.transaction('tracker', 'readwrite');
  const request = work(transaction.objectStore('tracker'));
  return new Promise((resolve) => {
    transaction.oncomplete = () => {
      database.close();
      resolve(request.result);
    };
  });
}

/** Writes records as any script of the origin can. */
export async function putRecords(records: [key: IDBValidKey, value: unknown][]): Promise<void> {
  for (const [key, value] of records) await inDatabase((store) => store.put(value, key));
}

export const readRecord = (key: IDBValidKey): Promise<unknown> => inDatabase((store) => store.get(key));
export const recordKeys = (): Promise<IDBValidKey[]> => inDatabase((store) => store.getAllKeys());

export async function databases(): Promise<(string | undefined)[]> {
  return (await indexedDB.databases()).map(({ name }) => name);
}

/** What is given up while a test runs. */
export function listenForDrops(): string[] {
  const drops: string[] = [];
  addEventListener('vitrine-drop', ({ detail: { reason, count } }: CustomEvent<Drop>) =>
    drops.push(`${reason} ${count}`),
  );
  return drops;
}
