import type { Sharp } from 'sharp';

/** The pixels of a side of the compared picture. It is so small that saving the picture again does not change it. */
const SIDE = 32;
/** The frequencies of each direction. 8 × 8 of them make the 64 bits. */
const FREQUENCIES = 8;
/**
 * The median amplitude of the frequencies, in levels of grey. The pictures in `demo/` have at least 0.57. Below this
 * minimum a picture has nearly one colour, and its bits are noise.
 */
const MIN_CONTRAST = 0.3;
/**
 * The bits of 64 that may differ between pictures that look alike. Measured with the 68 pictures in `demo/content`: at
 * most 6 differ after saving as JPEG with quality 30 or more, as WebP with 50, at half the size, or 10 % brighter. At
 * least 16 differ between any two of the pictures.
 */
export const MAX_DIFFERENT_BITS = 8;

const COSINES = Array.from({ length: FREQUENCIES }, (_, frequency) =>
  Array.from({ length: SIDE }, (_, x) => Math.cos(((2 * x + 1) * (frequency + 1) * Math.PI) / (2 * SIDE))),
);

/**
 * A perceptual hash (pHash) of a picture: 64 bits as 16 hex digits, one for each of its lowest frequencies that is above
 * their median. Pictures that look alike differ in few bits.
 *
 * @returns null for a picture of nearly one colour, which would look like every other such picture
 */
export async function perceptualHash(picture: Sharp): Promise<string | null> {
  const pixels = await picture
    .flatten({ background: 'white' })
    .greyscale()
    .resize({ width: SIDE, height: SIDE, fit: 'fill' })
    .raw()
    .toBuffer();
  const waves = frequenciesOf(pixels);
  if (median(waves.map(Math.abs)) < MIN_CONTRAST) return null;
  const middle = median(waves);
  const bits = waves.map((wave) => (wave > middle ? '1' : '0')).join('');
  return BigInt(`0b${bits}`).toString(16).padStart(16, '0');
}

/** Whether two hashes are those of pictures that look alike. */
export function looksAlike(one: string, other: string): boolean {
  const different = (from: number) =>
    Number.parseInt(one.slice(from, from + 8), 16) ^ Number.parseInt(other.slice(from, from + 8), 16);
  return bitsOf(different(0)) + bitsOf(different(8)) <= MAX_DIFFERENT_BITS;
}

/** How many bits of 32 are set. */
function bitsOf(word: number): number {
  let count = 0;
  for (let rest = word; rest !== 0; rest &= rest - 1) count++;
  return count;
}

/** The discrete cosine transform, without the constant part of each direction. */
function frequenciesOf(pixels: Buffer): number[] {
  const rows = Array.from({ length: SIDE }, (_, y) => pixels.subarray(y * SIDE, (y + 1) * SIDE));
  const across = rows.map((row) => COSINES.map((cosines) => weigh(row, cosines)));
  return COSINES.flatMap((cosines) =>
    COSINES.map((_, frequency) => {
      const column = across.map((row) => row[frequency] as number);
      return (4 * weigh(column, cosines)) / SIDE ** 2;
    }),
  );
}

function weigh(values: ArrayLike<number>, weights: readonly number[]): number {
  return weights.reduce((sum, weight, i) => sum + weight * (values[i] as number), 0);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length / 2] as number;
}
