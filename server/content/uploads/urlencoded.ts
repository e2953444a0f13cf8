const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Reads `name=value&…` as its real senders write it: values may be unescaped, so a `=` or a `%` may stand for itself
 * ("This%20is%a%20caption", as the specification's example has it), bytes beyond ASCII may come as they are, and a
 * URL goes on behind its `&`s.
 *
 * @param text each character one byte
 * @param known whether a field of this name is expected
 * @returns a value is undefined when its bytes are not UTF-8
 */
export function readUrlencoded(
  text: string,
  known: (name: string) => boolean,
): [name: string, value: string | undefined][] {
  const pairs: string[] = [];
  for (const pair of text.split('&').filter((pair) => pair !== '')) {
    const before = pairs.at(-1) ?? '';
    if (UNESCAPED_URL.test(before) && !known(nameOf(pair))) pairs[pairs.length - 1] = `${before}&${pair}`;
    else pairs.push(pair);
  }
  return pairs.map((pair) => {
    const name = nameOf(pair);
    // A name that is not UTF-8 is none of ours.
    return [decode(name) ?? name, decode(pair.slice(name.length + 1))];
  });
}

/** `avatar_url=https://example.com/a?size=1`: nobody who escapes leaves these characters. */
const UNESCAPED_URL = /^[^=]+=https?:\/\/[^?]*\?/;

function nameOf(pair: string): string {
  return pair.slice(0, pair.includes('=') ? pair.indexOf('=') : pair.length);
}

function decode(text: string): string | undefined {
  const bytes = text
    .replaceAll('+', ' ')
    .replaceAll(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  try {
    return utf8.decode(Buffer.from(bytes, 'latin1'));
  } catch {
    return undefined;
  }
}
