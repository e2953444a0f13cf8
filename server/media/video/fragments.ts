import type { Box, BoxReader } from './boxes.ts';

const MOOF = ['mfhd', 'traf'];
const TRAF = ['tfhd', 'tfdt', 'trun', 'sbgp', 'sgpd', 'subs', 'saiz', 'saio', 'senc'];

/**
 * Reads the fragments of an MP4 (ISO/IEC 14496-12, 8.8), whose headers may have no duration, and blanks all boxes in them
 * that no player needs.
 *
 * @returns the end of each track with fragments, by its id, in the track's timescale
 */
export function readFragments(reader: BoxReader, file: Box[], moov: Box[]): Map<number, number> {
  const defaults = readDefaults(reader, moov);
  const ends = new Map<number, number>();
  for (const box of file.filter(({ type }) => type === 'moof')) {
    for (const traf of reader.keep(box, MOOF).filter(({ type }) => type === 'traf')) {
      const { id, start, length } = readFragment(reader, reader.keep(traf, TRAF), defaults);
      const end = ends.get(id) ?? 0;
      ends.set(id, Math.max(end, (start ?? end) + length));
    }
  }
  return ends;
}

/** Reads the default durations of the tracks' samples (`trex`). */
function readDefaults(reader: BoxReader, moov: Box[]): Map<number, number> {
  const defaults = new Map<number, number>();
  for (const mvex of moov.filter(({ type }) => type === 'mvex')) {
    for (const box of reader.keep(mvex, ['mehd', 'trex']).filter(({ type }) => type === 'trex')) {
      const trex = reader.one([box], 'trex', 24);
      defaults.set(reader.bytes.readUInt32BE(trex.body + 4), reader.bytes.readUInt32BE(trex.body + 12));
    }
  }
  return defaults;
}

function readFragment(reader: BoxReader, traf: Box[], defaults: Map<number, number>) {
  const { bytes } = reader;
  const tfhd = reader.one(traf, 'tfhd', 8);
  const id = bytes.readUInt32BE(tfhd.body + 4);
  const each =
    readOptional(
      reader,
      tfhd,
      8,
      [
        [0x01, 8],
        [0x02, 4],
      ],
      0x08,
    ) ??
    defaults.get(id) ??
    0;
  let length = 0;
  for (const trun of traf.filter(({ type }) => type === 'trun')) length += readRun(reader, trun, each);
  const tfdt = traf.find(({ type }) => type === 'tfdt');
  return { id, start: tfdt && readDecodeTime(reader, tfdt), length };
}

function readDecodeTime(reader: BoxReader, tfdt: Box): number {
  const wide = reader.bytes[reader.one([tfdt], 'tfdt', 8).body] === 1;
  if (!wide) return reader.bytes.readUInt32BE(tfdt.body + 4);
  return Number(reader.bytes.readBigUInt64BE(reader.one([tfdt], 'tfdt', 12).body + 4));
}

/** Reads the length of a run (`trun`, 8.8.8). The duration of a sample, if present, is the first of up to four fields. */
function readRun(reader: BoxReader, box: Box, each: number): number {
  const { bytes } = reader;
  const trun = reader.one([box], 'trun', 8);
  const flags = flagsOf(reader, trun);
  const count = bytes.readUInt32BE(trun.body + 4);
  if (!(flags & 0x100)) return count * each;
  const first = trun.body + 8 + (flags & 0x001 ? 4 : 0) + (flags & 0x004 ? 4 : 0);
  const fields = [0x100, 0x200, 0x400, 0x800].filter((flag) => flags & flag).length;
  reader.one([trun], 'trun', first - trun.body + 4 * fields * count);
  let length = 0;
  for (let sample = 0; sample < count; sample++) length += bytes.readUInt32BE(first + 4 * fields * sample);
  return length;
}

/** Reads an optional 32-bit field. Its flag tells whether it is present, as do the flags of the fields before it. */
function readOptional(reader: BoxReader, box: Box, from: number, before: [number, number][], flag: number) {
  const flags = flagsOf(reader, box);
  if (!(flags & flag)) return undefined;
  const at = before.reduce((offset, [other, length]) => offset + (flags & other ? length : 0), from);
  return reader.bytes.readUInt32BE(reader.one([box], box.type, at + 4).body + at);
}

function flagsOf(reader: BoxReader, box: Box): number {
  return reader.bytes.readUIntBE(box.body + 1, 3);
}
