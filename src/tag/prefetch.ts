import { mediaAddress } from '../content/address.ts';

/** Where the tag finds the content API, and with which key. */
export interface TagSettings {
  api: string;
  key: string;
  /** Elements to load though none is seen, as `carousel viewer`: the page has them in shadow roots of its own. */
  elements?: string;
}

/**
 * Asks the content API for a product's media, as an element with `stream-key` is about to, while the element's code is
 * still on its way. The answer waits in the browser's HTTP cache: on a slow line the photos come a round trip earlier.
 */
export function prefetchMedia(element: HTMLElement, tag: TagSettings): void {
  const { api: base, key } = { ...tag, ...element.dataset };
  const value = (name: string) => element.getAttribute(name);
  const product = value('stream-key');
  if (product && key) {
    fetch(mediaAddress({ base, key }, '/streams', product, value('sorting'), value('limit')))
      .then((answer) => answer.text())
      .catch(() => {}); // The element will ask again, and say so.
  }
}
