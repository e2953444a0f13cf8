import { onCLS, onINP, onLCP } from 'web-vitals';
import type { VitalName } from '../events/vocabulary.ts';

/**
 * Reports LCP, INP (milliseconds) and CLS (a score) of the page as Google defines them, mostly when it hides: each
 * once, and again for every return from the bfcache. A chunk of its own, loaded after the page's own things:
 * browsers keep the measurements until somebody asks.
 */
export function reportVitals(track: (event: { kind: 'vital'; name: VitalName; value: number }) => void): void {
  for (const on of [onLCP, onCLS, onINP]) {
    on(({ name, value }) => track({ kind: 'vital', name: name as VitalName, value }));
  }
}
