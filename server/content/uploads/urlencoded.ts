import { ContentError } from '../errors.ts';
import { MAX_PAIRS } from './limits.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Reads `name=value&…` as clients send it, with values that may not be escaped: a `=` or a `%` may stand for itself (the
 * specification's example is "This%20is%a%20caption"), non-ASCII bytes may be unescaped, and a URL continues after its
 * `&`s.
 *
 * @param text one character for each byte (Latin-1)
 * @param known whether the route has a field of this name
 * @returns pairs; a value is undefined if its bytes are not UTF-8
 * @throws {ContentError} 413 for too many pairs
 */
export function readUrlencoded(
  text: string,
  known: (name: string) => boolean,
): [name: string, value: string | undefined][] {
  const written = text.split('&').filter((pair) => pair !== '');
  if (written.length > MAX_PAIRS) throw new ContentError(413, `A form or a query has at most ${MAX_PAIRS} pairs.`);
  // Each entry is a pair with the parts of its value that follow an `&`.
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
    // A name that is not UTF-8 is unknown, and stays as it is.
    return [decode(name) ?? name, decode(pair.slice(name.length + 1))];
  });
}

/** As in `avatar_url=https://example.com/a?size=1`. An escaped URL does not have these characters. */
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
