import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ContentStore, MediaRecord } from '../store/content/content-store.ts';
import { createMedia, type MediaSource } from './create-media.ts';
import { MediaError, NotMediaError } from './errors.ts';
import { sniff } from './formats.ts';
import { MediaArchive } from './media-archive.ts';
import { hashFolder, mediaFolder } from './paths.ts';
import { drawPoster } from './poster.ts';
import { cluster, EBML_HEADER, ebml, info, milliseconds, tracks } from './testing/containers.ts';

const VIDEO = Buffer.concat([
  ebml(EBML_HEADER),
  ebml([0x18538067, [info(milliseconds(900), [0x7ba9, 'SecretTitle']), tracks(64, 48), cluster(0, [0])]]),
]);

let dataDir: string;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'vitrine-keep-'));
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(dataDir, { recursive: true });
});

/** An archive whose content store knows one media, or none. */
function archiveWith(known?: MediaRecord) {
  return new MediaArchive({ mediaByHash: async () => known } as unknown as ContentStore, dataDir);
}

function keep(source: Pick<MediaSource, 'bytes' | 'poster'>) {
  return createMedia(archiveWith(), { customerId: 1, products: 0, ...source });
}

function picture(background = 'teal') {
  return sharp({ create: { width: 300, height: 200, channels: 3, background } })
    .png()
    .toBuffer();
}

test('a video is stored cleaned, its source untouched, and named by its poster too', async () => {
  const source = Buffer.from(VIDEO);
  const { facts } = await keep({ bytes: source, poster: await picture() });
  expect(facts).toMatchObject({ type: 'VIDEO', imageExt: 'png', videoExt: 'webm', width: 300, height: 200 });
  const stored = await readFile(join(hashFolder(mediaFolder(dataDir), facts.hash), 'video.webm'));
  expect(stored.length).toBe(VIDEO.length);
  expect(stored.includes('Secret')).toBe(false);
  expect(source.equals(VIDEO)).toBe(true);
  expect((await keep({ bytes: source, poster: await picture('navy') })).facts.hash).not.toBe(facts.hash);
});

test('a video without a poster is refused where there is no ffmpeg to draw one', async () => {
  vi.stubEnv('PATH', '/nowhere');
  const refused = keep({ bytes: VIDEO });
  await expect(refused).rejects.toThrow('The video has no poster, and there is no ffmpeg here to draw one.');
  await expect(refused).rejects.toBeInstanceOf(MediaError);
});

test('ffmpeg draws a poster, and says so when there is no frame in the video', async () => {
  await expect(keep({ bytes: VIDEO })).rejects.toThrow(/no poster, and ffmpeg could not|ffmpeg found no frame/);
  const drawn = spawnSync('ffmpeg', [
    ...['-v', 'error', '-f', 'lavfi', '-i', 'color=red:size=96x64:rate=10:duration=1'],
    ...['-c:v', 'mjpeg', '-f', 'mp4', '-movflags', 'frag_keyframe+empty_moov', 'pipe:1'],
  ]);
  const { facts } = await keep({ bytes: drawn.stdout });
  expect(facts).toMatchObject({ type: 'VIDEO', videoExt: 'mp4', imageExt: 'png', width: 96, height: 64 });
  const { dominant } = await sharp(
    await readFile(join(hashFolder(mediaFolder(dataDir), facts.hash), 'normal.jpg')),
  ).stats();
  expect([dominant.r > 200, dominant.g < 60, dominant.b < 60]).toEqual([true, true, true]);
});

test('a video whose frames are larger than browsers play needs a poster', async () => {
  const large = spawnSync('ffmpeg', [
    ...['-v', 'error', '-f', 'lavfi', '-i', 'color=red:size=4096x2400:rate=2:duration=1'],
    ...['-c:v', 'mjpeg', '-f', 'mp4', '-movflags', 'frag_keyframe+empty_moov', 'pipe:1'],
  ]).stdout;
  await expect(keep({ bytes: large })).rejects.toThrow('The video has no poster, and ffmpeg could not draw one.');
  await expect(keep({ bytes: large, poster: await picture() })).resolves.toMatchObject({ facts: { type: 'VIDEO' } });
});

/** As iPhones write them: QuickTime, with a place, a second track of sound and tracks of what a phone measures. */
function movie(...more: string[]): Buffer {
  const path = join(dataDir, 'movie.mov');
  const { status, stderr } = spawnSync('ffmpeg', [
    ...['-v', 'error', '-y', '-f', 'lavfi', '-i', 'testsrc=size=320x240:rate=30:duration=1'],
    ...['-f', 'lavfi', '-i', 'sine=frequency=440:duration=1', '-map', '0', '-map', '1', '-c:v', 'libx264'],
    ...['-pix_fmt', 'yuv420p', '-c:a', 'aac', '-metadata', 'location=+48.2082+016.3738/', ...more, '-f', 'mov', path],
  ]);
  if (status !== 0) throw new Error(String(stderr));
  return readFileSync(path);
}

