import { beforeEach, describe, expect, test } from 'vitest';
import type { StampedEvent } from '../../events/vocabulary.ts';
import type { Wire, WireRequest } from '../wire.ts';
import { productEvents } from './encode.ts';

/** A wire as a page of the shop has it; the next page has another, over the same storage. */
const openPage = (token = 'page') => productEvents({ url: 'https://ugc.example', token });
const NOW = 1_750_000_000_000;
const stamp = (at: number) => ({ id: `0192f3a4-0000-7000-8000-${String(at).slice(-12)}`, at, analyticsId: 'v' });
const click = (at: number): StampedEvent => ({
  kind: 'media',
  action: 'click',
  instance: 'i',
  scope: { kind: 'best' },
  media: '7',
  pics: 9,
  segments: [],
  ...stamp(at),
});

beforeEach(() => localStorage.clear());

function say(wire: Wire, event: StampedEvent): { eventType: string; sessionId: string }[] {
  const requests = wire.encode([event], 16_384, event.at);
  for (const request of requests) wire.settle(request, { status: 200, body: answerTo(request) });
  return requests.map(({ body }) => JSON.parse(body ?? ''));
}
const answerTo = ({ body }: WireRequest) => JSON.stringify({ id: 'x', ...JSON.parse(body ?? '') });

describe('a session', () => {
  test('goes on over the pages of a visit', () => {
    const [start, first] = say(openPage(), click(NOW));
    const next = say(openPage(), click(NOW + 60_000));
    expect(start?.eventType).toBe('product session start');
    expect(next).toEqual([expect.objectContaining({ eventType: 'product interaction', sessionId: first?.sessionId })]);
  });

  test('is one for each destination', () => {
    say(openPage('one'), click(NOW));
    expect(say(openPage('two'), click(NOW)).map(({ eventType }) => eventType)).toContain('product session start');
  });

  test('is forgotten when consent is withdrawn, by answers on their way, too', () => {
    const wire = openPage();
    const [start] = wire.encode([click(NOW)], 16_384, NOW) as [WireRequest];
    expect(localStorage.length).toBe(1);
    expect(wire.encode([{ kind: 'choice', choice: 'denied', ...stamp(NOW) }], 16_384, NOW)).toEqual([]);
    wire.settle(start, { status: 200, body: answerTo(start) });
    expect(localStorage.length).toBe(0);
  });

  test('does not break on what others left in its place', () => {
    localStorage.setItem('vitrine https://ugc.example page', '<nothing>');
    expect(say(openPage(), click(NOW))).toHaveLength(2);
  });
});
