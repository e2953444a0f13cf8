import { afterEach, expect, test, vi } from 'vitest';
import { MOST_SENDERS, Windows } from './windows.ts';

afterEach(() => vi.useRealTimers());

const WINDOW_MS = 10_000;

function asked(windows: Windows, key: string): number | undefined {
  let current: number | undefined;
  windows.incr(key, (_, result) => (current = result?.current), WINDOW_MS);
  return current;
}

function known(windows: Windows, key: string): { current: number; ttl: number } | undefined {
  let known: { current: number; ttl: number } | undefined;
  windows.read(key, (_, result) => (known = result));
  return known;
}

test.each([-86_400_000, 86_400_000])('a window lasts as long as it does, though the clock jumps by %d ms', (jump) => {
  vi.useFakeTimers({ toFake: ['Date', 'performance'] });
  const windows = new Windows();
  expect([asked(windows, 'a'), asked(windows, 'a'), asked(windows, 'b')]).toEqual([1, 2, 1]);
  vi.setSystemTime(Date.now() + jump);
  vi.advanceTimersByTime(WINDOW_MS - 1);
  expect(known(windows, 'a')).toEqual({ current: 2, ttl: 1 });
  expect(asked(windows, 'a')).toBe(3);
  vi.advanceTimersByTime(1);
  expect(known(windows, 'a')).toEqual({ current: 0, ttl: 0 });
  expect(asked(windows, 'a')).toBe(1);
});

test('the sender that was quiet longest is forgotten first', () => {
  const windows = new Windows();
  for (const key of ['quiet', 'busy']) asked(windows, key);
  for (let n = 2; n < MOST_SENDERS; n++) asked(windows, `${n}`);
  asked(windows, 'busy');
  asked(windows, 'one more');
  expect([known(windows, 'quiet')?.current, known(windows, 'busy')?.current]).toEqual([0, 2]);
});
