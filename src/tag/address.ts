/** A setting's name as it stands in an address: its attribute without `data-`. */
const NAME = /^[a-z]+(-[a-z]+)*$/;
/** Settings that are read of an address; others are left out. */
const MAX_SETTINGS = 50;

/**
 * Gives the tag the attributes that stand in its address: `vitrine.js#key=…&cookie-domain=shop.example`, or after `?`.
 * Tag managers make script elements anew and leave their `data-` attributes out. An attribute that is there stays. They
 * become attributes, since elements find service and key by these.
 * @returns the tag
 */
export function readAddress(tag: HTMLScriptElement): HTMLScriptElement {
  const { hash, search } = new URL(tag.src, location.href);
  const settings = [...new URLSearchParams(hash.slice(1)), ...new URLSearchParams(search)];
  for (const [name, value] of settings.slice(0, MAX_SETTINGS)) {
    const attribute = `data-${name}`;
    if (NAME.test(name) && !tag.hasAttribute(attribute)) tag.setAttribute(attribute, value);
  }
  return tag;
}
