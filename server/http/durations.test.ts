import { Histogram, Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { registerDurations } from './durations.ts';

test('the histogram has the same text as that of prom-client', async () => {
  const [ours, theirs] = [new Registry(), new Registry()];
  const observe = registerDurations(ours);
  const histogram = new Histogram({
    name: 'vitrine_http_request_seconds',
    help: 'Time from a request to the end of its answer.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
    registers: [theirs],
  });
  const times = [0, 0.001, 0.002, 0.0021, 0.03, 0.25, 1, 4.9, 5, 6, 100];
  for (const [status, route] of [
    [200, '/track/event'],
    [503, '/a"b\\c'],
  ] as const)
    for (const seconds of times) {
      observe('GET', route, status, seconds);
      histogram.observe({ method: 'GET', route, status }, seconds);
    }
  const said = await ours.metrics();
  expect(said).toContain('le="0.002"');
  expect(said).toBe(await theirs.metrics());
});
