import { findTag } from '../events/unclobbered.ts';

/** A setting's name as it stands in an address: its attribute without `data-`. */
const NAME = /^[a-z]+(-[a-z]+)*$/;
/** Settings that are read of an address; others are left out. */
const MAX_SETTINGS = 50;

/**
 * Gives the tag the attributes that stand in its address: `vitrine.js#key=…&cookie-domain=shop.example`, or after `?`.
 * Tag managers make script elements anew and leave their `data-` attributes out. An attribute that is there stays. They
 * become attributes, since elements find service and key by these.
 *
 * jQuery runs a script that comes in HTML as an element of its own, which has the address only. The element of the page's
 * markup, with the attributes, then stands in the document.
 * @returns the tag, or that of the markup with the same file where this one has no key
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
