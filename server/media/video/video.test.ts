import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MediaError } from '../errors.ts';
import {
  box,
  cluster,
  EBML_HEADER,
  ebml,
  ftyp,
  info,
  milliseconds,
  mvhd,
  type Node,
  QUARTER_TURN,
  track,
  tracks,
  u32,
} from '../testing/containers.ts';
import { cleanVideo } from './video.ts';

const MEDIA = 'picture0picture1SecretGps0SecretGps1';
const PICTURE = { id: 1, handler: 'vide', width: 640, height: 480 };

/** With everything a phone, a drone and a dash camera put into it. */
function mp4(change: { picture?: object; duration?: number; extra?: Buffer[] } = {}): Buffer {
  const head = Buffer.concat([
    ftyp(),
    box('uuid', Buffer.from('be7acfcb97a942e89c71999491e3afac', 'hex'), '<x:xmpmeta>SecretXmp</x:xmpmeta>'),
    box('free', 'SecretSlack'),
  ]);
  const mdat = box('mdat', MEDIA);
  const data = head.length + 8;
  const moov = box(
    'moov',
    mvhd(change.duration),
    track({ ...PICTURE, offset: data, samples: [8, 8], ...change.picture }),
    track({ id: 2, handler: 'meta', offset: data + 16, samples: [10, 10] }),
    box('udta', box('\xa9xyz', '\0\x12\0\0+48.2081+016.3713/Secret'), box('loci', 'SecretLoci')),
    box('meta', box('ilst', 'com.apple.quicktime.location.ISO6709 Secret')),
    box('gps ', 'SecretIndex'),
  );
  return Buffer.concat([head, mdat, moov, ...(change.extra ?? [])]);
}

function segment(...children: Node[]): Buffer {
  return Buffer.concat([ebml(EBML_HEADER), ebml([0x18538067, children])]);
}

function webm(): Buffer {
  return segment(
    [0x114d9b74, 'seek'],
    info(milliseconds(2000), [0x7ba9, 'SecretTitle'], [0x4461, 'SecretDt'], [0xbf, 'csum'], [0x4d80, 'muxer']),
    tracks(640, 480),
    cluster(0, [0, 40]),
    [
      0x1254c367,
      [
        [
          0x7373,
          [
            [
              0x67c8,
              [
                [0x45a3, 'LOCATION'],
                [0x4487, '+48.2081+016.3713/Secret'],
              ],
            ],
          ],
        ],
      ],
    ],
    [0x1941a469, 'SecretAttachment'],
    [0x1043a770, 'SecretChapters'],
    [0xec, 'SecretVoid'],
  );
}

function refusal(bytes: Buffer): string {
  try {
    cleanVideo(bytes);
  } catch (error) {
    expect(error).toBeInstanceOf(MediaError);
    return (error as Error).message;
  }
  throw new Error('It was not refused.');
}

