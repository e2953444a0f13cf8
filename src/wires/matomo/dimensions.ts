/** Which segment is which custom dimension of the site there, by the dimension's number. */
export type Dimensions = Readonly<Record<string, number>>;

/** A server's reports have no segments: what is to be in them is a custom dimension, whose number the site's settings show. */
const NUMBER = /^[1-9]\d{0,2}$/;
/** `section:3,season:4`, as an attribute says it: a segment's name has no colon. */
const PAIR = /([^:]+):\s*(\d+)\s*(?:,|$)/gy;

/**
 * Segments' names with their dimensions' numbers.
 * @throws TypeError a number is not one from 1 to 999, or the text is not `section:3,season:4`
 */
export function readDimensions(said: Dimensions | string): ReadonlyMap<string, string> {
  const pairs = typeof said === 'string' ? readPairs(said) : Object.entries(said);
  for (const [name, number] of pairs)
    if (!NUMBER.test(`${number}`)) throw new TypeError(`dimensions: ${name}: expected a number from 1 to 999`);
  return new Map(pairs.map(([name, number]) => [name, `dimension${number}`]));
}

function readPairs(text: string): [name: string, number: string][] {
  const found = [...text.matchAll(PAIR)];
  // What stands between pairs is no pair.
  if (found.map(([pair]) => pair).join('') !== text) throw new TypeError('dimensions: expected section:3,season:4');
  return found.map(([, name = '', number = '']) => [name.trim(), number]);
}
