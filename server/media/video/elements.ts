import { MediaError } from '../errors.ts';
import { MAX_VIDEO_PARTS } from '../limits.ts';

/** One element of an EBML document (RFC 8794): an id, a length, a payload. */
export interface Element {
  id: number;
  /** The offset of the element, id and length included. */
  start: number;
  /** The offset of the payload. */
  body: number;
  end: number;
}

const VOID = 0xec;
const CRC = 0xbf;
const SEGMENT = 0x18538067;
const CLUSTER = 0x1f43b675;
/** Timestamp, position, previous size, simple block and block group. Any other element ends a cluster of unknown length. */
export const IN_CLUSTER: readonly number[] = [0xe7, 0xa7, 0xab, 0xa3, 0xa0];

/** Reads the elements of a container, one at a time. An element that does not fit is an error. */
export class ElementReader {
  readonly bytes: Buffer;
  #left = MAX_VIDEO_PARTS;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  *children(container: { body: number; end: number }): Generator<Element> {
    let at = container.body;
    while (at < container.end) {
      const element = this.#at(at, container.end);
      yield element;
      at = element.end;
    }
  }

  /** Returns the needed elements of a container, and blanks all others. */
  keep(container: Element, needed: readonly number[]): Element[] {
    const kept: Element[] = [];
    for (const element of this.children(container)) {
      if (needed.includes(element.id)) kept.push(element);
      else this.blank(element);
    }
    return kept;
  }

  /** Turns an element into a Void of the same length (RFC 8794, 11.3.2), which every reader skips, and zeroes it. */
  blank(element: Element): void {
    const { bytes } = this;
    const length = element.end - element.start;
    bytes.fill(0, element.start, element.end);
    bytes[element.start] = VOID;
    if (length < 10) {
      bytes[element.start + 1] = 0x80 | (length - 2);
    } else {
      bytes[element.start + 1] = 0x01;
      bytes.writeUIntBE(length - 9, element.start + 3, 6);
    }
  }

  uint(elements: Element[], id: number): number | undefined {
    const element = elements.find((element) => element.id === id);
    if (!element) return undefined;
    const length = element.end - element.body;
    if (length === 0) return 0;
    // JavaScript cannot represent all numbers of seven bytes, and no number here needs more than six.
    if (length > 8 || this.bytes.subarray(element.body, element.end - 6).some((byte) => byte !== 0)) {
      throw new MediaError('The WebM is damaged: a number in it is too large.');
    }
    const digits = Math.min(length, 6);
    return this.bytes.readUIntBE(element.end - digits, digits);
  }

  float(elements: Element[], id: number): number | undefined {
    const element = elements.find((element) => element.id === id);
    if (!element) return undefined;
    const length = element.end - element.body;
    if (length === 4) return this.bytes.readFloatBE(element.body);
    if (length === 8) return this.bytes.readDoubleBE(element.body);
    return undefined;
  }

  /** The time of a block relative to its cluster: 16 signed bits after the track's number (RFC 9559, 10.1). */
  blockTime(block: Element): number {
    const track = this.#vint(block.body, 8, block.end);
    const at = block.body + track.length;
    if (at + 2 > block.end) throw damaged(block.start);
    return this.bytes.readInt16BE(at);
  }

  text(elements: Element[], id: number): string | undefined {
    const element = elements.find((element) => element.id === id);
    return (
      element &&
      this.bytes.toString('latin1', element.body, Math.min(element.end, element.body + 16)).replace(/\0+$/, '')
    );
  }

  #at(start: number, limit: number): Element {
    if (--this.#left < 0) throw new MediaError('The WebM has too many elements.');
    const id = this.#vint(start, 4, limit);
    const size = this.#vint(start + id.length, 8, limit);
    const body = start + id.length + size.length;
    const unknown = size.value === 2 ** (7 * size.length) - 1;
    const end = unknown ? this.#endOfUnknown(id.raw, body, limit) : body + size.value;
    if (end > limit) throw damaged(start);
    return { id: id.raw, start, body, end };
  }

  /** The end of a segment or cluster without a length, as live recordings have them (RFC 9559, 10). */
  #endOfUnknown(id: number, body: number, limit: number): number {
    if (id === SEGMENT) return limit;
    if (id !== CLUSTER) throw new MediaError('The WebM is damaged: an element other than a cluster has no length.');
    let at = body;
    while (at < limit) {
      const next = this.#vint(at, 4, limit).raw;
      if (!IN_CLUSTER.includes(next) && next !== VOID && next !== CRC) return at;
      at = this.#at(at, limit).end;
    }
    return at;
  }

  /** Reads a number whose leading zero bits give its length (RFC 8794, 4). `raw` includes the marker, as in ids. */
  #vint(at: number, longest: number, limit: number): { raw: number; value: number; length: number } {
    const first = at < limit ? (this.bytes[at] ?? 0) : 0;
    const length = Math.clz32(first) - 23;
    if (first === 0 || length > longest || at + length > limit) throw damaged(at);
    let value = first & (0xff >> length);
    for (let byte = at + 1; byte < at + length; byte++) value = value * 256 + (this.bytes[byte] ?? 0);
    return { raw: (first & (0x80 >> (length - 1))) * 256 ** (length - 1) + value, value, length };
  }
}

function damaged(at: number): MediaError {
  return new MediaError(`The WebM is damaged or cut off at byte ${at}.`);
}
