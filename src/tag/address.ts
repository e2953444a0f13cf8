/** The name of a setting in an address: the attribute's name without `data-`. */
const NAME = /^[a-z]+(-[a-z]+)*$/;
/** Settings that are read from an address. Further ones are ignored. */
const MAX_SETTINGS = 50;

/**
 * Sets the attributes that are in the address of the tag: `vitrine.js#key=…&cookie-domain=shop.example`, or after `?`. Tag
 * managers create script elements without their `data-` attributes. An attribute that is present wins. Elements read service
 * and key from the attributes, so the settings become attributes.
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