describe('MP4', () => {
  test('says its size and length', () => {
    expect(cleanVideo(mp4())).toEqual({ format: 'mp4', width: 640, height: 480, seconds: 2 });
  });

  test('loses location, XMP, dates and the samples of a metadata track, and not one byte of its place', () => {
    const bytes = mp4();
    const before = Buffer.from(bytes);
    cleanVideo(bytes);
    expect(before.includes('Secret')).toBe(true);
    expect(bytes.includes('Secret')).toBe(false);
    expect(bytes.includes('+48.2081')).toBe(false);
    expect(bytes.includes(u32(3_900_000_000))).toBe(false);
    expect(bytes.length).toBe(before.length);
    expect(bytes.indexOf('picture0picture1')).toBe(before.indexOf('picture0picture1'));
    expect(bytes.indexOf('mvhd')).toBe(before.indexOf('mvhd'));
  });

  test('cleaned twice is what it was once', () => {
    const once = mp4();
    cleanVideo(once);
    const twice = Buffer.from(once);
    expect(cleanVideo(twice)).toEqual({ format: 'mp4', width: 640, height: 480, seconds: 2 });
    expect(twice.equals(once)).toBe(true);
  });

  test("a phone's rotation is applied to its size", () => {
    expect(cleanVideo(mp4({ picture: { matrix: QUARTER_TURN } }))).toMatchObject({ width: 480, height: 640 });
  });

  test('the length of a recording in fragments is that of its samples', () => {
    const fragment = (start: number, ...durations: number[]) =>
      box(
        'moof',
        box('mfhd', u32(0, 1)),
        box(
          'traf',
          box('tfhd', u32(0x020000, 1)),
          box('tfdt', u32(0, start)),
          box('trun', u32(0x000101, durations.length, 0, ...durations)),
          box('uuid', 'SecretFragment.............'),
        ),
      );
    const defaults = box('moof', box('traf', box('tfhd', u32(0x000008, 1, 250)), box('trun', u32(0, 2))));
    const bytes = mp4({ duration: 0, extra: [fragment(0, 500, 500), fragment(1000, 2000, 300), defaults] });
    expect(cleanVideo(bytes)).toMatchObject({ seconds: 3.8 });
    expect(bytes.includes('Secret')).toBe(false);
  });

  test('a box with a 64-bit length is read, and one that reaches to the end', () => {
    const long = Buffer.concat([u32(1), Buffer.from('mdat'), u32(0, 24), Buffer.from('12345678')]);
    const open = Buffer.concat([u32(0), Buffer.from('free'), Buffer.from('SecretTail')]);
    const bytes = mp4({ extra: [long, open] });
    cleanVideo(bytes);
    expect(bytes.includes('12345678')).toBe(true);
    expect(bytes.includes('SecretTail')).toBe(false);
  });

  test.each([
    ['cut off', () => mp4().subarray(0, -20), /damaged or cut off/],
    ['without a movie', () => Buffer.concat([ftyp(), box('mdat', 'x')]), /"moov" is missing/],
    ['without a picture', () => mp4({ picture: { handler: 'soun' } }), /no video track/],
    ['too long', () => mp4({ duration: 999_000 }), /999 s long; at most 180/],
    ['too large', () => mp4({ picture: { width: 9000 } }), /9000x480/],
    ['of no size', () => mp4({ picture: { width: 0 } }), /0x480/],
    ['pointing outside', () => mp4({ picture: { handler: 'text', samples: [99_999] } }), /points outside the file/],
    ['QuickTime', () => Buffer.concat([ftyp('qt  '), mp4()]), /QuickTime.*Export it as MP4/],
  ])('%s: refused', (_, bytes, reason) => {
    expect(refusal(Buffer.from(bytes()))).toMatch(reason);
  });

  test('chunks that overlap a thousandfold cost no more than the file is long', () => {
    const offsets = Array.from({ length: 1000 }, () => 32);
    const tables = box(
      'stbl',
      box('stsc', u32(0, 1, 1, 1, 1)),
      box('stsz', u32(0, 60_000, 1000)),
      box('stco', u32(0, offsets.length, ...offsets)),
    );
    const plain = track({ id: 2, handler: 'meta' });
    const media = box(
      'mdia',
      box('mdhd', u32(0, 0, 0, 1000, 2000, 0)),
      box('hdlr', u32(0, 0), 'meta', u32(0)),
      box('minf', tables),
    );
    const tkhd = plain.subarray(8, 8 + plain.readUInt32BE(8));
    const moov = box('moov', mvhd(), track(PICTURE), box('trak', tkhd, media));
    expect(refusal(Buffer.concat([ftyp(), box('mdat', Buffer.alloc(70_000)), moov]))).toMatch(
      /points outside the file/,
    );
  });
});

test('tracks that are all the same bytes cost no more than the file is long', () => {
  const data = Buffer.alloc(50_000);
  const meta = (id: number) => track({ id, handler: 'meta', offset: 40, samples: [40_000] });
  const one = Buffer.concat([ftyp(), box('mdat', data), box('moov', mvhd(), track(PICTURE), meta(2))]);
  expect(cleanVideo(one)).toMatchObject({ seconds: 2 });
  const two = Buffer.concat([ftyp(), box('mdat', data), box('moov', mvhd(), track(PICTURE), meta(2), meta(3))]);
  expect(refusal(two)).toMatch(/points outside the file/);
});

