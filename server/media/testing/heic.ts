import { spawnSync } from 'node:child_process';
import { box, u32 } from './containers.ts';

/**
 * A HEIC picture as phones write it, of one tile (ISO/IEC 23008-12): a frame that ffmpeg encodes as HEVC, and around it
 * what says that it is a picture.
 */
export function heicOf(side: number): Buffer {
  const { stdout: movie } = spawnSync('ffmpeg', [
    ...['-v', 'error', '-f', 'lavfi', '-i', `testsrc=size=${side}x${side}:rate=1:duration=1`, '-frames:v', '1'],
    ...['-c:v', 'libx265', '-x265-params', 'log-level=none', '-pix_fmt', 'yuv420p', '-tag:v', 'hvc1'],
    ...['-f', 'mp4', '-movflags', 'frag_keyframe+empty_moov', 'pipe:1'],
  ]);
  const configuration = wholeBox(movie, 'hvcC');
  const frame = wholeBox(movie, 'mdat').subarray(8);
  const properties = box(
    'iprp',
    box('ipco', configuration, box('ispe', u32(0, side, side))),
    box('ipma', u32(0, 1), u16(1), Buffer.from([2, 0x81, 0x02])),
  );
  const item = box('infe', u32(0x02000000), u16(1, 0), 'hvc1\0');
  const meta = (offset: number) =>
    box(
      'meta',
      u32(0),
      box('hdlr', u32(0, 0), 'pict', u32(0, 0, 0), '\0'),
      box('pitm', u32(0), u16(1)),
      box('iinf', u32(0), u16(1), item),
      properties,
      box('iloc', u32(0), Buffer.from([0x44, 0]), u16(1, 1, 0, 1), u32(offset, frame.length)),
    );
  const type = box('ftyp', 'heic', u32(0), 'mif1heic');
  const offset = type.length + meta(0).length + 8;
  return Buffer.concat([type, meta(offset), box('mdat', frame)]);
}

function u16(...values: number[]): Buffer {
  const bytes = Buffer.alloc(2 * values.length);
  for (const [index, value] of values.entries()) bytes.writeUInt16BE(value, 2 * index);
  return bytes;
}

/** The first box of a type, wherever it is. */
function wholeBox(bytes: Buffer, type: string): Buffer {
  const start = bytes.indexOf(type, 0, 'latin1') - 4;
  return bytes.subarray(start, start + bytes.readUInt32BE(start));
}
