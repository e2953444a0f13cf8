import { expect, test } from 'vitest';
import { decode as decodeActivity } from './activities/decode.ts';
import { decode as decodeMatomo } from './matomo/decode.ts';
import { parseQuery } from './matomo/query.ts';
import { problemIn } from './problem.ts';
import { decode as decodeProductEvent } from './product-events/decode.ts';
import { decode as decodeTracking } from './tracking/decode.ts';

const ID = '0192f3a4-0000-7000-8000-000000000001';
const LONG = 'x'.repeat(257);

const activity = ($event_name: string, $properties: object) =>
  decodeActivity({
    $user_agent_id: 'vec:1',
    $events: [{ $event_name, $properties: { $event_id: ID, ...$properties } }],
  });
const matomo = (query: string) => {
  const parameters = parseQuery(`idsite=1&rec=1&${query}`);
  return 'status' in parameters ? parameters : decodeMatomo(parameters, { now: 0 });
};
const widget = { scope: { kind: 'stream', id: 'x' }, pics: 1, instance: 'i' };

test.each([
  [decodeTracking('/track/widget/a/best/media/x/click?analytics_id=1&pics=1'), 'media_id: expected an integer'],
  [decodeTracking('/track/widget/a/stream/x/render?analytics_id=1&pics=1'), 'stream_id: expected an integer'],
  [decodeTracking('/track/widget/a/category/x/render?analytics_id=1&pics=1'), 'category_id: expected an integer'],
  [decodeTracking(`/track/transaction/${LONG}/checkout?analytics_id=1&products[]=a:1`), 'transaction_id: at most 256'],
  [matomo(`idgoal=0&ec_items=${JSON.stringify(Array(1001).fill(['a', '', '', 1, 1.5]))}`), 'ec_items: at most 1000'],
  [decodeProductEvent({ eventType: 'product renders' }), 'sessionId: is missing'],
  [activity('widget_render', { ...widget, instance: LONG }), '$events[0]: instance: at most 256 characters'],
  [activity('widget_render', widget), '$events[0]: scope.id: expected an integer'],
  [
    activity('media_click', { ...widget, scope: { kind: 'best' }, media: '7', redirect_url: 'https://a.example' }),
    '$events[0]: redirect_url: only',
  ],
  [
    activity('$transaction_confirmed', { transaction_id: 'T', currency: 'EUR', $items: [] }),
    '$events[0]: $items: at least one',
  ],
  [activity('x'.repeat(1025), {}), '$events[0]: $event_name: at most 1024 characters'],
])('a problem has the name that the protocol has for the field: %#', (found, detail) => {
  expect(found).toMatchObject({ detail: expect.stringContaining(detail) });
});

test('a field without a name in the protocol keeps its own', () => {
  expect(problemIn({ media: 'media_id' }, 'media: is missing')).toBe('media_id: is missing');
  expect(problemIn({ media: 'media_id' }, 'pics: is missing')).toBe('pics: is missing');
  expect(problemIn({}, 'toString: is missing')).toBe('toString: is missing');
});
