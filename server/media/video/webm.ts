import { MediaError } from '../errors.ts';
import { type Element, ElementReader, IN_CLUSTER } from './elements.ts';
import type { VideoFacts } from './facts.ts';

/** The ids of elements, with their length marker (RFC 9559, section 5; RFC 8794 for EBML itself). */
const ID = {
  ebml: 0x1a45dfa3,
  docType: 0x4282,
  segment: 0x18538067,
  seekHead: 0x114d9b74,
  info: 0x1549a966,
  timestampScale: 0x2ad7b1,
  duration: 0x4489,
  muxingApp: 0x4d80,
  writingApp: 0x5741,
  tracks: 0x1654ae6b,
  trackEntry: 0xae,
  trackType: 0x83,
  trackName: 0x536e,
  video: 0xe0,
  pixelWidth: 0xb0,
  pixelHeight: 0xba,
  cluster: 0x1f43b675,
  timestamp: 0xe7,
  simpleBlock: 0xa3,
  blockGroup: 0xa0,
  block: 0xa1,
  cues: 0x1c53bb6b,
  crc: 0xbf,
} as const;

/** The elements of a segment that stay. Tags (with positions), Attachments (thumbnails) and Chapters are blanked. */
const SEGMENT: readonly number[] = [ID.seekHead, ID.info, ID.tracks, ID.cluster, ID.cues];
/** The elements of Info that stay. Title, date, file names and ids of recordings are blanked. */
const INFO: readonly number[] = [ID.timestampScale, ID.duration, ID.muxingApp, ID.writingApp];

const VIDEO_TRACK = 1;
const AUDIO_TRACK = 2;

/**
 * Reads the size and length of a WebM and blanks, in place, every element that no player needs.
 *
 * @throws {MediaError}
 */
export function cleanWebm(bytes: Buffer): VideoFacts {
  const reader = new ElementReader(bytes);
  const [header, segment, ...rest] = [...reader.children({ body: 0, end: bytes.length })];
  if (header?.id !== ID.ebml || segment?.id !== ID.segment || rest.length > 0) {
    throw new MediaError('The WebM is damaged: it is not one header and one segment.');
  }
  checkDocType(reader, header);
  let size: { width: number; height: number } | undefined;
  let scale = 1_000_000;
  let duration = 0;
  let lastBlock = 0;
  for (const element of reader.keep(segment, SEGMENT)) {
    if (element.id === ID.info) {
      const info = reader.keep(element, INFO);
      scale = reader.uint(info, ID.timestampScale) ?? scale;
      duration = reader.float(info, ID.duration) ?? 0;
    }
    if (element.id === ID.tracks) size ??= readTracks(reader, element);
    if (element.id === ID.cluster) lastBlock = Math.max(lastBlock, readCluster(reader, element));
  }
  if (!size) throw new MediaError('The WebM has no video track.');
  // A live recording has no duration, so the time of its last block is used.
  return { ...size, seconds: (Math.max(duration, lastBlock) * scale) / 1e9 };
}

function checkDocType(reader: ElementReader, header: Element): void {
  const docType = reader.text([...reader.children(header)], ID.docType);
  if (docType !== 'webm')
    throw new MediaError('This is a Matroska file, which not all browsers play. Export it as WebM or MP4.');
}

/** The start time of a cluster's last block, in the file's time unit. */
function readCluster(reader: ElementReader, cluster: Element): number {
  const elements = reader.keep(cluster, IN_CLUSTER);
  let last = 0;
  for (const element of elements) {
    const blocks = element.id === ID.blockGroup ? [...reader.children(element)] : [element];
    for (const block of blocks) {
      if (block.id === ID.simpleBlock || block.id === ID.block) last = Math.max(last, reader.blockTime(block));
    }
  }
  return (reader.uint(elements, ID.timestamp) ?? 0) + last;
}

function readTracks(reader: ElementReader, tracks: Element): { width: number; height: number } | undefined {
  let size: { width: number; height: number } | undefined;
  for (const entry of reader.children(tracks)) {
    // A checksum is blanked, since it would be wrong after the changes below.
    if (entry.id === ID.crc) reader.blank(entry);
    if (entry.id !== ID.trackEntry) continue;
    const fields = [...reader.children(entry)];
    const type = reader.uint(fields, ID.trackType);
    if (type !== VIDEO_TRACK && type !== AUDIO_TRACK) {
      throw new MediaError('The WebM has a track that is neither picture nor sound.');
    }
    for (const field of fields.filter(({ id }) => id === ID.trackName || id === ID.crc)) reader.blank(field);
    const video = fields.find(({ id }) => id === ID.video);
    if (type !== VIDEO_TRACK || !video) continue;
    const settings = [...reader.children(video)];
    size ??= {
      width: reader.uint(settings, ID.pixelWidth) ?? 0,
      height: reader.uint(settings, ID.pixelHeight) ?? 0,
    };
  }
  return size;
}