describe('WebM', () => {
  test('says its size and length', () => {
    expect(cleanVideo(webm())).toEqual({ format: 'webm', width: 640, height: 480, seconds: 2 });
  });

  test('loses tags, title, date, attachments and track names, and not one byte of its place', () => {
    const bytes = webm();
    const before = Buffer.from(bytes);
    cleanVideo(bytes);
    expect(before.includes('Secret')).toBe(true);
    expect(bytes.includes('Secret')).toBe(false);
    expect(bytes.includes('+48.2081')).toBe(false);
    expect(bytes.length).toBe(before.length);
    const mark = Buffer.from([0x1f, 0x43, 0xb6, 0x75]);
    expect(bytes.indexOf(mark)).toBe(before.indexOf(mark));
    expect(bytes.includes('muxer')).toBe(true);
  });

  test('cleaned twice is what it was once', () => {
    const once = webm();
    cleanVideo(once);
    const twice = Buffer.from(once);
    expect(cleanVideo(twice)).toMatchObject({ seconds: 2 });
    expect(twice.equals(once)).toBe(true);
  });

  test('a recording without lengths ends with its last block, and its tags are found behind its clusters', () => {
    const bytes = Buffer.concat([
      ebml(EBML_HEADER),
      ebml([
        0x18538067,
        [info(), tracks(320, 240), cluster(0, [0], true), cluster(1000, [0, 520], true), [0x1254c367, 'SecretTags']],
        true,
      ]),
    ]);
    expect(cleanVideo(bytes)).toMatchObject({ seconds: 1.52 });
    expect(bytes.includes('Secret')).toBe(false);
  });

  test.each([
    ['Matroska', () => Buffer.concat([ebml([0x1a45dfa3, [[0x4282, 'matroska']]]), ebml([0x18538067, []])]), /Matroska/],
    ['cut off', () => webm().subarray(0, -5), /damaged or cut off/],
    ['two segments', () => Buffer.concat([webm(), ebml([0x18538067, []])]), /one header and one segment/],
    ['no tracks', () => segment(info(milliseconds(5))), /no video track/],
    ['no length', () => segment(info(), tracks(10, 10)), /does not say how long/],
    ['too long', () => segment(info(milliseconds(181_000)), tracks(10, 10)), /181 s long/],
    ['not a number', () => segment(info(milliseconds(Number.NaN)), tracks(10, 10)), /does not say how long/],
    ['too large', () => segment(info(milliseconds(5)), tracks(5000, 10)), /5000x10/],
    [
      'subtitles',
      () => segment(info(milliseconds(5)), [0x1654ae6b, [[0xae, [[0x83, 0x11]]]]]),
      /neither picture nor sound/,
    ],
  ])('%s: refused', (_, bytes, reason) => {
    expect(refusal(Buffer.from(bytes()))).toMatch(reason);
  });
});

test('a picture is not a video', () => {
  expect(refusal(Buffer.from('\xff\xd8\xff\xe0', 'latin1'))).toMatch(/a picture/);
});

describe('bytes of strangers', () => {
  /** Either it is read, or it is refused in so many words: nothing else is thrown, and it ends. */
  function readOrRefused(bytes: Buffer): void {
    const length = bytes.length;
    try {
      const facts = cleanVideo(bytes);
      expect(facts.seconds).toBeGreaterThan(0);
    } catch (error) {
      if (!(error instanceof MediaError)) throw error;
    }
    expect(bytes.length).toBe(length);
  }

  test.each([
    ['MP4', ftyp()],
    ['WebM', ebml(EBML_HEADER)],
  ])('anything that begins like %s', (_, head) => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (tail) => readOrRefused(Buffer.concat([head, tail]))),
      { numRuns: 2000 },
    );
  });

  test.each([
    ['MP4', mp4],
    ['WebM', webm],
  ])('a true %s with bytes changed, cut out and put in', (_, build) => {
    const whole = build();
    const edit = fc.record({
      at: fc.nat(whole.length - 1),
      remove: fc.oneof(fc.constant(1), fc.nat(16)),
      insert: fc.oneof(
        fc.uint8Array({ maxLength: 8 }),
        fc.constantFrom(u32(0), u32(1), u32(0xffffffff), Buffer.from([0x01, 255, 255, 255, 255, 255, 255, 255])),
      ),
    });
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
        let bytes = Buffer.from(whole);
        for (const { at, remove, insert } of edits) {
          bytes = Buffer.concat([bytes.subarray(0, at), insert, bytes.subarray(at + remove)]);
        }
        readOrRefused(bytes);
      }),
      { numRuns: 3000 },
    );
  });

  test('boxes nested or repeated without end are given up', () => {
    expect(refusal(Buffer.concat([ftyp(), ...Array.from({ length: 200_001 }, () => box('free'))]))).toMatch(/too many/);
    const voids = Buffer.concat(Array.from({ length: 200_001 }, () => Buffer.from([0xec, 0x80])));
    expect(refusal(segment([0xec, ''], [0x1f43b675, voids]))).toMatch(/too many/);
  });
});
