import { findAll, readDocument } from '../events/unclobbered.ts';
import { drop } from '../tracker/drop.ts';
import { chunksOf } from './chunk-loader.ts';
import { loadElements } from './load-elements.ts';
import type { Command } from './run-commands.ts';
import { stamp } from './stamp.ts';
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
 * measures no web vitals; `data-destinations="tracking matomo"` says where events go (`destinations.ts`);
 * `data-elements="carousel viewer"` loads these at once (`elements.ts`). Without `data-key` they may all stand in the
 * script's address (`address.ts`).
 */
function begin({ src, dataset }: HTMLScriptElement): void {
  // An element with this id or name is what `window.vitrine` was so far; it makes room.
  const waiting: Command[] = Array.isArray(window.vitrine) ? window.vitrine : [];
  // A second tag finds the first one's queue, and is harmless.
  if (Object.hasOwn(waiting, 'push')) return;
  const options = { api: new URL(src).origin, ...dataset } as unknown as TagOptions;

  const importChunk = chunksOf(src);
  addEventListener('vitrine-error', (event) => {
    if (event.detail.code !== 'network') importChunk('console', ({ writeOnce }) => writeOnce(event));
  });

  let loadStart = () => {
    loadStart = () => {};
    // Beside the tracker, which asks for them again.
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
      // The tracker may never come. What else a page says is little, and the visitor's choice must not be lost.
      if (waiting.length >= MOST_WAITING && command?.[0] === 'track') drop('*', 'count', 1);
      else push.call(waiting, stamp(command));
    }
    loadStart();
    return waiting.length;
  };
  window.vitrine = waiting;
  // An array does not keep when something was pushed to it: it is taken as if it were pushed now.
  if (waiting.length) waiting.push(...waiting.splice(0));
  setTimeout(() => {
    loadStart();
    loadElements(importChunk, options);
  }, HEAD_START);
}

/** Modules have no `currentScript`. A script within an SVG is none, and has no `src` to read. */
const script = [
  readDocument('currentScript') as HTMLScriptElement | null,
  ...findAll<HTMLScriptElement>('script[src*=vitrine]:is([data-key],[src*=key])'),
].find((found) => found?.src);
// An optimiser may have put it into the page itself: then nobody knows where the rest is.
if (script) {
  // Tag managers leave `data-` attributes out: settings may stand in the address.
  if (script.dataset.key) begin(script);
  else chunksOf(script.src)('address', ({ readAddress }) => begin(readAddress(script)));
}
