import { onCLS, onINP, onLCP } from 'web-vitals';
import type { VitalName } from '../events/vocabulary.ts';

/**
 * Reports LCP, INP (milliseconds) and CLS (a score) of the page as Google defines them. Each is reported once, mostly when
 * the page is hidden, and again after every return from the bfcache. Browsers keep the measurements until a script asks for
 * them, so this code can be loaded late.
 */
export function reportVitals(track: (event: { kind: 'vital'; name: VitalName; value: number }) => void): void {
  for (const on of [onLCP, onCLS, onINP]) {
    on(({ name, value }) => track({ kind: 'vital', name: name as VitalName, value }));
  }
}
