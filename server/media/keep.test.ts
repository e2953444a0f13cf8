import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { MediaRecord } from '../store/content/content-store.ts';
import { keepMedia, type Source } from './keep.ts';
import { hashFolder, mediaFolder } from './paths.ts';
import { drawPoster } from './poster.ts';
import { MediaRefused } from './refused.ts';
import { cluster, EBML_HEADER, ebml, info, milliseconds, tracks } from './testing/containers.ts';

const VIDEO = Buffer.concat([
  ebml(EBML_HEADER),
  ebml([0x18538067, [info(milliseconds(900), [0x7ba9, 'SecretTitle']), tracks(64, 48), cluster(0, [0])]]),
]);

let data: string;

beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'vitrine-keep-'));
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(data, { recursive: true });
});

function keep(source: Source) {
  return keepMedia({ store: { mediaByHash: async () => undefined }, customerId: 1, data }, source, 0);
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
  const stored = await readFile(join(hashFolder(mediaFolder(data), facts.hash), 'video.webm'));
  expect(stored.length).toBe(VIDEO.length);
  expect(stored.includes('Secret')).toBe(false);
  expect(source.equals(VIDEO)).toBe(true);
  expect((await keep({ bytes: source, poster: await picture('navy') })).facts.hash).not.toBe(facts.hash);
});

test('a video without a poster is refused where there is no ffmpeg to draw one', async () => {
  vi.stubEnv('PATH', '/nowhere');
  const refused = keep({ bytes: VIDEO });
  await expect(refused).rejects.toThrow('The video has no poster, and there is no ffmpeg here to draw one.');
  await expect(refused).rejects.toBeInstanceOf(MediaRefused);
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
    await readFile(join(hashFolder(mediaFolder(data), facts.hash), 'normal.jpg')),
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

test('ffmpeg has a limit of memory and of processor time, and only the decoders that videos of browsers need', async () => {
  await writeFile(join(data, 'ffmpeg'), '#!/bin/sh\nulimit -d\nulimit -t\necho "$@"\n', { mode: 0o755 });
  vi.stubEnv('PATH', data);
  const said = String(await drawPoster(VIDEO, 'webm', 0.9, data));
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
  const archive = { store: { mediaByHash: async () => rejected }, customerId: 1, data };
  await expect(keepMedia(archive, { bytes: await picture() }, 0)).rejects.toThrow('rejected by a moderator');
});
