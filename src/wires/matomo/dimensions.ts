/** The numbers of the site's custom dimensions, by the segments that they hold. */
export type Dimensions = Readonly<Record<string, number>>;

/** The number of a custom dimension, which the site's settings show. */
const NUMBER = /^[1-9]\d{0,2}$/;
/** One pair of `section:3,season:4`. A segment's name has no colon. */
const PAIR = /([^:]+):\s*(\d+)\s*(?:,|$)/gy;

/**
 * The names of segments with the parameters of their dimensions.
 * @throws {TypeError} a number is not from 1 to 999, or the text is not like `section:3,season:4`
 */
export function readDimensions(said: Dimensions | string): ReadonlyMap<string, string> {
  const pairs = typeof said === 'string' ? readPairs(said) : Object.entries(said);
  for (const [name, number] of pairs)
    if (!NUMBER.test(`${number}`)) throw new TypeError(`dimensions: ${name}: expected a number from 1 to 999`);
  return new Map(pairs.map(([name, number]) => [name, `dimension${number}`]));
}

function readPairs(text: string): [name: string, number: string][] {
  const found = [...text.matchAll(PAIR)];
  // Pairs that do not make up the whole text leave something between them that is no pair.
  if (found.map(([pair]) => pair).join('') !== text) throw new TypeError('dimensions: expected section:3,season:4');
  return found.map(([, name = '', number = '']) => [name.trim(), number]);
}
