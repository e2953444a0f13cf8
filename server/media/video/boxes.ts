import { MediaError } from '../errors.ts';
import { MAX_VIDEO_PARTS } from '../limits.ts';

/** One box of an ISO base media file (ISO/IEC 14496-12, 4.2): a length, a type of four characters, a payload. */
export interface Box {
  type: string;
  /** The offset of the box, header included. */
  start: number;
  /** The offset of the payload. */
  body: number;
  end: number;
}

/** Reads the boxes between two offsets, one at a time. A box that does not fit is an error. */
export class BoxReader {
  readonly bytes: Buffer;
  #left = MAX_VIDEO_PARTS;
  #samplesLeft: number;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
    this.#samplesLeft = bytes.length;
  }

  *children(from: number, to: number): Generator<Box> {
    let at = from;
    while (at < to) {
      // Some cameras end a container with a 32-bit zero instead of a box.
      if (to - at < 8) {
        this.bytes.fill(0, at, to);
        return;
      }
      const box = this.#at(at, to);
      if (--this.#left < 0) throw new MediaError('The MP4 has too many boxes.');
      yield box;
      at = box.end;
    }
  }

  #at(start: number, limit: number): Box {
    const { bytes } = this;
    let size = bytes.readUInt32BE(start);
    const type = bytes.toString('latin1', start + 4, start + 8);
    let body = start + 8;
    if (size === 1 && limit - start >= 16) {
      size = Number(bytes.readBigUInt64BE(start + 8));
      body = start + 16;
    } else if (size === 0) {
      size = limit - start;
    }
    if (size < body - start || start + size > limit) {
      throw new MediaError(
        `The MP4 is damaged or cut off: its box "${printable(type)}" at byte ${start} does not fit.`,
      );
    }
    return { type, start, body, end: start + size };
  }

  /** Returns the needed boxes of a container, and blanks all others. */
  keep(container: { body: number; end: number }, needed: readonly string[]): Box[] {
    const kept: Box[] = [];
    for (const box of this.children(container.body, container.end)) {
      if (needed.includes(box.type)) kept.push(box);
      else this.blank(box);
    }
    return kept;
  }

  /** Turns a box into free space, which every reader skips, and zeroes it. */
  blank(box: Box): void {
    this.bytes.write('free', box.start + 4, 'latin1');
    this.bytes.fill(0, box.body, box.end);
  }

  /**
   * Zeroes samples. Together they cannot be longer than the file: a file whose chunks or tracks share the same bytes
   * would otherwise take that much time for each of them.
   *
   * @throws {MediaError}
   */
  emptySamples(start: number, length: number): void {
    this.#samplesLeft -= length;
    if (start + length > this.bytes.length || this.#samplesLeft < 0) {
      throw new MediaError('The MP4 is damaged: a track points outside the file.');
    }
    this.bytes.fill(0, start, start + length);
  }

  /**
   * Finds the box of a type, which must exist and have at least `length` bytes.
   *
   * @throws {MediaError}
   */
  one(boxes: Box[], type: string, length: number): Box {
    const box = boxes.find((box) => box.type === type);
    if (!box) throw new MediaError(`The MP4 is damaged: its box "${type}" is missing.`);
    if (box.end - box.body < length) throw new MediaError(`The MP4 is damaged: its box "${type}" is too short.`);
    return box;
  }
}

function printable(type: string): string {
  return type.replace(/[^\x20-\x7e]/g, '?');
}
