import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { eventsFor, linesTo } from '../../bench/faults/traffic.ts';
import { EVENT_TYPES } from '../../src/wires/product-events/event-types.ts';
import { StorageError } from '../store/storage-error.ts';
import { refusingStore, unavailable } from '../store/testing/refusing-store.ts';
import { openTestService, SHOP_ORIGIN, type TestService } from '../testing/service.ts';

/** The log of the requests of a service whose event store fails. */
const lines: { level: string; route?: string }[] = [];
const logOfRequests = () => lines.splice(0).filter(({ route }) => route !== undefined);
const openFailing = (error: Error) =>
  openTestService({
    events: refusingStore(error),
    logLevel: 'error',
    logStream: { write: (line) => void lines.push(JSON.parse(line)) },
  });

describe('a disk error while an event is stored', () => {
  let service: TestService;
  beforeEach(async () => {
    service = await openFailing(Object.assign(new Error('no space left on device'), { code: 'ENOSPC' }));
  });
  afterEach(() => service.close());

  test.each(['tracking', 'matomo', 'product-events', 'activities'])(
    '%s answers 503 with Retry-After, which pages can read, and the log has the error once',
    async (name) => {
      const line = linesTo(service.url, { ...service, origin: SHOP_ORIGIN }).find(({ wire }) => wire.name === name);
      const [request] = line?.wire.encode(eventsFor(line.wire, 1), 65_536, Date.now()) ?? [];
      if (!request) throw new Error(`${name} sends nothing`);
      const { url, method, body = null, headers } = request;
      const response = await fetch(url, {
        ...{ method, body },
        headers: { origin: SHOP_ORIGIN, 'content-type': 'text/plain', ...headers },
      });
      expect(response.status).toBe(503);
      expect(Object.fromEntries(response.headers)).toMatchObject({
        'retry-after': '2',
        'cache-control': 'no-store',
        'access-control-allow-origin': SHOP_ORIGIN,
        'access-control-expose-headers': 'Retry-After',
      });
      expect(await response.text()).not.toContain('no space left');
      expect(logOfRequests()).toMatchObject([{ level: 'error', err: { message: 'no space left on device' } }]);
    },
  );
});

test('a failed reading of the event store is logged, since the store itself logs only failed writes', async () => {
  const service = await openFailing(new StorageError('readonly', 'disk I/O error', { store: 'events' }));
  onTestFinished(() => service.close());
  const read = await fetch(`${service.url}/api/analytics/events?bearer_token=${service.privateKey}`);
  expect([read.status, read.headers.get('retry-after')]).toEqual([503, '2']);
  expect(logOfRequests()).toMatchObject([{ level: 'error', err: { message: 'disk I/O error' } }]);
});

test('a failed writing of the event store is not logged for each request, since the store logs it', async () => {
  const service = await openFailing(unavailable('disk I/O error'));
  onTestFinished(() => service.close());
  const url = `${service.url}/api/analytics/events?bearer_token=${service.privateKey}`;
  const body = JSON.stringify({ eventType: EVENT_TYPES.ar_offered, sessionId: 's' });
  const created = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  expect([created.status, created.headers.get('retry-after')]).toEqual([503, '2']);
  expect(logOfRequests()).toEqual([]);
});
