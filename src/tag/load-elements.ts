import { ELEMENTS, type ElementName } from '../elements/registry.ts';
import { findAll } from '../events/unclobbered.ts';
import type { ImportChunk } from './chunk-loader.ts';
import { prefetchMedia, type TagSettings } from './prefetch.ts';

/**
 * Loads each element's code when its markup first appears in the page, now or later, and at once what the tag names:
 * within shadow roots nothing tells of markup that appears.
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
  // Once for all changes of a task: two searches of the browser's own, and none when both have been found.
  const watcher = new MutationObserver(look);
  watcher.observe(document, { childList: true, subtree: true });
  look();
}
