/** A server keeps no time that is longer, in milliseconds: its column has 24 bits. */
export const MAX_TIME_MS = 16_777_215;

/** Between which moments of its navigation timing the protocol measures a page, as its own script does. */
const MEASURES = {
  pf_net: ['fetchStart', 'connectEnd'],
  pf_srv: ['requestStart', 'responseStart'],
  pf_tfr: ['responseStart', 'responseEnd'],
  pf_dm1: ['responseEnd', 'domInteractive'],
  pf_dm2: ['domInteractive', 'domComplete'],
  pf_onl: ['loadEventStart', 'loadEventEnd'],
} as const satisfies Record<string, [from: keyof PerformanceNavigationTiming, to: keyof PerformanceNavigationTiming]>;

export type Timings = { -readonly [M in keyof typeof MEASURES]?: number };

/** What the browser has measured by now of how this page was loaded, in whole milliseconds; nothing outside a page. */
export function measureLoad(): Timings {
  const [entry] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
  const timings: Timings = {};
  for (const [name, [from, to]] of Object.entries(MEASURES)) {
    // A moment that is still to come is 0.
    const time = entry?.[to] ? toWholeMs(entry[to] - entry[from]) : undefined;
    if (time !== undefined) timings[name as keyof Timings] = time;
  }
  return timings;
}

/** As the protocol has times; nothing where a server would keep none. */
export function toWholeMs(time: number | undefined): number | undefined {
  const whole = Math.round(time ?? -1);
  return whole >= 0 && whole <= MAX_TIME_MS ? whole : undefined;
}
