/**
 * Readers of `document` that markup cannot mislead. With `<img name="cookie">` in a review, `document.cookie` is that
 * picture ("DOM clobbering": HTML Standard, "DOM tree accessors"). On `window`, markup adds only names that are not there.
 */

type Property = 'cookie' | 'currentScript' | 'hidden' | 'prerendering' | 'readyState' | 'referrer';

/**
 * The object whose property is read and written. Markup replaces a property by an object only. A text or a boolean may be
 * the page's own override, as consent managers have for `cookie`, and is respected.
 */
function ownerOf(name: Property): Document {
  const value: unknown = document[name];
  return Object(value) === value ? Document.prototype : document;
}

export function readDocument<P extends Property>(name: P): Document[P] {
  return Reflect.get(ownerOf(name), name, document);
}

export function writeCookie(cookie: string): void {
  Reflect.set(ownerOf('cookie'), 'cookie', cookie, document);
}

/** The elements in a document, a shadow root or an element, in document order. */
export function findAll<E extends Element>(selectors: string, root: Node = document): E[] {
  return [...Object.getPrototypeOf(root).querySelectorAll.call(root, selectors)];
}

/**
 * The page's script tag, by which the elements find the service and the key. Other scripts may have a `data-key`, as those
 * of payment forms do. A script in an SVG has no `src`, and is not the tag.
 */
export function findTag(): HTMLScriptElement | undefined {
  return findAll<HTMLScriptElement>('script[data-key][src*=vitrine]').find(({ src }) => src);
}
