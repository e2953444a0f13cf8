import { afterEach, expect, test, vi } from 'vitest';
import { FixedWindow, MAX_SENDERS } from './fixed-window.ts';

afterEach(() => vi.useRealTimers());

const WINDOW_MS = 10_000;

test.each([-86_400_000, 86_400_000])('a window keeps its length when the clock jumps by %d ms', (jump) => {
  vi.useFakeTimers({ toFake: ['Date', 'performance'] });
  const windows = new FixedWindow(WINDOW_MS);
  expect(['a', 'a', 'b'].map((sender) => windows.count(sender).counted)).toEqual([1, 2, 1]);
  vi.setSystemTime(Date.now() + jump);
  vi.advanceTimersByTime(WINDOW_MS - 1);
  expect(windows.read('a')).toEqual({ counted: 2, endsAt: performance.now() + 1 });
  expect(windows.count('a').counted).toBe(3);
  vi.advanceTimersByTime(1);
  expect(windows.read('a')).toBeUndefined();
  expect(windows.count('a').counted).toBe(1);
});

test('the least recent sender is forgotten first', () => {
  const windows = new FixedWindow(WINDOW_MS);
  for (const key of ['quiet', 'busy']) windows.count(key);
  for (let n = 2; n < MAX_SENDERS; n++) windows.count(`${n}`);
  windows.count('busy');
  windows.count('one more');
  expect([windows.read('quiet'), windows.read('busy')?.counted]).toEqual([undefined, 2]);
});
