import { inBackground } from '../tracker/background.ts';
import { createTracker, type Tracker, type TrackerOptions } from '../tracker/tracker.ts';
import type * as Vitals from '../tracker/vitals.ts';
import { importChunk } from './chunks.ts';
import { obey } from './commands.ts';
import { loadElements } from './elements.ts';

/** Milliseconds from `load`, for the page to paint its pictures. The browser keeps for web-vitals what was before. */
const VITALS_AFTER = 1000;

/**
 * The script tag: `<script async src="/vitrine.js" data-key="…"></script>` starts the tracker, does what the page
 * pushes to `vitrine` and loads each element's code when its markup appears.
 *
 * `data-key` the shop's public token; `data-api` the service, unless it is where this script comes from;
 * `data-consent="required"` waits for `vitrine.push(['consent', 'granted'])`; `data-gpc="ignore"` overrides Global
 * Privacy Control; `data-cookie-domain="shop.example"` keeps one visitor across subdomains; `data-vitals="off"`
 * measures no web vitals.
 */
function start(script: HTMLScriptElement): void {
  const { vitrine } = window;
  // A second tag finds the first one's, and is harmless; an element with this id is no list either.
  const waiting = Array.isArray(vitrine) ? vitrine : [];
  if (vitrine !== waiting && typeof vitrine?.push === 'function') return;
  let tracker: Tracker;
  let options: TrackerOptions;
  try {
    options = { api: new URL(script.src).origin, ...(script.dataset as unknown as { key: string }) };
    tracker = createTracker(options);
  } catch (error) {
    const detail = { code: 'markup', message: String(error) } as const;
    dispatchEvent(new CustomEvent('vitrine-error', { detail }));
    return;
  }
  window.vitrine = obey(waiting, tracker);
  loadElements(script.src, options);

  const measure = () =>
    inBackground(() => {
      importChunk<typeof Vitals>('vitals', script.src).then(
        ({ reportVitals }) => reportVitals(tracker.track),
        () => {}, // Blocked, offline: a page without vitals.
      );
    });
  if (script.dataset.vitals === 'off') return;
  if (document.readyState === 'complete') measure();
  else addEventListener('load', () => setTimeout(measure, VITALS_AFTER));
}

if (document.currentScript) start(document.currentScript as HTMLScriptElement);
