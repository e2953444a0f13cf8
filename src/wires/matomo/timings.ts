/** The longest time that a server stores, in milliseconds: its column has 24 bits. A longer time is left out. */
export const MAX_TIME_MS = 16_777_215;

/** The moments of the navigation timing between which the protocol's own script measures a page. */
const MEASURES = {
  pf_net: ['fetchStart', 'connectEnd'],
  pf_srv: ['requestStart', 'responseStart'],
  pf_tfr: ['responseStart', 'responseEnd'],
  pf_dm1: ['responseEnd', 'domInteractive'],
  pf_dm2: ['domInteractive', 'domComplete'],
  pf_onl: ['loadEventStart', 'loadEventEnd'],
} as const satisfies Record<string, [from: keyof PerformanceNavigationTiming, to: keyof PerformanceNavigationTiming]>;

export type Timings = { -readonly [M in keyof typeof MEASURES]?: number };

/** The browser's timings of this page so far, in whole milliseconds. Outside of a page there are none. */
export function measureLoad(): Timings {
  const [entry] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
  const timings: Timings = {};
  for (const [name, [from, to]] of Object.entries(MEASURES)) {
    // A moment that has not come yet is 0.
    const time = entry?.[to] ? toWholeMs(entry[to] - entry[from]) : undefined;
    if (time !== undefined) timings[name as keyof Timings] = time;
  }
  return timings;
}

/** A time in whole milliseconds; `undefined` where a server would not store it. */
export function toWholeMs(time: number | undefined): number | undefined {
  const whole = Math.round(time ?? -1);
  return whole >= 0 && whole <= MAX_TIME_MS ? whole : undefined;
}
