import { type ChunkName, importChunk } from './chunks.ts';

/** Loads each element's code when its markup first appears in the page, now or later. */
export function loadElements(script: string): void {
  const missing = new Map<ChunkName, HTMLCollectionOf<Element>>(
    (['carousel', 'viewer'] as const).map((name) => [name, document.getElementsByTagName(`vitrine-${name}`)]),
  );
  const look = () => {
    for (const [name, markup] of missing) {
      // A live collection costs nothing until it is asked, and then no more than a walk of the browser's own.
      if (!markup.length) continue;
      missing.delete(name);
      importChunk(name, script).catch((error) => {
        if (import.meta.env.DEV) console.error(`vitrine: ${name} could not be loaded`, error);
      });
    }
    if (!missing.size) watcher.disconnect();
  };
  const watcher = new MutationObserver(look);
  watcher.observe(document, { childList: true, subtree: true });
  look();
}
