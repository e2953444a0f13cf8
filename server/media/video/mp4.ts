import { MediaError } from '../errors.ts';
import { type Box, BoxReader } from './boxes.ts';
import type { VideoFacts } from './facts.ts';
import { readFragments } from './fragments.ts';
import { emptySamples } from './samples.ts';

/**
 * The boxes that a player needs, by the box around them (ISO/IEC 14496-12). All others are blanked: `udta` and `meta`
 * (where phones write ©xyz, loci and com.apple.quicktime.location), `uuid` (XMP, camera makers), `gps ` of dash cameras,
 * and any unknown box. Boxes inside those that are not keys here (sample tables, codec settings) stay.
 */
const NEEDED = {
  file: ['ftyp', 'styp', 'pdin', 'moov', 'moof', 'mfra', 'mdat', 'sidx', 'ssix'],
  moov: ['mvhd', 'trak', 'mvex'],
  trak: ['tkhd', 'edts', 'mdia'],
  mdia: ['mdhd', 'hdlr', 'elng', 'minf'],
  minf: ['vmhd', 'smhd', 'nmhd', 'dinf', 'stbl'],
} as const;

/** The handlers of tracks that stay. Text tracks are removed, since drones write their position into subtitles. */
const SHOWN = ['vide', 'soun'];

interface Track {
  box: Box;
  id: number;
  handler: string;
  timescale: number;
  seconds: number;
  width: number;
  height: number;
  tables: Box;
}

/**
 * Reads the size and length of an MP4 and blanks, in place, its dates and every box and track that no player needs.
 *
 * @throws {MediaError}
 */
export function cleanMp4(bytes: Buffer): VideoFacts {
  const reader = new BoxReader(bytes);
  const file = reader.keep({ body: 0, end: bytes.length }, NEEDED.file);
  const moov = reader.keep(reader.one(file, 'moov', 0), NEEDED.moov);
  const movie = readTimes(reader, reader.one(moov, 'mvhd', 100));
  const tracks = moov.filter(({ type }) => type === 'trak').map((box) => readTrack(reader, box));
  const fragments = readFragments(reader, file, moov);
  for (const track of tracks.filter(({ handler }) => !SHOWN.includes(handler))) {
    if (fragments.has(track.id)) throw new MediaError('The MP4 has fragments of a track that is not picture or sound.');
    emptySamples(reader, track.tables);
    reader.blank(track.box);
  }
  const picture = tracks.find(({ handler }) => handler === 'vide');
  if (!picture) throw new MediaError('The MP4 has no video track.');
  const ends = tracks.map(({ id, timescale }) => (fragments.get(id) ?? 0) / timescale);
  const seconds = Math.max(movie.seconds, ...tracks.map((track) => track.seconds), ...ends);
  return { width: picture.width, height: picture.height, seconds };
}

function readTrack(reader: BoxReader, box: Box): Track {
  const trak = reader.keep(box, NEEDED.trak);
  const mdia = reader.keep(reader.one(trak, 'mdia', 0), NEEDED.mdia);
  const minf = reader.keep(reader.one(mdia, 'minf', 0), NEEDED.minf);
  return {
    box,
    ...readTrackHeader(reader, reader.one(trak, 'tkhd', 84)),
    ...readTimes(reader, reader.one(mdia, 'mdhd', 24)),
    handler: readHandler(reader, reader.one(mdia, 'hdlr', 12)),
    tables: reader.one(minf, 'stbl', 0),
  };
}

/** Reads the handler reference (8.4.3), the purpose of a track, and zeroes the name after it, which is free text. */
function readHandler({ bytes }: BoxReader, hdlr: Box): string {
  bytes.fill(0, hdlr.body + 12, hdlr.end);
  return bytes.toString('latin1', hdlr.body + 8, hdlr.body + 12);
}

/** Reads a track header (8.3.2): id and size (16.16 fixed point), turned by its matrix. Zeroes its dates. */
function readTrackHeader(reader: BoxReader, tkhd: Box): { id: number; width: number; height: number } {
  const { bytes } = reader;
  const wide = isWide(reader, tkhd, 96);
  bytes.fill(0, tkhd.body + 4, tkhd.body + (wide ? 20 : 12));
  const matrix = tkhd.body + (wide ? 52 : 40);
  const width = Math.round(bytes.readUInt32BE(matrix + 36) / 65_536);
  const height = Math.round(bytes.readUInt32BE(matrix + 40) / 65_536);
  const onItsSide = bytes.readInt32BE(matrix) === 0 && bytes.readInt32BE(matrix + 4) !== 0;
  const id = bytes.readUInt32BE(tkhd.body + (wide ? 20 : 12));
  return onItsSide ? { id, width: height, height: width } : { id, width, height };
}

/** Reads the common beginning of movie and media headers (8.2.2, 8.4.2): dates, timescale, duration. Zeroes the dates. */
function readTimes(reader: BoxReader, header: Box): { timescale: number; seconds: number } {
  const { bytes } = reader;
  const wide = isWide(reader, header, 36);
  const dates = header.body + 4;
  bytes.fill(0, dates, dates + (wide ? 16 : 8));
  const timescale = bytes.readUInt32BE(dates + (wide ? 16 : 8));
  if (timescale === 0) throw new MediaError(`The MP4 is damaged: its box "${header.type}" has no timescale.`);
  const duration = wide ? Number(bytes.readBigUInt64BE(dates + 20)) : bytes.readUInt32BE(dates + 12);
  // A duration of all ones means "unknown", as in fragmented files.
  const unknown = wide ? duration === 2 ** 64 : duration === 0xffff_ffff;
  return { timescale, seconds: unknown ? 0 : duration / timescale };
}

/** Version 1 of a header has 64-bit times. */
function isWide(reader: BoxReader, header: Box, length: number): boolean {
  return reader.bytes[header.body] === 1 && reader.one([header], header.type, length) === header;
}
