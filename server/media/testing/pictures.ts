import sharp from 'sharp';

/** Pictures that are small files and much work. */

/** A GIF of frames of one pixel each on a square of so many pixels a side. */
export function gifOf(frames: number, side: number): Buffer {
  const size = Buffer.alloc(4);
  size.writeUInt16LE(side, 0);
  size.writeUInt16LE(side, 2);
  const screen = Buffer.concat([Buffer.from('GIF89a'), size, Buffer.from([0x80, 0, 0, 0, 0, 0, 255, 255, 255])]);
  // Image descriptor, LZW code size, one block of data, its end.
  const frame = Buffer.from([0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 0x01, 0]);
  return Buffer.concat([screen, ...Array.from({ length: frames }, () => frame), Buffer.from([0x3b])]);
}

/** The same as WebP. */
export async function webpOf(frames: number, side: number): Promise<Buffer> {
  const pixel = sharp({ create: { width: 1, height: 1, channels: 3, background: 'red' } });
  const picture = (await pixel.webp({ lossless: true }).toBuffer()).subarray(12);
  const features = Buffer.alloc(10);
  features[0] = 0x02;
  features.writeUIntLE(side - 1, 4, 3);
  features.writeUIntLE(side - 1, 7, 3);
  const frame = riff('ANMF', Buffer.concat([Buffer.alloc(16), picture]));
  const chunks = [
    riff('VP8X', features),
    riff('ANIM', Buffer.alloc(6)),
    ...Array.from({ length: frames }, () => frame),
  ];
  return riff('RIFF', Buffer.concat([Buffer.from('WEBP'), ...chunks]));
}

function riff(name: string, content: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.write(name, 'latin1');
  head.writeUInt32LE(content.length, 4);
  return Buffer.concat([head, content, Buffer.alloc(content.length % 2)]);
}

/**
 * A gray, progressive JPEG with one scan for its brightness and so many others, of one coefficient and one bit each, as
 * ITU-T T.81 allows them (G.1.1.1). All coefficients are 0, so a scan is one code for each 32,767 blocks.
 */
export function manyScans(side: number, scans: number): Buffer {
  const blocks = Math.ceil(side / 8) ** 2;
  const frame = Buffer.from([8, 0, 0, 0, 0, 1, 1, 0x11, 0]);
  frame.writeUInt16BE(side, 1);
  frame.writeUInt16BE(side, 3);
  const parts = [
    Buffer.from([0xff, 0xd8]),
    segment(0xdb, Buffer.concat([Buffer.from([0]), Buffer.alloc(64, 1)])),
    segment(0xc2, frame),
    segment(0xc4, oneCode(0x00, 0x00)),
    segment(0xda, Buffer.from([1, 1, 0, 0, 0, 0])),
    entropyCoded('0'.repeat(blocks)),
  ];
  const empty = emptyBlocks(blocks);
  for (let scan = 0; scan < scans; scan++) {
    const coefficient = 1 + (scan % 63);
    const low = 13 - Math.floor(scan / 63);
    const high = low === 13 ? 0 : low + 1;
    parts.push(segment(0xc4, oneCode(0x10, empty.symbol)));
    parts.push(segment(0xda, Buffer.from([1, 1, 0, coefficient, coefficient, (high << 4) | low])), empty.data);
  }
  return Buffer.concat([...parts, Buffer.from([0xff, 0xd9])]);
}

function segment(marker: number, content: Buffer): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(content.length + 2, 2);
  return Buffer.concat([head, content]);
}

/** A Huffman table whose only code is a 0. */
function oneCode(place: number, symbol: number): Buffer {
  return Buffer.concat([Buffer.from([place, 1]), Buffer.alloc(15), Buffer.from([symbol])]);
}

/** "End of band" for a run of blocks, EOBn: 2^n blocks, and as many more as n bits say. */
function emptyBlocks(blocks: number): { symbol: number; data: Buffer } {
  const bits = Math.min(14, Math.floor(Math.log2(blocks)));
  const least = 2 ** bits;
  let codes = '';
  for (let left = blocks; left > 0; ) {
    let run = Math.min(left, 2 * least - 1);
    if (left > run && left - run < least) run = left - least;
    codes += `0${(run - least).toString(2).padStart(bits, '0')}`;
    left -= run;
  }
  return { symbol: bits << 4, data: entropyCoded(codes) };
}

/** Bits, filled up with ones; a byte of ones is followed by a 0. */
function entropyCoded(bits: string): Buffer {
  const bytes: number[] = [];
  for (let at = 0; at < bits.length; at += 8) {
    const byte = Number.parseInt(bits.slice(at, at + 8).padEnd(8, '1'), 2);
    bytes.push(byte);
    if (byte === 0xff) bytes.push(0);
  }
  return Buffer.from(bytes);
}
