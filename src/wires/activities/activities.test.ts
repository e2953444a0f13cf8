import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EVENTS } from '../../events/testing/any-event.ts';
import type { StampedEvent } from '../../events/vocabulary.ts';
import { eventsOf, kindsOf } from '../testing/proven.ts';
import { COVERAGE } from './coverage.ts';
import { type Activity, decode } from './decode.ts';
import { activities } from './encode.ts';

const wire = activities({ url: 'https://ugc.example', datamart: 7 });
const NOW = 1_750_000_000_000;

/** Any event, and those in whose texts stand the names of this protocol. */
const event = eventsOf(COVERAGE);
const NAMED = ['$set_user_choice', '$page_view', 'media_click', 'search', 'vec:1', '"\\', 'constructor', '0'];
const named = fc
  .record({ event, name: fc.constantFrom(...NAMED) })
  .map(
    ({ event, name }): StampedEvent =>
      event.kind === 'other' ? { ...event, analyticsId: name, action: name } : { ...event, analyticsId: name },
  );

/** The activity in a body, which has to be one. */
function activityIn(body: unknown): Activity {
  const found = decode(body);
  if ('detail' in found) throw new Error(found.detail);
  return found;
}

/** What the service reads of everything that a wire wrote. */
function arrived(events: readonly StampedEvent[], limit = 16_384) {
  return wire
    .encode(events, limit, NOW)
    .flatMap(({ body = '' }) =>
      activityIn(JSON.parse(body)).events.map(({ event, properties }) => ({ event, properties })),
    );
}

describe('decode(encode(event))', () => {
  test.each(kindsOf(COVERAGE))('keeps all of a %s', (kind) => {
    fc.assert(
      fc.property(EVENTS[kind] as fc.Arbitrary<StampedEvent>, (event) => {
        expect(arrived([event])).toEqual([{ event, properties: undefined }]);
      }),
      { numRuns: 200 },
    );
  });

  test('keeps a sale without its names where they are too long for a request', () => {
    const { id, at, analyticsId } = render(1);
    const sale = { kind: 'checkout', id, at, analyticsId, transactionId: 'T', currency: 'EUR', segments: [] } as const;
    const mug = { id: 'mug', amount: 1 };
    const named = (name: string): StampedEvent => ({ ...sale, segments: [], products: [{ ...mug, name }] });
    expect(arrived([named('杯'.repeat(30_000))]).map(({ event }) => event)).toEqual([{ ...sale, products: [mug] }]);
  });

  test('keeps texts that are names of this protocol', () => {
    fc.assert(
      fc.property(named, (event) => {
        expect(arrived([event])).toEqual([{ event, properties: undefined }]);
      }),
      { numRuns: 500 },
    );
  });

  test('loses of a profile only the keys that say whose it is and what the service says of it', () => {
    const lost = {
      $event_id: 1,
      $url: 'u',
      $referrer: 'r',
      $user_account_id: 'x',
      $compartment_id: 'x',
      $category: 'x',
    };
    const ours = { $compartmentId: 'x', $creation_ts: 1, $last_modified_ts: 1 };
    const properties = { ...lost, ...ours, $first_name: 'Ann', $ts: 1, $kind: 'k' };
    const { id, at, analyticsId } = render(1);
    const event: StampedEvent = { kind: 'profile', id, at, analyticsId, account: 'ann', properties };
    expect(arrived([event])).toEqual([
      { event: { ...event, properties: { $first_name: 'Ann', $ts: 1, $kind: 'k' } }, properties: undefined },
    ]);
  });

  test('keeps each event of a batch once, in order, one visitor to an activity, none over the limit', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(event, named), { maxLength: 20 }),
        fc.integer({ min: 400, max: 16_384 }),
        (events, limit) => {
          expect(arrived(events, limit).map(({ event }) => event)).toEqual(events);
          for (const { body = '', ids } of wire.encode(events, limit, NOW))
            expect(ids.length === 1 || new TextEncoder().encode(body).length <= limit).toBe(true);
        },
      ),
      { numRuns: 200 },
    );
  });
});

