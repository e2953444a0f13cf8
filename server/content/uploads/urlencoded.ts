import { unknownCharset } from '../errors.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Reads `name=value&…` as its real senders write it: values may be unescaped, so a `=` or a `%` may stand for itself
 * ("This%20is%a%20caption", as the specification's example has it) and bytes beyond ASCII may come as they are.
 *
 * @param text each character one byte
 * @throws {ContentError} naming the parameter whose bytes are not UTF-8
 */
export function readUrlencoded(text: string): [name: string, value: string][] {
  return text
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const end = pair.includes('=') ? pair.indexOf('=') : pair.length;
      const name = decode(pair.slice(0, end), 'name');
      return [name, decode(pair.slice(end + 1), name)];
    });
}

function decode(text: string, parameter: string): string {
  const bytes = text
    .replaceAll('+', ' ')
    .replaceAll(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  try {
    return utf8.decode(Buffer.from(bytes, 'latin1'));
  } catch {
    throw unknownCharset(parameter);
  }
}
