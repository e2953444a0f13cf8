import { afterAll, beforeAll, expect, test } from 'vitest';
import { uuidv7 } from '../../src/events/id.ts';
import type { StampedEvent, VitrineEvent, Without } from '../../src/events/vocabulary.ts';
import { activities } from '../../src/wires/activities/encode.ts';
import { matomo } from '../../src/wires/matomo/encode.ts';
import { productEvents } from '../../src/wires/product-events/encode.ts';
import { tracking } from '../../src/wires/tracking/encode.ts';
import { trackingGet } from '../../src/wires/tracking-get/encode.ts';
import type { Wire } from '../../src/wires/wire.ts';
import {
  readEvents,
  readProductTotals,
  readTotals,
  recountProductTotals,
  recountTotals,
} from '../store/testing/read-events.ts';
import { openTestService, SHOP_ORIGIN, type TestService } from '../testing/service.ts';

/** One act that a page delivers by several wires, in any order. */

let service: TestService;
beforeAll(async () => {
  service = await openTestService();
});
afterAll(() => service.close());

const WIRES: Record<string, () => Wire> = {
  tracking: () => tracking({ api: service.url, key: service.key }),
  'tracking-get': () => trackingGet({ api: service.url, key: service.key }),
  matomo: () => matomo({ url: `${service.url}/matomo.php`, idSite: service.customerId }),
  'product-events': () => productEvents({ url: service.url, token: service.key }),
  activities: () => activities({ url: service.url, datamart: service.customerId, key: service.key }),
};
const NAMES = Object.keys(WIRES);

const segments: [string, string][] = [['country', 'DE']];
const ACTS: Record<string, () => Without<VitrineEvent, 'id' | 'at'>> = {
  click: () => ({
    ...{ kind: 'media', action: 'click', instance: 'i', scope: { kind: 'stream', id: '2' }, media: '7', pics: 9 },
    segments,
  }),
  sale: () => ({
    ...{ kind: 'checkout', transactionId: uuidv7(), products: [{ id: 'mug', amount: 18.5 }], currency: 'EUR' },
    segments,
  }),
  'act on a product': () => ({ kind: 'product', action: 'cart_add', session: 's', product: 'mug', segments }),
  choice: () => ({ kind: 'choice', choice: 'denied' }),
};

/** @returns the number of requests with the event */
async function deliver(wire: Wire, event: StampedEvent): Promise<number> {
  // The start of a session is a request of the wire's own, without an event.
  const requests = wire.encode([event], 16_384, Date.now()).filter(({ ids }) => ids.length > 0);
  for (const request of requests) {
    const { url, method, body = null } = request;
    const headers = { origin: SHOP_ORIGIN, ...(body !== null && { 'content-type': 'text/plain' }), ...request.headers };
    const response = await fetch(url, { method, body, headers });
    const settled = wire.settle(request, { status: response.status, body: await response.text() });
    expect(settled.get(event.id)).toMatch(/^(accepted|repeated)$/);
  }
  return requests.length;
}

test.each(NAMES.flatMap((first) => NAMES.filter((name) => name !== first).map((second) => ({ first, second }))))(
  'an act that $first, then $second, then both again deliver counts once, with its kind',
  async ({ first, second }) => {
    const wires = [first, second].map((name) => WIRES[name]?.() as Wire) as [Wire, Wire];
    for (const act of Object.values(ACTS)) {
      const event = { ...act(), id: uuidv7(), at: Date.now(), analyticsId: '0123456789abcdef' } as StampedEvent;
      const deliveredBy = new Set<string>();
      for (const wire of [...wires, ...wires]) if (await deliver(wire, event)) deliveredBy.add(wire.name);
      // Product events carry the effect of an act on a product.
      const kind = [...deliveredBy].join() === 'product-events' ? 'product' : event.kind;
      const rows = readEvents(service.data).filter(({ id }) => id === event.id);
      expect(rows.map((row) => row.kind)).toEqual(deliveredBy.size ? [kind] : []);
    }
    expect(readTotals(service.data)).toEqual(recountTotals(service.data));
    expect(readProductTotals(service.data)).toEqual(recountProductTotals(service.data));
  },
);

test.each([
  ['tracking', 'activities'],
  ['activities', 'tracking'],
])('a choice that %s, then %s deliver is stored once for the person', async (...names) => {
  const analyticsId = names.join('-');
  const event: StampedEvent = { kind: 'choice', choice: 'denied', id: uuidv7(), at: Date.now(), analyticsId };
  for (const name of [...names, ...names]) await deliver(WIRES[name]?.() as Wire, event);
  const path = `/v1/datamarts/${service.customerId}/user_points/user_agent_id=vec:${analyticsId}/user_choices`;
  const response = await fetch(service.url + path, { headers: { authorization: service.privateKey } });
  expect(await response.json()).toMatchObject({ total: 1, data: [{ $choice_acceptance_value: false }] });
});
