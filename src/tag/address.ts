import { findTag } from '../events/unclobbered.ts';

/** The name of a setting in an address: the attribute's name without `data-`. */
const NAME = /^[a-z]+(-[a-z]+)*$/;
/** Settings that are read from an address. Further ones are ignored. */
const MAX_SETTINGS = 50;

/**
 * Sets the attributes that are in the address of the tag: `vitrine.js#key=…&cookie-domain=shop.example`, or after `?`. Tag
 * managers create script elements without their `data-` attributes. An attribute that is present wins. Elements read service
 * and key from the attributes, so the settings become attributes.
 *
 * jQuery inserts a script of an HTML text as a new element that has only the address. The element of the page's markup,
 * which has the attributes, is in the document then.
 * @returns the tag, or the element of the markup with the same file where this one has no key
 */
export function readAddress(tag: HTMLScriptElement): HTMLScriptElement {
  const { hash, search } = new URL(tag.src, location.href);
  const settings = [...new URLSearchParams(hash.slice(1)), ...new URLSearchParams(search)];
  for (const [name, value] of settings.slice(0, MAX_SETTINGS)) {
    const attribute = `data-${name}`;
    if (NAME.test(name) && !tag.hasAttribute(attribute)) tag.setAttribute(attribute, value);
  }
  const inMarkup = tag.dataset.key ? undefined : findTag();
  return inMarkup && fileOf(inMarkup) === fileOf(tag) ? inMarkup : tag;
}

/** Without the parameters, to which jQuery before version 3 adds the time. */
function fileOf({ src }: HTMLScriptElement): string {
  const { origin, pathname } = new URL(src, location.href);
  return origin + pathname;
}
