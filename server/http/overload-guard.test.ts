import { once } from 'node:events';
import { connect } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventsFor, linesTo, send } from '../../bench/faults/traffic.ts';
import { refusingStore, unavailable } from '../store/testing/refusing-store.ts';
import { openTestService, SHOP_ORIGIN, type TestService } from '../testing/service.ts';
import { OverloadGuard } from './overload-guard.ts';

/** With a clock of its own, since a test's turns take as long as the machine likes. */
function watched(full = false) {
  const said: string[] = [];
  const clock = { ms: 1000, away: 0 };
  const events = { full, drained: 0, drain: () => void events.drained++ };
  const guard = new OverloadGuard({ warn: (message: string) => void said.push(message) }, events, {
    nowMs: () => clock.ms,
    workedMs: () => clock.ms - clock.away,
  });
  return { said, guard, clock, events };
}

describe('requests are rejected', () => {
  test('when two long turns follow each other, and only those that the second cannot serve', async () => {
    const { guard, said, clock } = watched();
    expect(guard.shouldReject()).toBe(false);
    clock.ms += 50;
    // One long turn alone is an accident.
    expect(guard.shouldReject()).toBe(false);
    await turn();
    expect(guard.shouldReject()).toBe(false);
    expect(said).toEqual([]);
    clock.ms += 50;
    expect(guard.shouldReject()).toBe(true);
    expect(guard.shouldReject()).toBe(true);
    expect(said).toEqual(['more requests arrive than can be served; some senders are told to try again']);
    await turn();
    // Whoever comes first in a turn is served.
    expect(guard.shouldReject()).toBe(false);
  });

  test('the earlier in a turn, the longer the rejections of the turn before took', async () => {
    const { guard, clock } = watched();
    /** Asks until one is refused. Resolves to how far the turn was, in milliseconds, when the turn has ended. */
    const refusedAfter = async (refusing: number) => {
      const began = clock.ms;
      while (!guard.shouldReject()) clock.ms += 1;
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

  test('no longer after the event loop was idle', async () => {
    const { guard, clock } = watched();
    for (let time = 0; time < 3; time++) {
      expect(guard.shouldReject()).toBe(false);
      clock.ms += 50;
      expect(guard.shouldReject()).toBe(false);
      await turn();
      clock.ms += 10;
    }
  });

  test('when a single turn is very long', () => {
    const { guard, clock, events } = watched();
    expect(guard.shouldReject()).toBe(false);
    expect(events.drained).toBe(0);
    clock.ms += 100;
    expect(guard.shouldReject()).toBe(true);
    // Those that were taken do not wait while others are refused.
    expect(events.drained).toBe(1);
  });

  test('not when other processes took the core away during long turns', async () => {
    const { guard, clock } = watched();
    expect(guard.shouldReject()).toBe(false);
    clock.ms += 100;
    clock.away += 90;
    expect(guard.shouldReject()).toBe(false);
    await turn();
    expect(guard.shouldReject()).toBe(false);
    clock.ms += 50;
    clock.away += 50;
    expect(guard.shouldReject()).toBe(false);
    clock.ms += 50;
    expect(guard.shouldReject()).toBe(true);
  });

  test('by the time that the thread worked, not by the time that it waited', () => {
    const open = () => new OverloadGuard({ warn: () => {} }, { full: false, drain: () => {} });
    const waits = open();
    expect(waits.shouldReject()).toBe(false);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
    expect(waits.shouldReject()).toBe(false);
    const works = open();
    expect(works.shouldReject()).toBe(false);
    const began = process.threadCpuUsage();
    for (let spent = 0; spent < 70_000; ) {
      const { user, system } = process.threadCpuUsage(began);
      spent = user + system;
    }
    expect(works.shouldReject()).toBe(true);
  });

  test('when the queue of events is full', () => {
    expect(watched(true).guard.shouldReject()).toBe(true);
  });
});

describe('a rejected request', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await openTestService({ events: { ...refusingStore(unavailable('not to be asked')), full: true } });
  });
  afterAll(() => service.close());

  test('is answered 503 in the shape of its wire, while other requests are served', async () => {
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
  ])('of GET …%s is answered in that format, is never cached, and runs nowhere', async (extension, type) => {
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

  test('is answered before its body arrives, and the page can read Retry-After', async () => {
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
