import { importChunk } from './chunks.ts';

/** Loads each element's code when its markup first appears in the page, now or later. */
export function loadElements(script: string): void {
  const missing = new Set(['carousel', 'viewer'] as const);
  const look = () => {
    for (const name of missing) {
      if (!document.querySelector(`vitrine-${name}`)) continue;
      missing.delete(name);
      importChunk(name, script).catch((error) => {
        if (import.meta.env.DEV) console.error(`vitrine: ${name} could not be loaded`, error);
      });
    }
    if (!missing.size) watcher.disconnect();
  };
  // Once for all changes of a task: two searches of the browser's own, and none when both have been found.
  const watcher = new MutationObserver(look);
  watcher.observe(document, { childList: true, subtree: true });
  look();
}