/** Codec and, for pictures, size of each track. */
function tracksOf(path: string): string[] {
  const show = ['-show_entries', 'stream=codec_name,width', '-of', 'csv=p=0'];
  return String(spawnSync('ffprobe', ['-v', 'error', ...show, path]).stdout)
    .trim()
    .split('\n');
}

test('a QuickTime movie is kept as MP4: its pictures and sound as they were, and no place', async () => {
  const source = movie();
  expect(source.includes('+48.2082')).toBe(true);
  const { facts } = await keep({ bytes: source });
  expect(facts).toMatchObject({ type: 'VIDEO', videoExt: 'mp4', width: 320, height: 240 });
  const path = join(hashFolder(mediaFolder(dataDir), facts.hash), 'video.mp4');
  const stored = await readFile(path);
  expect([sniff(stored), stored.includes('48.2082'), stored.includes('Lavf')]).toEqual(['mp4', false, false]);
  expect(tracksOf(path)).toEqual(['h264,320', 'aac']);
});

test('a QuickTime movie of HEVC is one that players of Apple know', async () => {
  const hevc = movie('-c:v', 'libx265', '-x265-params', 'log-level=none', '-tag:v', 'hvc1');
  const { facts } = await keep({ bytes: hevc, poster: await picture() });
  const stored = await readFile(join(hashFolder(mediaFolder(dataDir), facts.hash), 'video.mp4'));
  expect(stored.includes('hvc1')).toBe(true);
});

test.each([
  ['cut off', () => movie().subarray(0, 6000), 'ffmpeg could not make an MP4 of it'],
  ['with sound that MP4 cannot hold', () => movie('-c:a', 'pcm_s16le'), 'ffmpeg could not make an MP4 of it'],
])('a QuickTime movie that is %s says what to do', async (_, make, reason) => {
  const refused = keep({ bytes: make(), poster: await picture() });
  await expect(refused).rejects.toThrow(`This is a QuickTime movie, and ${reason}. Export it as MP4.`);
  await expect(refused).rejects.toBeInstanceOf(NotMediaError);
});

test('without ffmpeg, a QuickTime movie says so', async () => {
  const bytes = movie();
  vi.stubEnv('PATH', '/nowhere');
  await expect(keep({ bytes })).rejects.toThrow('there is no ffmpeg here to make an MP4 of it. Export it as MP4.');
});

test('a movie that is made into an MP4 opens no other file, and takes no more than the limits', async () => {
  await writeFile(
    join(dataDir, 'ffmpeg'),
    `#!/bin/sh\nulimit -d > '${dataDir}/said'\necho "$@" >> '${dataDir}/said'\nexit 1\n`,
    {
      mode: 0o755,
    },
  );
  const bytes = movie();
  vi.stubEnv('PATH', dataDir);
  await expect(keep({ bytes })).rejects.toThrow('could not make an MP4');
  const said = await readFile(join(dataDir, 'said'), 'utf8');
  expect(said).toMatch(/^524288\n/);
  expect(said).toMatch(
    / -protocol_whitelist file -enable_drefs 0 -f mov -i file:\S+ .* -c copy .* -t 181 -fs 67108865 /,
  );
});

test('ffmpeg has a limit of memory and of processor time, and only the decoders that videos of browsers need', async () => {
  await writeFile(join(dataDir, 'ffmpeg'), '#!/bin/sh\nulimit -d\nulimit -t\necho "$@"\n', { mode: 0o755 });
  vi.stubEnv('PATH', dataDir);
  const said = String(await drawPoster(VIDEO, 'webm', 0.9, dataDir));
  expect(said).toMatch(/^524288\n20\n/);
  for (const option of ['-max_pixels 9437184', '-max_alloc 134217728', '-threads 1', '-protocol_whitelist file'])
    expect(said).toContain(` ${option} `);
  expect(said).toMatch(/ -codec_whitelist h264,\S+ .* -f matroska -i /);
});

test('a video is no poster', async () => {
  await expect(keep({ bytes: VIDEO, poster: VIDEO })).rejects.toThrow('The poster is a video');
});

test('what a moderator rejected is not made again', async () => {
  const rejected = { status: 'rejected' } as MediaRecord;
  const made = createMedia(archiveWith(rejected), { customerId: 1, products: 0, bytes: await picture() });
  await expect(made).rejects.toThrow('rejected by a moderator');
});
