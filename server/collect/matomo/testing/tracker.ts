import { afterAll, beforeAll } from 'vitest';
import { run } from '../../../cli/admin-commands.ts';
import { openContentStore } from '../../../store/testing/open-stores.ts';
import { readEvents, type StoredEvent } from '../../../store/testing/read-events.ts';
import { openTestService, SHOP_ORIGIN, type TestService } from '../../../testing/service.ts';

export interface Sent {
  status: number;
  type: string | null;
  text: string;
  headers: Headers;
  /** What it stored. */
  rows: StoredEvent[];
}

export interface How {
  method?: string;
  body?: string | Uint8Array<ArrayBuffer>;
  type?: string;
  /** The page's origin: the shop's, unless it says otherwise; none where it is null. */
  origin?: string | null;
  headers?: Record<string, string>;
}

/** A service for the tests of one file, and a tracker's way to it. */
export function openTracker() {
  const shared = {} as { service: TestService };
  beforeAll(async () => {
    shared.service = await openTestService();
    const store = await openContentStore(shared.service.data);
    await run(store, ['goal', 'add', 'Newsletter', '--customer', 'shop'], shared.service.data);
    await store.close();
  });
  afterAll(() => shared.service.close());

  async function ask(path: string, how: How = {}): Promise<Sent> {
    const { service } = shared;
    const { method = how.body === undefined ? 'GET' : 'POST', body, type, origin = SHOP_ORIGIN, headers } = how;
    const before = readEvents(service.data).length;
    const response = await fetch(service.url + path, {
      method,
      ...(body !== undefined && { body }),
      headers: { ...(origin !== null && { origin }), ...(type && { 'content-type': type }), ...headers },
    });
    return {
      status: response.status,
      type: response.headers.get('content-type'),
      text: await response.text(),
      headers: response.headers,
      rows: readEvents(service.data).slice(before),
    };
  }

  return {
    shared,
    ask,
    /** One request of the shop's page, of site 1 and to be stored. */
    track: (query: string, how?: How) => ask(`/matomo.php?idsite=${shared.service.customerId}&rec=1&${query}`, how),
    /** Many. */
    bulk: (body: unknown, how?: How) =>
      ask('/matomo.php', { ...how, method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) }),
  };
}

let visitors = 0;
/** A visitor of its own for each test. */
export function newVisitor(): string {
  return (++visitors).toString(16).padStart(16, '0');
}

/** A time as `cdt` says it: unix seconds. */
export const ago = (ms: number) => Math.floor((Date.now() - ms) / 1000);
