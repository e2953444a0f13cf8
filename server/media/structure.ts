import { MediaError } from './errors.ts';
import type { ImageSource } from './formats.ts';
import { MAX_FRAMES, MAX_SCANS } from './limits.ts';

/**
 * Refuses pictures with so many frames or scans that reading them costs more than their pixels do. The check reads only
 * the headers of the parts. libvips must not read such a picture at all: it takes two minutes for the size of a WebP with
 * 160,000 frames and 35 s for a JPEG with 900 scans, and its own time limit does not end that.
 * @returns whether the lines of the picture follow each other, as in baseline JPEG and in PNG without interlacing
 * @throws {MediaError} for too many frames or scans
 */
export function checkStructure(bytes: Buffer, format: ImageSource): { isSequential: boolean } {
  const isSequential = format === 'jpeg' ? checkScans(bytes) : format === 'png' && bytes[INTERLACE_METHOD] === 0;
  const frames = format === 'gif' ? countGifFrames(bytes) : format === 'webp' ? countWebpFrames(bytes) : 1;
  if (frames > MAX_FRAMES)
    throw new MediaError(`The picture has too many frames; at most ${MAX_FRAMES} are accepted. Send it as a video.`);
  return { isSequential };
}

/** The offset of the interlace method in a PNG header (11.2.1). 0 means no interlacing. */
const INTERLACE_METHOD = 28;

/**
 * Counts the scans of a JPEG (ITU-T T.81, B.1). It is made of segments; after each "start of scan" the data of the scan
 * follow, up to the next marker.
 *
 * @returns whether the JPEG is baseline or extended and one scan has all its components
 */
function checkScans(bytes: Buffer): boolean {
  let scans = 0;
  let components = 0;
  let isSequential = false;
  for (let at = 2; at + 4 <= bytes.length; ) {
    const marker = bytes[at + 1] as number;
    // A marker may follow fill bytes. Garbage is skipped, as decoders do.
    if (bytes[at] !== 0xff || !isMarker(marker)) {
      at++;
      continue;
    }
    if (marker === END_OF_IMAGE) break;
    if (marker === BASELINE || marker === EXTENDED) components = bytes[at + 9] ?? 0;
    if (marker === START_OF_SCAN) {
      isSequential = ++scans === 1 && components > 0 && bytes[at + 4] === components;
      if (scans > MAX_SCANS)
        throw new MediaError(`The JPEG picture has too many scans; at most ${MAX_SCANS} are accepted. Save it anew.`);
    }
    at += hasNoLength(marker) ? 2 : 2 + bytes.readUInt16BE(at + 2);
  }
  return isSequential;
}

/** The "start of frame" markers of sequential Huffman coding. All others are progressive, lossless or arithmetic. */
const BASELINE = 0xc0;
const EXTENDED = 0xc1;
const START_OF_SCAN = 0xda;
const END_OF_IMAGE = 0xd9;

/** In the data of a scan, 00 after FF means that FF is data. */
function isMarker(code: number): boolean {
  return code !== 0 && code !== 0xff;
}

/** Restart markers, "start of image" and TEM have no length. */
function hasNoLength(marker: number): boolean {
  return (marker >= 0xd0 && marker <= 0xd8) || marker === 0x01;
}

/** Counts the images of a GIF89a: a header with a colour table, then extensions and images, each with blocks of data. */
function countGifFrames(bytes: Buffer): number {
  let frames = 0;
  for (let at = 13 + tableBytes(bytes[10] ?? 0); at < bytes.length && frames <= MAX_FRAMES; ) {
    const kind = bytes[at];
    if (kind === GIF_EXTENSION) at = skipBlocks(bytes, at + 2);
    else if (kind === GIF_IMAGE) {
      frames++;
      at = skipBlocks(bytes, at + 11 + tableBytes(bytes[at + 9] ?? 0));
    } else break;
  }
  return frames;
}

const GIF_EXTENSION = 0x21;
const GIF_IMAGE = 0x2c;

function tableBytes(flags: number): number {
  return flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0;
}

function skipBlocks(bytes: Buffer, from: number): number {
  let at = from;
  for (let length = bytes[at]; length; length = bytes[at]) at += 1 + length;
  return at + 1;
}

/** Counts the frames of a WebP (RFC 9649): chunks of a name, a length and that many bytes, padded to an even number. */
function countWebpFrames(bytes: Buffer): number {
  let frames = 0;
  for (let at = 12; at + 8 <= bytes.length && frames <= MAX_FRAMES; ) {
    if (bytes.toString('latin1', at, at + 4) === 'ANMF') frames++;
    const length = bytes.readUInt32LE(at + 4);
    at += 8 + length + (length % 2);
  }
  return frames;
}
