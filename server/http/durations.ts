import type { Metric, Registry } from 'prom-client';

const NAME = 'vitrine_http_request_seconds';
const BUCKETS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5];

interface Tally {
  labels: { method: string; route: string; status: number };
  /** Requests by bucket, with one more count for longer ones. They are not cumulative; `valuesOf` adds them up. */
  counts: number[];
  seconds: number;
}

/**
 * A histogram of the duration of requests. That of prom-client sorts and joins the labels at each observation, which costs
 * more than some answers. This one builds its labels when Prometheus scrapes it.
 * @returns a function to call for each request
 */
export function registerDurations(
  registry: Registry,
): (method: string, route: string, status: number, seconds: number) => void {
  /** By route, which is one string for all of its requests. A key with the status would be a new string for each. */
  const tallies = new Map<string, Tally[]>();
  const metric = {
    name: NAME,
    get: async () => ({
      name: NAME,
      help: 'Time from a request to the end of its answer.',
      type: 'histogram',
      aggregator: 'sum',
      values: [...tallies.values()].flat().flatMap(valuesOf),
    }),
    reset: () => tallies.clear(),
  };
  // A registry uses no more of a metric than this, while its type names prom-client's classes.
  registry.registerMetric(metric as unknown as Metric);
  return (method, route, status, seconds) => {
    const ofRoute = tallies.get(route) ?? [];
    if (ofRoute.length === 0) tallies.set(route, ofRoute);
    let tally = ofRoute.find(({ labels }) => labels.status === status && labels.method === method);
    if (!tally) {
      tally = { labels: { method, route, status }, counts: [...BUCKETS, 0].fill(0), seconds: 0 };
      ofRoute.push(tally);
    }
    let bucket = 0;
    while (bucket < BUCKETS.length && seconds > (BUCKETS[bucket] as number)) bucket++;
    (tally.counts[bucket] as number)++;
    tally.seconds += seconds;
  };
}

function valuesOf({ labels, counts, seconds }: Tally) {
  let all = 0;
  const buckets = counts.map((count, bucket) => {
    all += count;
    return { metricName: `${NAME}_bucket`, labels: { le: BUCKETS[bucket] ?? '+Inf', ...labels }, value: all };
  });
  return [
    ...buckets,
    { metricName: `${NAME}_sum`, labels, value: seconds },
    { metricName: `${NAME}_count`, labels, value: all },
  ];
}
