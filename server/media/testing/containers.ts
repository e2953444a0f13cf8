/** Builds the smallest MP4 and WebM files that say what a test wants them to say. */

export function box(type: string, ...parts: (Uint8Array | string)[]): Buffer {
  const body = Buffer.concat(parts.map((part) => Buffer.from(part as string, 'latin1')));
  return Buffer.concat([u32(body.length + 8), Buffer.from(type, 'latin1'), body]);
}

export function u32(...values: number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, index) => {
    bytes.writeUInt32BE(value, 4 * index);
  });
  return bytes;
}

export const IDENTITY = [0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000];
export const QUARTER_TURN = [0, 0x10000, 0, 0xffff0000, 0, 0, 0, 0, 0x40000000];

interface TrackOptions {
  id: number;
  handler: string;
  width?: number;
  height?: number;
  matrix?: number[];
  /** Where its one chunk is, and the lengths of the samples in it. */
  offset?: number;
  samples?: number[];
}

export function track({
  id,
  handler,
  width = 0,
  height = 0,
  matrix = IDENTITY,
  offset = 0,
  samples = [],
}: TrackOptions) {
  const dates = u32(3_900_000_000, 3_900_000_000);
  const tkhd = box('tkhd', u32(3), dates, u32(id, 0, 2000, 0, 0, 0, 0, ...matrix, width * 0x10000, height * 0x10000));
  const tables = box(
    'stbl',
    box('stsd', u32(0, 0)),
    box('stsc', u32(0, samples.length && 1), samples.length ? u32(1, samples.length, 1) : ''),
    box('stsz', u32(0, 0, samples.length, ...samples)),
    box('stco', u32(0, samples.length && 1), samples.length ? u32(offset) : ''),
  );
  const media = box(
    'mdia',
    box('mdhd', u32(0), dates, u32(1000, 2000, 0)),
    box('hdlr', u32(0, 0), handler, u32(0, 0, 0), 'SecretHandler\0'),
    box('minf', tables),
  );
  return box('trak', tkhd, media, box('udta', 'SecretTrack'));
}

export function mvhd(duration = 2000): Buffer {
  return box(
    'mvhd',
    u32(0, 3_900_000_000, 3_900_000_000, 1000, duration, 0x10000, 0x1000000, 0, 0),
    u32(...IDENTITY, 0, 0, 0, 0, 0, 0, 2),
  );
}

export function ftyp(brand = 'isom'): Buffer {
  return box('ftyp', brand, u32(512), 'isomavc1mp41');
}

/** `[id, payload]`, nested. */
export type Node = [id: number, payload: Node[] | Uint8Array | string | number, unknownLength?: boolean];

export function ebml([id, payload, unknownLength]: Node): Buffer {
  const body =
    typeof payload === 'number'
      ? u32(payload)
      : Array.isArray(payload)
        ? Buffer.concat(payload.map(ebml))
        : Buffer.from(payload as string, 'latin1');
  const length = Buffer.alloc(8);
  length.writeBigUInt64BE((1n << 56n) | (unknownLength ? (1n << 56n) - 1n : BigInt(body.length)));
  const digits = id.toString(16);
  return Buffer.concat([Buffer.from(digits.padStart(digits.length + (digits.length % 2), '0'), 'hex'), length, body]);
}

export const EBML_HEADER: Node = [0x1a45dfa3, [[0x4282, 'webm']]];

export function tracks(width: number, height: number): Node {
  return [
    0x1654ae6b,
    [
      [
        0xae,
        [
          [0xd7, 1],
          [0x83, 1],
          [0x536e, 'SecretName'],
          [
            0xe0,
            [
              [0xb0, width],
              [0xba, height],
            ],
          ],
        ],
      ],
      [
        0xae,
        [
          [0xd7, 2],
          [0x83, 2],
        ],
      ],
    ],
  ];
}

export function info(...more: Node[]): Node {
  return [0x1549a966, [[0x2ad7b1, 1_000_000], ...more]];
}

export function milliseconds(duration: number): Node {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(duration);
  return [0x4489, bytes];
}

/** A cluster of one-byte blocks of track 1 at these times, in milliseconds after its own. */
export function cluster(timestamp: number, blocks: number[], unknownLength = false): Node {
  return [
    0x1f43b675,
    [[0xe7, timestamp], ...blocks.map((time): Node => [0xa3, Buffer.from([0x81, time >> 8, time & 255, 0x80, 0x55])])],
    unknownLength,
  ];
}
