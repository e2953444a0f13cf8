import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { StampedEvent } from '../../../src/events/vocabulary.ts';
import { activities } from '../../../src/wires/activities/encode.ts';
import { tracking } from '../../../src/wires/tracking/encode.ts';
import { readTotals } from '../../store/testing/read-events.ts';
import { SHOP_ORIGIN } from '../../testing/service.ts';
import { activity, agent, event, id, openDatamart } from './testing/datamart.ts';

let mart: Awaited<ReturnType<typeof openDatamart>>;
beforeAll(async () => {
  mart = await openDatamart();
});
afterAll(() => mart.close());

describe('our wire', () => {
  const at = Date.now() - 1000;
  const events = (): StampedEvent[] => [
    {
      kind: 'media',
      action: 'click',
      id: id(),
      at,
      instance: 'abc',
      scope: { kind: 'stream', id: '2' },
      media: '7',
      pics: 3,
      segments: [['näme', '日本']],
      analyticsId: 'visitor 🙂',
      pageUrl: 'https://shop.example/p',
    },
    {
      kind: 'checkout',
      id: id(),
      at,
      transactionId: 'T1',
      products: [
        { id: 'mug', amount: 2 },
        { id: 'mug', amount: 2 },
      ],
      currency: 'EUR',
      segments: [],
      analyticsId: 'visitor 🙂',
    },
    { kind: 'choice', id: id(), at, choice: 'granted', analyticsId: 'visitor 🙂' },
  ];
  const deliver = async (request: { url: string; body?: string; ids: string[] } | undefined) => {
    const response = await fetch(request?.url ?? '', {
      method: 'POST',
      body: request?.body ?? '',
      headers: { origin: SHOP_ORIGIN },
    });
    return {
      status: response.status,
      body: await response.text(),
      cors: response.headers.get('access-control-allow-origin'),
    };
  };

  test('is stored as the tracking wire stores it, once, whatever wires brought it', async () => {
    const wire = activities({ url: mart.url, datamart: mart.customerId, key: mart.key });
    const sent = events();
    const before = mart.rows().length;
    const requests = wire.encode(sent, 16_384, Date.now());
    const outcomes: unknown[] = [];
    for (const request of requests) {
      const answer = await deliver(request);
      expect(answer).toEqual({ status: 200, body: '{"status":"ok","data":true}', cors: SHOP_ORIGIN });
      outcomes.push(...wire.settle(request, answer).values());
    }
    expect(outcomes).toEqual(['accepted', 'accepted', 'accepted']);
    const rows = mart.rows().slice(before);
    expect(rows).toMatchObject([
      {
        id: sent[0]?.id,
        kind: 'media',
        action: 'click',
        media_id: '7',
        scope_kind: 'stream',
        scope_id: '2',
        segments: { näme: '日本' },
        analytics_id: 'visitor 🙂',
        page_url: 'https://shop.example/p',
        occurred_at: at,
        wire: 'activities',
      },
      {
        id: sent[1]?.id,
        kind: 'checkout',
        transaction_id: 'T1',
        products: [
          { id: 'mug', amount: 2 },
          { id: 'mug', amount: 2 },
        ],
        currency: 'EUR',
      },
      { id: sent[2]?.id, kind: 'choice', action: 'granted' },
    ]);
    const totals = readTotals(mart.data);
    for (const request of requests) await deliver(request);
    await deliver(tracking({ api: mart.url, key: mart.key }).encode(sent, 16_384, Date.now())[0]);
    expect(mart.rows().slice(before)).toEqual(rows);
    expect(readTotals(mart.data)).toEqual(totals);
  });

  test('loses a choice that the page may not make, and nothing that happened beside it', async () => {
    const wire = activities({ url: mart.url, datamart: mart.customerId, key: mart.key });
    const known = { $user_identifiers: [agent('vec:visitor 🙂')], $user_account_id: 'somebody' };
    expect((await mart.send(known)).status).toBe(200);
    const outcomes = new Map<string, string>();
    const sent = events();
    const [first, sale, choice] = sent as [StampedEvent, StampedEvent, StampedEvent];
    for (const request of wire.encode([first, choice, sale], 16_384, Date.now()))
      for (const [eventId, outcome] of wire.settle(request, await deliver(request))) outcomes.set(eventId, outcome);
    expect(sent.map((event) => outcomes.get(event.id))).toEqual(['accepted', 'accepted', 'refused']);
  });

  test('is corrected when the sender’s clock is an hour slow; another client’s time is its own', async () => {
    const hour = 3_600_000;
    const wire = activities({ url: mart.url, datamart: mart.customerId, key: mart.key });
    const [first] = events() as [StampedEvent];
    await deliver(wire.encode([{ ...first, at: Date.now() - hour }], 16_384, Date.now() - hour)[0]);
    expect(Math.abs((mart.rows().at(-1)?.occurred_at ?? 0) - Date.now())).toBeLessThan(60_000);
    await deliver(
      wire.encode(
        [{ kind: 'choice', choice: 'granted', id: id(), at: Date.now() - hour, analyticsId: 'slow' }],
        16_384,
        Date.now() - hour,
      )[0],
    );
    const { body } = await mart.ask('/user_points/user_agent_id=vec:slow/user_choices');
    expect(Math.abs((body.data as [{ $choice_ts: number }])[0].$choice_ts - Date.now())).toBeLessThan(60_000);
    const $ts = Date.now() - hour;
    await mart.send({ ...activity({ ...event('x'), $ts }), $ts });
    expect(mart.rows().at(-1)?.occurred_at).toBe($ts);
  });
});

describe('another client', () => {
  test('keeps what it says in its own words', async () => {
    const { status, body } = await mart.send({
      ...activity(event('$item_view', { $id: 'x', deep: { a: [1] } })),
      $site_id: '12',
    });
    expect([status, body]).toEqual([200, { status: 'ok', data: true }]);
    expect(mart.rows().at(-1)).toMatchObject({
      kind: 'other',
      action: '$item_view',
      analytics_id: '123',
      props: {
        category: 'activity',
        properties: { $id: 'x', deep: { a: [1] } },
        activity: { type: 'SITE_VISIT', session_status: 'IN_SESSION', site_id: '12' },
      },
    });
  });

  test('counts as often as it comes without an id, and may say no event at all', async () => {
    const before = mart.rows().length;
    const sent = activity(event('seen'));
    await mart.send(sent);
    await mart.send(sent);
    expect(mart.rows().length).toBe(before + 2);
    expect((await mart.send(activity())).status).toBe(200);
    expect(mart.rows().length).toBe(before + 2);
  });
});
