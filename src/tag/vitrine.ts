import { drop } from '../tracker/drop.ts';
import { chunksOf } from './chunks.ts';
import type { Command } from './commands.ts';
import { loadElements } from './elements.ts';
import type { TagOptions } from './start.ts';

/**
 * Milliseconds for which the page has the line to itself: its own pictures were asked for before us, and have mostly
 * arrived when what we ask for comes (`npm run bench:page` shows both). A page that pushes a command does not wait.
 */
const HEAD_START = 170;

/** Events kept for a tracker whose code does not come. */
const MOST_WAITING = 1000;

/**
 * The script tag: `<script async src="/vitrine.js" data-key="…"></script>`. It keeps what the page pushes to
 * `vitrine`, and leaves the line to the page's own pictures; then it loads the tracker (`start.ts`), and each
 * element's code when its markup appears.
 *
 * `data-key` the shop's public token; `data-api` the service, unless it is where this script comes from;
 * `data-consent="required"` waits for `vitrine.push(['consent', 'granted'])`; `data-gpc="ignore"` overrides Global
 * Privacy Control; `data-cookie-domain="shop.example"` keeps one visitor across subdomains; `data-vitals="off"`
 * measures no web vitals; `data-destinations="tracking matomo"` says where events go (`destinations.ts`).
 */
function begin({ src, dataset }: HTMLScriptElement): void {
  const { vitrine } = window;
  // A second tag finds the first one's, and is harmless; an element with this id is no list either.
  const waiting: Command[] = Array.isArray(vitrine) ? vitrine : [];
  if (vitrine !== waiting && vitrine?.push) return;
  const options = { api: new URL(src).origin, ...dataset } as unknown as TagOptions;

  const importChunk = chunksOf(src);

  let loading = false;
  const loadStart = () => {
    if (loading) return;
    loading = true;
    importChunk(
      options.destinations || waiting.flat().includes('destinations' as never) ? 'destinations' : 'start',
      ({ start }) => start(options, waiting, importChunk),
    );
  };
  window.vitrine = {
    push(...commands) {
      // The tracker may never come. What else a page says is little, and the visitor's choice must not be lost.
      waiting.push(
        ...commands.filter(
          (command) => waiting.length < MOST_WAITING || command?.[0] !== 'track' || drop('*', 'count', 1),
        ),
      );
      loadStart();
    },
  };
  if (waiting.length) loadStart();
  setTimeout(() => {
    loadStart();
    loadElements(importChunk, options);
  }, HEAD_START);
}

// An optimiser may have put it into the page itself: then nobody knows where the rest is.
if ((document.currentScript as HTMLScriptElement | null)?.src) begin(document.currentScript as HTMLScriptElement);
