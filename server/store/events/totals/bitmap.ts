/**
 * A set of numbers from 0 to `BLOCK` - 1, in the form of Roaring bitmaps' containers (roaringbitmap.org). Few numbers are
 * stored as a list of 16 bits each, little-endian and ascending; many, as one bit for each possible number.
 */

/** The numbers of a block: as many as fit, with the block's key, into a row within one SQLite page of 4 KiB. */
export const BLOCK = 7_680;

const BYTES = BLOCK / 8;
const LISTED = 2;

/** A set that can be changed and loaded again and again: only `store` allocates memory. */
export class Bitmap {
  readonly #bytes = new Uint8Array(BYTES);
  // The same memory as words, where the order of bits does not matter. Loops use an index: `for of` takes ten times as long.
  readonly #words = new Int32Array(this.#bytes.buffer);

  /** Becomes the stored set; the empty set where nothing is stored. */
  load(stored: Uint8Array | undefined): this {
    if (stored?.length === BYTES) {
      this.#bytes.set(stored);
      return this;
    }
    this.#words.fill(0);
    if (stored) {
      for (let at = 0; at < stored.length; at += LISTED)
        this.set((stored[at] as number) | ((stored[at + 1] as number) << 8));
    }
    return this;
  }

  set(number: number): void {
    this.#bytes[number >> 3] = (this.#bytes[number >> 3] as number) | (1 << (number & 7));
  }

  clear(number: number): void {
    this.#bytes[number >> 3] = (this.#bytes[number >> 3] as number) & ~(1 << (number & 7));
  }

  /** Keeps the numbers that both sets have. */
  intersect(other: Bitmap): void {
    for (let at = 0; at < this.#words.length; at++)
      this.#words[at] = (this.#words[at] as number) & (other.#words[at] as number);
  }

  /** How many numbers it has. */
  get size(): number {
    let size = 0;
    for (let at = 0; at < this.#words.length; at++) size += bitsOf(this.#words[at] as number);
    return size;
  }

  /** The set as it is stored; nothing for the empty set. */
  store(): Uint8Array | undefined {
    const { size } = this;
    if (size === 0) return undefined;
    if (size * LISTED >= BYTES) return this.#bytes.slice();
    const list = new Uint8Array(size * LISTED);
    let to = 0;
    for (let at = 0; at < BYTES; at++) {
      const byte = this.#bytes[at] as number;
      for (let bit = 0; byte >> bit !== 0; bit++) {
        if (((byte >> bit) & 1) === 0) continue;
        const number = at * 8 + bit;
        list[to++] = number & 255;
        list[to++] = number >> 8;
      }
    }
    return list;
  }
}

/** The ones among 32 bits, added up in pairs, fours and bytes at once (Warren, Hacker's Delight, 5-1). */
function bitsOf(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
