import { findAll, readDocument } from '../events/unclobbered.ts';
import { dispatchDrop } from '../tracker/dispatch-drop.ts';
import { createChunkLoader } from './chunk-loader.ts';
import type { Command } from './commands.ts';
import { loadElements } from './load-elements.ts';
import { stamp } from './stamp.ts';
import type { TagOptions } from './tag-options.ts';

/**
 * The delay before the tag loads anything. The page's own pictures are requested before, and most of them have arrived when
 * the tag's code comes (`npm run bench:page` shows both). The first command that a page pushes ends the delay.
 */
const LOAD_DELAY_MS = 170;

/** Commands that are kept until the tracker is loaded. Past the bound, events are discarded. */
const MAX_WAITING = 1000;

/**
 * The script tag: `<script async src="/vitrine.js" data-key="…"></script>`. It keeps what the page pushes to `vitrine`. After
 * `LOAD_DELAY_MS` it loads the tracker (`start.ts`), and the code of each element when its markup appears.
 *
 * - `data-key`: the shop's public token
 * - `data-api`: the service; the default is the origin of this script
 * - `data-consent="required"`: wait for `vitrine.push(['consent', 'granted'])`
 * - `data-gpc="ignore"`: override Global Privacy Control
 * - `data-cookie-domain="shop.example"`: one visitor across subdomains
 * - `data-vitals="off"`: measure no web vitals
 * - `data-destinations="tracking matomo"`: where events go (`destinations.ts`)
 * - `data-elements="carousel viewer"`: load these elements at once (`load-elements.ts`)
 *
 * Without `data-key`, all of them may be in the script's address (`address.ts`).
 */
function begin({ src, dataset }: HTMLScriptElement): void {
  // `window.vitrine` may be an element with this id or name. The array replaces it.
  const waiting: Command[] = Array.isArray(window.vitrine) ? window.vitrine : [];
  // A second tag finds the queue of the first one, and does nothing.
  if (Object.hasOwn(waiting, 'push')) return;
  const options = { api: new URL(src).origin, ...dataset } as unknown as TagOptions;

  const importChunk = createChunkLoader(src);
  addEventListener('vitrine-error', (event) => {
    if (event.detail.code !== 'network') importChunk('console', ({ writeOnce }) => writeOnce(event));
  });

  let loadStart = () => {
    loadStart = () => {};
    // In parallel with the tracker, which imports the same chunks.
    if (options.cookieDomain) importChunk('subdomains');
    if (waiting.length) importChunk('commands');
    importChunk(
      options.destinations || waiting.flat().includes('destinations' as never) ? 'destinations' : 'start',
      ({ start }) => start(options, waiting, importChunk),
    );
  };
  const { push } = waiting;
  waiting.push = (...commands) => {
    for (const command of commands) {
      // The tracker may never be loaded. Other commands are few, and the visitor's choice must not be lost.
      if (waiting.length >= MAX_WAITING && command?.[0] === 'track') dispatchDrop('*', 'count', 1);
      else push.call(waiting, stamp(command));
    }
    loadStart();
    return waiting.length;
  };
  window.vitrine = waiting;
  // The array does not record when a command was pushed. The commands get the current time.
  if (waiting.length) waiting.push(...waiting.splice(0));
  setTimeout(() => {
    loadStart();
    loadElements(importChunk, options);
  }, LOAD_DELAY_MS);
}

/** A module has no `currentScript`. A script within an SVG matches the selector as well, and has no `src`. */
const script = [
  readDocument('currentScript') as HTMLScriptElement | null,
  ...findAll<HTMLScriptElement>('script[src*=vitrine]:is([data-key],[src*=key])'),
].find((found) => found?.src);
// An optimiser may have inlined the script into the page. Then the address of the chunks is unknown.
if (script) {
  // Tag managers drop `data-` attributes. Then the settings are in the address.
  if (script.dataset.key) begin(script);
  else createChunkLoader(script.src)('address', ({ readAddress }) => begin(readAddress(script)));
}
