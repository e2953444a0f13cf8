import { uuidv7 } from '../../src/events/id.ts';
import type { StampedEvent } from '../../src/events/vocabulary.ts';
import { tracking } from '../../src/wires/tracking/encode.ts';

/** Events in one request. */
export const PER_REQUEST = 20;

/** Requests as the kit writes them: a shopper sees a widget and its media, opens some, and now and then buys. */
export function requests(count: number, key: string): string[] {
  const wire = tracking({ api: '', key });
  return Array.from({ length: count }, (_, n) => {
    const events = Array.from({ length: PER_REQUEST }, (_, i) => event(n, i));
    const [request] = wire.encode(events, 65_536, Date.now());
    return request?.body ?? '';
  });
}

function event(visitor: number, index: number): StampedEvent {
  const at = Date.now() - 1000 + index;
  const stamp = {
    id: uuidv7(at),
    at,
    analyticsId: uuidv7(at),
    pageUrl: `https://www.shop.example/products/print-${visitor % 40}?utm_source=letter`,
    pageReferrer: 'https://www.shop.example/',
  };
  const shared = {
    ...stamp,
    instance: '5df38d9f3b1c4ab0a7d15df38d9f3b1c',
    scope: { kind: 'stream' as const, id: String(2_000_000 + (visitor % 40)) },
    pics: 24,
    segments: [
      ['country', 'DE'],
      ['section', 'product'],
    ] as const,
  };
  if (index === 0) return { kind: 'widget', action: 'render', ...shared, segments: [...shared.segments] };
  if (index === 19 && visitor % 10 === 0)
    return {
      kind: 'checkout',
      ...stamp,
      transactionId: `T-${visitor}`,
      products: [{ id: 'print-1', amount: 42 }],
      currency: 'EUR',
      segments: [...shared.segments],
    };
  const action = index < 15 ? 'render' : index < 18 ? 'view' : 'click';
  // Each stream has 24 media of its own; every visitor sees the first of them.
  const media = String(4_000_000 + (visitor % 40) * 24 + (index % 15));
  return { kind: 'media', action, media, ...shared, segments: [...shared.segments] };
}
