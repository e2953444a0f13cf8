import { mediaAddress } from '../content/address.ts';

/** The tag's content API and key. */
export interface TagSettings {
  api: string;
  key: string;
  /** Elements to load at once, as in `carousel viewer`: the page has them in its shadow roots. */
  elements?: string;
}

/**
 * Requests the media of a product while the code of an element with `stream-key` is still loading. The element's own request
 * finds the answer in the browser's HTTP cache. On a slow line, the photos appear a round trip earlier.
 */
export function prefetchMedia(element: HTMLElement, tag: TagSettings): void {
  const { api: base, key } = { ...tag, ...element.dataset };
  const value = (name: string) => element.getAttribute(name);
  const product = value('stream-key');
  if (product && key) {
    fetch(mediaAddress({ base, key }, '/streams', product, value('sorting'), value('limit')))
      .then((answer) => answer.text())
      .catch(() => {}); // The element repeats the request, and reports the error.
  }
}
