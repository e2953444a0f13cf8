import { importChunk } from './chunks.ts';
import { prefetchMedia, type TagSettings } from './prefetch.ts';

/**
 * Milliseconds for which the page has the line to itself. Its own pictures were asked for before us; what we ask for a
 * little later comes when they have arrived (`npm run bench:page` shows both).
 */
const HEAD_START = 100;

/** Loads each element's code when its markup first appears in the page, now or later. */
export function loadElements(script: string, tag: TagSettings): void {
  const missing = new Set(['carousel', 'viewer'] as const);
  const look = () => {
    for (const name of missing) {
      const element = document.querySelector<HTMLElement>(`vitrine-${name}`);
      if (!element) continue;
      missing.delete(name);
      prefetchMedia(element, tag);
      importChunk(name, script).catch((error) => {
        if (import.meta.env.DEV) console.error(`vitrine: ${name} could not be loaded`, error);
      });
    }
    if (!missing.size) watcher.disconnect();
  };
  // Once for all changes of a task: two searches of the browser's own, and none when both have been found.
  const watcher = new MutationObserver(look);
  setTimeout(() => {
    watcher.observe(document, { childList: true, subtree: true });
    look();
  }, HEAD_START);
}