const render = (id: number, analyticsId = 'v'): StampedEvent => ({
  kind: 'vital',
  name: 'CLS',
  value: 0.02,
  id: `0192f3a4-0000-7000-8000-${String(id).padStart(12, '0')}`,
  at: NOW - 1000,
  analyticsId,
});

describe('an activity', () => {
  const profile = { ...render(1), kind: 'profile', account: 'ann', properties: { $first_name: 'Ann' } } as StampedEvent;
  const choice = { ...render(2), kind: 'choice', choice: 'denied' } as StampedEvent;
  const bodies = (options: object, events: StampedEvent[]) =>
    activities({ url: 'https://ugc.example', datamart: 7, site: '12', compartment: '3', ...options })
      .encode(events, 16_384, NOW)
      .map(({ body = '' }) => JSON.parse(body));

  test('is what the specification has', () => {
    const about = { $type: 'SITE_VISIT', $session_status: 'IN_SESSION', $site_id: '12', $ts: NOW, sent_at: NOW };
    const agent = { $type: 'USER_AGENT', $user_agent_id: 'vec:v' };
    const account = { $user_account_id: 'ann', $compartment_id: '3' };
    const $ts = NOW - 1000;
    expect(bodies({}, [profile, choice])).toEqual([
      {
        ...about,
        $user_identifiers: [agent, { $type: 'USER_ACCOUNT', ...account }],
        $events: [
          {
            $ts,
            $event_name: '$set_user_profile_properties',
            $properties: { $first_name: 'Ann', ...account, $event_id: render(1).id },
          },
        ],
      },
      {
        ...about,
        $user_identifiers: [agent],
        $events: [
          {
            $ts,
            $event_name: '$set_user_choice',
            $properties: {
              ...{ $processing_id: '1', $choice_ts: $ts, $choice_acceptance_value: false },
              $event_id: render(2).id,
            },
          },
        ],
      },
    ]);
  });

  test('has the public token in its address, where a beacon carries it', () => {
    const [request] = activities({ url: 'https://ugc.example', datamart: 7, key: 'k&y' }).encode([choice], 16_384, NOW);
    expect(request).toMatchObject({
      method: 'POST',
      url: 'https://ugc.example/v1/datamarts/7/user_activities?auth_token=k%26y',
      beacon: true,
    });
    expect(request).not.toHaveProperty('headers');
  });

  test('with the public token is no profile, and what may be refused takes nothing else with it', () => {
    const own = { ...render(4), kind: 'other', category: 'c', action: '$set_x', segments: [] } as StampedEvent;
    const sent = bodies({ key: 'k' }, [render(3), profile, choice, render(5), render(6), own, render(7)]);
    expect(sent.map(({ $events }) => $events.map((event: { $event_name: string }) => event.$event_name))).toEqual([
      ['vital'],
      ['$set_user_choice'],
      ['vital', 'vital'],
      ['$set_x'],
      ['vital'],
    ]);
    expect(JSON.stringify(sent)).not.toMatch(/ann|Ann|USER_ACCOUNT/);
    expect(bodies({ key: 'k' }, [profile])).toEqual([]);
    expect(bodies({ token: 't' }, [profile])).toHaveLength(1);
  });

  test('finds its server with or without a slash at the end', () => {
    const [request] = activities({ url: 'https://ugc.example/', datamart: '7' }).encode([render(1)], 16_384, NOW);
    expect(request?.url).toBe('https://ugc.example/v1/datamarts/7/user_activities');
  });

  test('goes to another server with its token in a header, which no beacon can carry', () => {
    const [request] = activities({ url: 'https://other.example', datamart: 7, token: 't' }).encode(
      [render(1)],
      16_384,
      NOW,
    );
    expect(request).toMatchObject({
      headers: { authorization: 't', 'content-type': 'application/json' },
      beacon: false,
    });
    expect(request?.url).toBe('https://other.example/v1/datamarts/7/user_activities');
  });
});

