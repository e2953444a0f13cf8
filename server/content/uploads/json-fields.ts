import { ContentError, invalidType } from '../errors.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** A byte order mark and white space, then the bracket of an object. */
const BEGINNING = /^(?:\xef\xbb\xbf)?[ \t\r\n]*\{/;

/**
 * Whether a body is meant as JSON, whatever its content type says: clients send it as text/plain, which needs no
 * preflight, and some under the type of forms. No form of ours begins like this.
 */
export function beginsJson(body: Buffer): boolean {
  return BEGINNING.test(body.toString('latin1'));
}

/**
 * Reads a JSON object as a form with the same values: numbers and booleans are texts, and null is an empty one.
 * @param known whether a field of this name is expected; what others hold is not looked at
 * @returns a value is undefined when it is no text of whole characters
 * @throws {ContentError} 400 for what is not JSON in UTF-8, and for an array or an object in a known field
 */
export function readJsonFields(
  body: Buffer,
  known: (name: string) => boolean,
): [name: string, value: string | undefined][] {
  return Object.entries(parse(decode(body)))
    .filter(([name]) => known(name))
    .map(([name, value]) => [name, textOf(name, value)]);
}

function decode(body: Buffer): string {
  try {
    return utf8.decode(body);
  } catch {
    throw new ContentError(400, 'The body is not UTF-8.');
  }
}

function parse(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ContentError(400, `The body begins with "{" and is not JSON: ${(error as Error).message.slice(0, 200)}`);
  }
}

function textOf(name: string, value: unknown): string | undefined {
  if (value === null) return '';
  if (typeof value === 'object') throw invalidType(name, Array.isArray(value) ? 'array' : 'object', 'string');
  const text = String(value);
  return text.isWellFormed() ? text : undefined;
}
