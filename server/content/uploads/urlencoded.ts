import { ContentError } from '../errors.ts';
import { MAX_PAIRS } from './limits.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Reads `name=value&…` as its real senders write it: values may be unescaped, so a `=` or a `%` may stand for itself
 * ("This%20is%a%20caption", as the specification's example has it), bytes beyond ASCII may come as they are, and a
 * URL goes on behind its `&`s.
 *
 * @param text each character one byte
 * @param known whether a field of this name is expected
 * @returns a value is undefined when its bytes are not UTF-8
 * @throws {ContentError} 413 for more pairs than are read
 */
export function readUrlencoded(
  text: string,
  known: (name: string) => boolean,
): [name: string, value: string | undefined][] {
  const written = text.split('&').filter((pair) => pair !== '');
  if (written.length > MAX_PAIRS) throw new ContentError(413, `A form or a query has at most ${MAX_PAIRS} pairs.`);
  // Each pair with what goes on behind its `&`s.
  const pairs: string[][] = [];
  let goesOn = false;
  for (const part of written) {
    if (goesOn && !known(nameOf(part))) pairs.at(-1)?.push(part);
    else {
      pairs.push([part]);
      goesOn = UNESCAPED_URL.test(part);
    }
  }
  return pairs.map((parts) => {
    const pair = parts.join('&');
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
