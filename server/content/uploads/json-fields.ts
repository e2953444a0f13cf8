import { ContentError, invalidType } from '../errors.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** An optional byte order mark and white space, then the brace of an object. */
const BEGINNING = /^(?:\xef\xbb\xbf)?[ \t\r\n]*\{/;

/**
 * Whether a body is JSON. The content type does not decide: some clients send JSON as text/plain, which needs no CORS
 * preflight, and some send it as a form. No form of this API begins with a brace.
 */
export function beginsJson(body: Buffer): boolean {
  return BEGINNING.test(body.toString('latin1'));
}

/**
 * Reads a JSON object as a form with the same values. Numbers and booleans become text, and null an empty text.
 * @param known whether the route has a field of this name; all other fields are ignored
 * @returns pairs; a value is undefined if it is not well-formed Unicode
 * @throws {ContentError} 400 for a body that is not JSON in UTF-8, and for an array or an object in a known field
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
