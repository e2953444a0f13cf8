import { once } from 'node:events';
import { connect } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventsFor, linesTo, send } from '../../bench/faults/traffic.ts';
import { refusingStore, unavailable } from '../store/testing/refusing-store.ts';
import { openTestService, SHOP_ORIGIN, type TestService } from '../testing/service.ts';
import { Load } from './overload-guard.ts';

/** With a clock of its own, since a test's turns take as long as the machine likes. */
function watched(full = false) {
  const said: string[] = [];
  const clock = { ms: 1000, away: 0 };
  const events = { full, drained: 0, drain: () => void events.drained++ };
  const load = new Load({ warn: (message: string) => void said.push(message) }, events, {
    now: () => clock.ms,
    worked: () => clock.ms - clock.away,
  });
  return { said, load, clock, events };
}

describe('there are too many requests', () => {
  test('when two long turns follow each other, and only for what the second cannot serve', async () => {
    const { load, said, clock } = watched();
    expect(load.exceeded()).toBe(false);
    clock.ms += 50;
    // One long turn alone is an accident.
    expect(load.exceeded()).toBe(false);
    await turn();
    expect(load.exceeded()).toBe(false);
    expect(said).toEqual([]);
    clock.ms += 50;
    expect(load.exceeded()).toBe(true);
    expect(load.exceeded()).toBe(true);
    expect(said).toEqual(['more requests arrive than can be served; some senders are told to come again']);
    await turn();
    // Whoever comes first in a turn is served.
    expect(load.exceeded()).toBe(false);
  });

  test('the sooner in a turn the longer it took to refuse those of the turn before', async () => {
    const { load, clock } = watched();
    /** Asks until one is refused. Resolves to how far the turn was, in milliseconds, when the turn has ended. */
    const refusedAfter = async (refusing: number) => {
      const began = clock.ms;
      while (!load.exceeded()) clock.ms += 1;
      const taken = clock.ms - began;
      clock.ms += refusing;
      await turn();
      return taken;
    };
    expect(await refusedAfter(0)).toBe(61);
    // A turn of 40 is no excess where nobody is refused: code that is still cold takes so long with few.
    expect(await refusedAfter(10)).toBe(41);
    expect(await refusedAfter(30)).toBe(31);
    // Never less than this, or nothing would be taken in the end.
    expect(await refusedAfter(5)).toBe(26);
    expect(await refusedAfter(0)).toBe(36);
  });

  test('no more when the event loop had nothing to do', async () => {
    const { load, clock } = watched();
    for (let time = 0; time < 3; time++) {
      expect(load.exceeded()).toBe(false);
      clock.ms += 50;
      expect(load.exceeded()).toBe(false);
      await turn();
      clock.ms += 10;
    }
  });

  test('when one turn is very long', () => {
    const { load, clock, events } = watched();
    expect(load.exceeded()).toBe(false);
    expect(events.drained).toBe(0);
    clock.ms += 100;
    expect(load.exceeded()).toBe(true);
    // Those that were taken do not wait while others are refused.
    expect(events.drained).toBe(1);
  });

  test('not when the core was taken away in the midst of turns, however long they are', async () => {
    const { load, clock } = watched();
    expect(load.exceeded()).toBe(false);
    clock.ms += 100;
    clock.away += 90;
    expect(load.exceeded()).toBe(false);
    await turn();
    expect(load.exceeded()).toBe(false);
    clock.ms += 50;
    clock.away += 50;
    expect(load.exceeded()).toBe(false);
    clock.ms += 50;
    expect(load.exceeded()).toBe(true);
  });

  test('by the thread’s own clock: what it worked, and not what it waited', () => {
    const open = () => new Load({ warn: () => {} }, { full: false, drain: () => {} });
    const waits = open();
    expect(waits.exceeded()).toBe(false);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
    expect(waits.exceeded()).toBe(false);
    const works = open();
    expect(works.exceeded()).toBe(false);
    const began = process.threadCpuUsage();
    for (let spent = 0; spent < 70_000; ) {
      const { user, system } = process.threadCpuUsage(began);
      spent = user + system;
    }
    expect(works.exceeded()).toBe(true);
  });

  test('when the queue of events is full', () => {
    expect(watched(true).load.exceeded()).toBe(true);
  });
});

describe('the excess', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await openTestService({ events: { ...refusingStore(unavailable('not to be asked')), full: true } });
  });
  afterAll(() => service.close());

  test('is told by every wire, in its own words, to come again; what is no event is served', async () => {
    const shapes: Record<string, RegExp> = {
      tracking: /^\{"metadata":\{"code":503,/,
      matomo: /^The service cannot store events now; /,
      'product-events': /^\{"error":\{"type":"unavailable",/,
      activities: /^\{"status":"error","error":/,
    };
    const lines = linesTo(service.url, { ...service, origin: SHOP_ORIGIN });
    expect(lines.map(({ wire }) => wire.name)).toEqual(Object.keys(shapes));
    for (const { wire, events } of lines) {
      const [request] = wire.encode(eventsFor(wire, events), 65_536, Date.now());
      if (!request) throw new Error('nothing to send');
      const answer = await send(request, SHOP_ORIGIN);
      expect(answer).toMatchObject({
        status: 503,
        retryAfter: '2',
        body: expect.stringMatching(shapes[wire.name] ?? /$^/),
      });
      expect(new Set(wire.settle(request, answer ?? { status: 0, body: '' }).values())).toEqual(new Set(['retry']));
    }
    expect((await fetch(`${service.url}/docs/json`)).status).toBe(200);
    // The operator sees them, too.
    expect(await (await fetch(`${service.url}/metrics`)).text()).toMatch(
      /vitrine_http_request_seconds_count\{[^}]*route="\/track\/bulk"[^}]*status="503"[^}]*\} 1/,
    );
  });

  test.each([
    ['.gif', 'image/gif'],
    ['.json', 'application/json; charset=utf-8'],
  ])('of GET …%s is told in that format, is never kept, and runs nowhere', async (extension, type) => {
    const answer = await fetch(`${service.url}/track/widget/a/best/render${extension}?analytics_id=1&pics=1`);
    expect([answer.status, Object.fromEntries(answer.headers)]).toEqual([
      503,
      expect.objectContaining({
        'cache-control': 'no-store',
        'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
        'content-type': type,
        vary: 'Origin',
        'x-content-type-options': 'nosniff',
      }),
    ]);
  });

  test('is answered before its body is there, and the page may read how long to wait', async () => {
    const socket = connect(Number(new URL(service.url).port), '127.0.0.1');
    socket.write(
      `POST /track/bulk?auth_token=${service.key} HTTP/1.1\r\nHost: a\r\nOrigin: ${SHOP_ORIGIN}\r\nContent-Type: text/plain\r\nContent-Length: 1000\r\n\r\n`,
    );
    const [answer] = await once(socket, 'data');
    socket.destroy();
    expect(String(answer)).toMatch(/^HTTP\/1\.1 503 /);
    expect(String(answer)).toContain(`access-control-allow-origin: ${SHOP_ORIGIN}`);
    expect(String(answer)).toContain('access-control-expose-headers: Retry-After');
    expect(String(answer)).toContain('retry-after: 2');
  });
});