describe('settling', () => {
  const [request] = wire.encode([render(1), render(2)], 16_384, NOW);
  const settled = (status: number, body: string) => request && [...wire.settle(request, { status, body }).values()];
  test.each([
    [200, '{"status":"ok","data":true}', 'accepted'],
    [200, '<html>Please log in</html>', 'retry'],
    [200, '{"status":"error"}', 'retry'],
    [200, 'null', 'retry'],
    [204, '', 'retry'],
    [302, '', 'retry'],
    [400, '{"status":"error"}', 'refused'],
    [400, '', 'refused'],
    [401, '{"status":"error"}', 'retry'],
    [401, '<h1>nginx</h1>', 'retry'],
    [403, '{"status":"error"}', 'refused'],
    [403, '<h1>nginx</h1>', 'retry'],
    [404, '{"message":"Forbidden"}', 'retry'],
    [413, '<h1>nginx</h1>', 'refused'],
    [429, '', 'retry'],
    [503, '{"status":"error"}', 'retry'],
  ])('%i %s', (status, body, outcome) => {
    expect(settled(status, body)).toEqual([outcome, outcome]);
  });
});

describe('other clients', () => {
  const read = (activity: object) => activityIn({ $ts: NOW, ...activity });
  const agent = { $user_identifiers: [{ $type: 'USER_AGENT', $user_agent_id: 'vec:123' }] };
  const event = ($event_name: string, $properties: object = {}) => ({ $ts: `${NOW}`, $event_name, $properties });

  test('identify by the list, at the root, and as one of them misspells it', () => {
    expect(
      read({
        $user_identifiers: [
          { $type: 'USER_ACCOUNT', $user_account_id: 'u', $compartment_id: 1001 },
          { $type: 'USER_EMAIL', $hash: 'h', $email: 'a@b.example' },
        ],
        $user_agent_id: 'vec:123',
        $user_account_id: 'u',
        $compartmentId: '1001',
        $email_hash: { $hash: 'g' },
      }).identifiers,
    ).toEqual([
      { kind: 'account', compartment: '1001', id: 'u' },
      { kind: 'email', id: 'h', email: 'a@b.example' },
      { kind: 'agent', id: 'vec:123' },
      { kind: 'email', id: 'g' },
    ]);
    expect(read({ $user_agent_id: null, $user_identifiers: null, $events: null, $email_hash: 'h' })).toMatchObject({
      identifiers: [{ kind: 'email', id: 'h' }],
      events: [],
    });
    expect(read({ $user_account_id: 'u' }).identifiers).toEqual([{ kind: 'account', compartment: '1', id: 'u' }]);
  });

  test('say names of their own, and nothing they say of them is lost', () => {
    const [first] = read({ ...agent, $events: [event('$item_view', { $id: 'x', deep: { a: [1] } })] }).events;
    expect(first).toEqual({
      event: { kind: 'other', category: 'activity', action: '$item_view', segments: [], at: NOW, analyticsId: '123' },
      properties: { $id: 'x', deep: { a: [1] } },
    });
  });

  test('have categories, too', () => {
    const properties = { $category: 'shoes', $user_account_id: 'ann' };
    expect(read({ ...agent, $events: [event('$set_user_profile_properties', properties)] }).events).toMatchObject([
      { event: { kind: 'profile' }, profile: { account: 'ann', properties: { $category: 'shoes' } } },
    ]);
    expect(read({ ...agent, $events: [event('$item_view', { $category: 'shoes' })] }).events).toMatchObject([
      { event: { kind: 'other', category: 'activity' }, properties: { $category: 'shoes' } },
    ]);
  });

  test('say names of ours in their own way', () => {
    const [first] = read({ ...agent, $events: [event('media_click', { media: 'none' })] }).events;
    expect(first).toMatchObject({ event: { kind: 'other', action: 'media_click' }, properties: { media: 'none' } });
  });

  test('choose and describe themselves without saying again who they are', () => {
    const { events } = read({
      $user_account_id: 'ann',
      $events: [
        event('$set_user_choices', { $processing_token: 'p', $choice_acceptance_value: true }),
        event('$set_user_profile_properties', { $first_name: 'Ann' }),
      ],
    });
    expect(events).toMatchObject([
      { event: { kind: 'choice', choice: 'granted' }, choice: { processing: 'p', at: NOW, accepted: true } },
      { event: { kind: 'profile', account: 'ann' }, profile: { compartment: '1', properties: { $first_name: 'Ann' } } },
    ]);
  });

  const deep = (levels: number) => JSON.parse(`${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`);
  const poison = JSON.parse('{"__proto__":{"polluted":1}}');
  test.each([
    ['no object', [], 'body: expected a user activity object'],
    ['nobody', { $events: [] }, '$user_identifiers: at least one'],
    ['an unknown identifier', { $user_identifiers: [{ $type: 'SHOE' }] }, '$user_identifiers: $type is one of'],
    ['events that are none', { ...agent, $events: [3] }, '$events[0]: expected an object'],
    ['a nameless event', { ...agent, $events: [{}] }, '$events[0]: $event_name: is missing'],
    ['too many events', { ...agent, $events: Array(1001).fill(event('x')) }, '$events: at most 1000'],
    ['too deep', { ...agent, $events: [event('x', deep(10_000))] }, '$events[0]: $properties: at most 10 levels'],
    ['too deep at the root', { ...agent, $location: deep(10_000) }, 'activity: at most 10 levels'],
    ['a prototype', { ...agent, $events: [event('x', poison)] }, '$events[0]: $properties: __proto__ is no key'],
    ['a NUL', { ...agent, $events: [event('x', { a: 'b\0' })] }, '$events[0]: $properties: contains a NUL character'],
    ['a NUL in an id', { $user_agent_id: 'b\0' }, 'contains a NUL character'],
    ['a time that is none', { ...agent, $ts: 'yesterday' }, '$ts: expected milliseconds since 1970'],
    ['a choice of nothing', { ...agent, $events: [event('$set_user_choice', {})] }, '$events[0]: $processing_id'],
    [
      'a broken event of ours',
      { ...agent, $events: [event('widget_render', { $event_id: render(1).id })] },
      '$events[0]: scope',
    ],
  ])('are refused as a whole for %s', (_, activity, reason) => {
    expect(decode(activity)).toEqual({ status: 400, detail: expect.stringContaining(reason) });
  });

  test('are read or refused in words, whatever they send', () => {
    const name = fc.constantFrom(
      '$page_view',
      '$basket_view',
      '$transaction_confirmed',
      'media_click',
      'vital',
      'x',
      '$set_user_choice',
      '$set_user_profile_properties',
    );
    const key = fc.constantFrom(
      '$items',
      'scope',
      'media',
      'segments',
      'currency',
      '$category',
      '$event_id',
      '$url',
      'title',
      'value',
      'instance',
      '$user_account_id',
      '$processing_id',
      'redirect_url',
      '$qty',
    );
    const value = fc.oneof(fc.jsonValue(), fc.constant({ toString: 0 }), fc.constant([{ $id: { toString: 0 } }]));
    fc.assert(
      fc.property(fc.array(fc.record({ $event_name: name, $properties: fc.dictionary(key, value) })), ($events) => {
        const found = decode({ ...agent, $events });
        if ('detail' in found) expect(found.detail).toMatch(/^\$events\[\d+\]: .+: ./);
        else for (const { event } of found.events) expect(event.analyticsId).toBe('123');
      }),
      { numRuns: 2000 },
    );
  });
});
