import { MediaError } from '../errors.ts';
import type { Box, BoxReader } from './boxes.ts';

/**
 * Zeroes the samples of a track in the file's media data (ISO/IEC 14496-12, 8.7), so that a camera's track of positions
 * is really removed. The offsets of the chunks are in `stco` or `co64`, the number of their samples in `stsc`, and the
 * sizes of the samples in `stsz`.
 *
 * @throws {MediaError} if the tables contradict the file
 */
export function emptySamples(reader: BoxReader, tables: Box): void {
  const boxes = [...reader.children(tables.body, tables.end)];
  const sizes = readSizes(reader, boxes);
  const offsets = readOffsets(reader, boxes);
  const runs = readRuns(reader, boxes);
  let sample = 0;
  let run = 0;
  for (let chunk = 0; chunk < offsets.count; chunk++) {
    while (run + 1 < runs.count && runs.firstChunk(run + 1) <= chunk + 1) run++;
    const samples = runs.count > 0 ? runs.samples(run) : 0;
    reader.emptySamples(offsets.at(chunk), sizes.sum(sample, samples));
    sample += samples;
  }
}

function readSizes(reader: BoxReader, boxes: Box[]): { sum: (from: number, count: number) => number } {
  const { bytes } = reader;
  const stsz = reader.one(boxes, 'stsz', 12);
  const same = bytes.readUInt32BE(stsz.body + 4);
  const count = bytes.readUInt32BE(stsz.body + 8);
  if (same === 0) reader.one([stsz], 'stsz', 12 + 4 * count);
  return {
    sum(from, samples) {
      if (from + samples > count) throw new MediaError('The MP4 is damaged: a track has more samples than sizes.');
      if (same > 0) return same * samples;
      let sum = 0;
      for (let sample = from; sample < from + samples; sample++) sum += bytes.readUInt32BE(stsz.body + 12 + 4 * sample);
      return sum;
    },
  };
}

function readOffsets(reader: BoxReader, boxes: Box[]): { count: number; at: (chunk: number) => number } {
  const { bytes } = reader;
  const wide = boxes.some(({ type }) => type === 'co64');
  const type = wide ? 'co64' : 'stco';
  const box = reader.one(boxes, type, 8);
  const count = bytes.readUInt32BE(box.body + 4);
  reader.one([box], type, 8 + (wide ? 8 : 4) * count);
  return {
    count,
    at: (chunk) =>
      wide ? Number(bytes.readBigUInt64BE(box.body + 8 + 8 * chunk)) : bytes.readUInt32BE(box.body + 8 + 4 * chunk),
  };
}

function readRuns(reader: BoxReader, boxes: Box[]) {
  const { bytes } = reader;
  const stsc = reader.one(boxes, 'stsc', 8);
  const count = bytes.readUInt32BE(stsc.body + 4);
  reader.one([stsc], 'stsc', 8 + 12 * count);
  return {
    count,
    firstChunk: (run: number) => bytes.readUInt32BE(stsc.body + 8 + 12 * run),
    samples: (run: number) => bytes.readUInt32BE(stsc.body + 12 + 12 * run),
  };
}
