import { afterEach, describe, expect, test, vi } from 'vitest';
import { createBackoff, retryAfter } from './backoff.ts';

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

describe('backoff', () => {
  /** A clock that is set by hand, and the longest wait that chance allows. */
  function slowest() {
    const clock = { now: 1_000_000 };
    return { clock, backoff: waiting(() => clock.now, 1) };
  }

  function waiting(now: () => number, chance: number) {
    vi.spyOn(performance, 'now').mockImplementation(now);
    vi.spyOn(Math, 'random').mockReturnValue(chance);
    return createBackoff();
  }

  test('doubles up to five minutes, and starts again after a success', () => {
    const { clock, backoff } = slowest();
    const waits: number[] = [];
    for (let i = 0; i < 11; i++) {
      backoff.failed();
      waits.push(backoff.remaining());
      clock.now += backoff.remaining();
      expect(backoff.remaining()).toBe(0);
    }
    expect(waits.slice(0, 5)).toEqual([1000, 2000, 4000, 8000, 16_000]);
    expect(Math.max(...waits)).toBe(300_000);
    backoff.succeeded();
    backoff.failed();
    expect(backoff.remaining()).toBe(1000);
  });

  test('is jittered over the whole wait', () => {
    for (const chance of [0, 0.25, 0.999]) {
      const backoff = waiting(() => 0, chance);
      backoff.failed();
      expect(backoff.remaining()).toBe(chance * 1000);
    }
  });

  test('waits at least as long as it was asked to, also when the network comes back', () => {
    const backoff = waiting(() => 0, 0);
    backoff.failed(90_000);
    backoff.resume();
    expect(backoff.remaining()).toBe(90_000);
  });

  test('a wait that nobody asked for ends when the network comes back', () => {
    const { backoff } = slowest();
    backoff.failed();
    backoff.resume();
    expect(backoff.remaining()).toBe(0);
  });

  test('a visitor’s clock that jumps does not matter', () => {
    const { clock, backoff } = slowest();
    backoff.failed();
    vi.useFakeTimers({ now: Date.now() - 86_400_000, toFake: ['Date'] });
    expect(backoff.remaining()).toBe(1000);
    clock.now += 1000;
    expect(backoff.remaining()).toBe(0);
  });

  test('never waits longer than a timer can', () => {
    const { backoff } = slowest();
    backoff.failed(1e12);
    expect(backoff.remaining()).toBeLessThan(2 ** 31);
  });
});

test.each([
  ['120', 120_000],
  ['Thu, 01 Jan 2026 00:01:00 GMT', 60_000],
  // By a clock that is a day behind, this is in a day and five minutes.
  ['Fri, 02 Jan 2026 00:05:00 GMT', 300_000],
  ['Wed, 31 Dec 2025 23:59:00 GMT', undefined],
  ['0', undefined],
  ['soon', undefined],
  ['-5', undefined],
  ['', undefined],
  [null, undefined],
])('Retry-After: %s', (header, wait) => {
  vi.useFakeTimers({ now: Date.UTC(2026, 0, 1) });
  expect(retryAfter(header)).toBe(wait);
});
