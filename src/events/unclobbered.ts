/**
 * `document` as the browser has it. Markup takes over its properties: with `<img name="cookie">` in a review,
 * `document.cookie` is that picture ("DOM clobbering": HTML Standard, "DOM tree accessors"). On `window`, markup only adds
 * names that are not there.
 */

type Property = 'cookie' | 'currentScript' | 'hidden' | 'prerendering' | 'readyState' | 'referrer';

/**
 * Where a property is read and written. Markup puts only objects in its place. A text or a truth value may be an override
 * by the page, as consent managers have for `cookie`, and stands.
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

/** Elements within a document, a shadow root or an element, in their order. */
export function findAll<E extends Element>(selectors: string, root: Node = document): E[] {
  return [...Object.getPrototypeOf(root).querySelectorAll.call(root, selectors)];
}

/**
 * The page's script tag, by which the elements find service and key. Others have scripts with a `data-key` too, such as
 * payment forms. A script within an SVG is none, and has no `src` to read.
 */
export function findTag(): HTMLScriptElement | undefined {
  return findAll<HTMLScriptElement>('script[data-key][src*=vitrine]').find(({ src }) => src);
}
