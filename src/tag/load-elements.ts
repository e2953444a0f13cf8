import { ELEMENTS, type ElementName } from '../elements/registry.ts';
import { findAll } from '../events/unclobbered.ts';
import type { ImportChunk } from './chunk-loader.ts';
import { prefetchMedia, type TagSettings } from './prefetch.ts';

/**
 * Loads the code of each element when its markup first appears in the page, now or later. Elements that the tag names are
 * loaded at once: a page does not observe the shadow roots of its components.
 */
export function loadElements(importChunk: ImportChunk, tag: TagSettings): void {
  let missing: readonly ElementName[] = ELEMENTS;
  const look = () => {
    missing = missing.filter((name) => {
      const [element] = findAll<HTMLElement>(`vitrine-${name}`);
      if (element) prefetchMedia(element, tag);
      else if (!tag.elements?.includes(name)) return true;
      importChunk(name);
      return false;
    });
    if (!missing.length) watcher.disconnect();
  };
  // An observer is called once for all changes of a task. It is disconnected when both elements have been found.
  const watcher = new MutationObserver(look);
  watcher.observe(document, { childList: true, subtree: true });
  look();
}
