import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type IncomingHttpHeaders, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import fastify, { type FastifyInstance } from 'fastify';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CONTENT_FILE } from '../store/database-files.ts';
import { addFiles, storeFiles } from './files.ts';
import { sniff } from './formats.ts';
import { renderAvif, renderImage } from './image.ts';
import { betterFormats } from './negotiate.ts';
import { contentHash, imageUrl, mediaFolder, readUrl, videoUrl } from './paths.ts';
import { mediaPlugin } from './plugin.ts';

const CHROME = 'image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8';
const SECRET = Buffer.alloc(32, 7);
const VIDEO = Buffer.from('0123456789'.repeat(10));

let dataDir: string;
let app: FastifyInstance;
let opaque: string;
let clear: string;
let video: string;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'vitrine-media-'));
  const media = mediaFolder(dataDir);
  const keep = async (bytes: Buffer) => {
    const hash = contentHash(bytes);
    await storeFiles(media, hash, (await renderImage(bytes, 'png')).files);
    return { hash, bytes };
  };
  const picture = (alpha: number) =>
    sharp({ create: { width: 200, height: 100, channels: 4, background: { r: 9, g: 99, b: 199, alpha } } })
      .png()
      .toBuffer();
  const first = await keep(await picture(1));
  opaque = first.hash;
  await addFiles(media, opaque, await renderAvif(first.bytes));
  clear = (await keep(await picture(0.5))).hash;
  video = contentHash(VIDEO);
  await storeFiles(media, video, new Map([['video.mp4', VIDEO]]));
  await writeFile(join(dataDir, CONTENT_FILE), 'TOP SECRET');
  app = fastify();
  await app.register(mediaPlugin, { archive: { dataDir, contentStore: { secret: SECRET } } });
  await app.listen({ port: 0, host: '127.0.0.1' });
});

afterAll(async () => {
  await app.close();
  await rm(dataDir, { recursive: true });
});

function get(url: string, headers: Record<string, string> = {}) {
  return app.inject({ url, headers });
}

/** Over a real socket and byte for byte: `inject` and `fetch` would tidy the path up first. */
function getVerbatim(path: string): Promise<{ status?: number; headers: IncomingHttpHeaders; payload: string }> {
  const { port } = app.server.address() as AddressInfo;
  return new Promise((resolve, reject) => {
    request({ port, path, agent: false }, (answer) => {
      let payload = '';
      answer.setEncoding('utf8').on('data', (text) => {
        payload += text;
      });
      answer.on('end', () => resolve({ status: answer.statusCode, headers: answer.headers, payload }));
    })
      .on('error', reject)
      .end();
  });
}

describe('pictures', () => {
  test.each([
    ['Chrome', CHROME, 'image/avif', 'avif'],
    ['a browser without AVIF', 'image/webp,*/*', 'image/webp', 'webp'],
    ['one that refuses AVIF', 'image/avif;q=0, image/webp', 'image/webp', 'webp'],
    ['curl', '*/*', 'image/jpeg', 'jpeg'],
    ['nothing said', '', 'image/jpeg', 'jpeg'],
  ])('%s gets what it can show, under the same URL', async (_, accept, type, format) => {
    const answer = await get(imageUrl(opaque, 'normal', 'png'), { accept });
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-type']).toBe(type);
    expect(sniff(answer.rawPayload)).toBe(format);
    expect(answer.headers.vary).toBe('Accept');
  });

  test('where AVIF is not made yet, WebP comes; where something is transparent, the fallback is PNG', async () => {
    const url = imageUrl(clear, 'square', 'png');
    expect((await get(url, { accept: CHROME })).headers['content-type']).toBe('image/webp');
    const fallback = await get(url, { accept: '*/*' });
    expect(fallback.headers['content-type']).toBe('image/png');
    expect(sniff(fallback.rawPayload)).toBe('png');
  });

  test('the original comes as it is, whatever is accepted', async () => {
    const answer = await get(imageUrl(opaque, 'original', 'png'), { accept: CHROME });
    expect(answer.headers['content-type']).toBe('image/png');
    expect(answer.headers.vary).toBeUndefined();
  });

  test('every answer may be kept for a year, by any shop, and never runs', async () => {
    for (const url of [
      imageUrl(opaque, 'mobile', 'png'),
      imageUrl(opaque, 'original', 'png'),
      videoUrl(video, 'mp4'),
    ]) {
      expect((await get(url)).headers).toMatchObject({
        'cache-control': 'public, max-age=31536000, immutable',
        'access-control-allow-origin': '*',
        'cross-origin-resource-policy': 'cross-origin',
        'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
        'x-content-type-options': 'nosniff',
      });
    }
  });

  test('a format of another ETag, which answers 304 when it is had', async () => {
    const url = imageUrl(opaque, 'thumbnail', 'png');
    const avif = await get(url, { accept: CHROME });
    const jpeg = await get(url);
    expect(avif.headers.etag).not.toBe(jpeg.headers.etag);
    const again = await get(url, { accept: CHROME, 'if-none-match': String(avif.headers.etag) });
    expect([again.statusCode, again.payload]).toEqual([304, '']);
    expect((await get(url, { 'if-none-match': String(avif.headers.etag) })).statusCode).toBe(200);
  });
});

describe('videos', () => {
  test.each([
    ['bytes=0-1', 'bytes 0-1/100', '01'],
    ['bytes=95-', 'bytes 95-99/100', '56789'],
    ['bytes=-3', 'bytes 97-99/100', '789'],
  ])('%s is answered with just that', async (range, contentRange, payload) => {
    const answer = await get(videoUrl(video, 'mp4'), { range });
    expect(answer.statusCode).toBe(206);
    expect(answer.payload).toBe(payload);
    expect(answer.headers).toMatchObject({ 'content-range': contentRange, 'content-type': 'video/mp4' });
  });

  test('a range behind the end is 416', async () => {
    const answer = await get(videoUrl(video, 'mp4'), { range: 'bytes=100-' });
    expect([answer.statusCode, answer.headers['content-range']]).toEqual([416, 'bytes */100']);
  });

  test('HEAD says how long it is and that ranges are served', async () => {
    const answer = await app.inject({ method: 'HEAD', url: videoUrl(video, 'mp4') });
    expect([answer.statusCode, answer.payload]).toEqual([200, '']);
    expect(answer.headers).toMatchObject({ 'content-length': '100', 'accept-ranges': 'bytes' });
  });
});

describe('what there is not', () => {
  test.each([
    ['another hash', imageUrl('0'.repeat(64), 'normal', 'jpg')],
    ['another name', `/media-files/${'0'.repeat(64)}/huge.jpg`],
    ['another format', '/media-files/HASH/video.webm'],
    ['the format itself', '/media-files/HASH/normal.webp'],
    ['the folder', '/media-files/HASH/'],
    ['the database', `/media-files/../${CONTENT_FILE}`],
    ['the database, encoded', `/media-files/%2e%2e/${CONTENT_FILE}`],
    ['the database, encoded wholly', `/media-files/..%2f${CONTENT_FILE}`],
    ['a byte zero', '/media-files/HASH/normal.jpg%00'],
  ])('%s is 404', async (_, url) => {
    const answer = await getVerbatim(url.replace('HASH', opaque));
    expect(answer.status).toBe(404);
    expect(JSON.parse(answer.payload)).toMatchObject({
      metadata: { code: 404 },
      data: { message: expect.any(String) },
    });
    expect(answer.headers['cache-control']).toBe('no-store');
  });

  test('no path a stranger writes leads out of the media', async () => {
    const piece = fc.constantFrom(
      '..',
      '.',
      '/',
      '\\',
      '%2e',
      '%2f',
      '%5c',
      '%00',
      opaque,
      'normal.jpg',
      CONTENT_FILE,
      'media',
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(piece, fc.string({ unit: 'grapheme', maxLength: 6 })), { maxLength: 8 }),
        async (pieces) => {
          const path = `/media-files/${pieces.join('').replace(/[?#]/g, '')}`;
          const answer = await getVerbatim(encodeURI(path).replaceAll('%25', '%'));
          expect(answer.payload).not.toContain('TOP SECRET');
          if (answer.status === 200) expect(readUrl(path)).toBeDefined();
        },
      ),
      { numRuns: 400 },
    );
  });

  test('whatever is read as a path of ours is one that the builders write', () => {
    const name = fc.oneof(
      fc.stringMatching(/^(square|normal|original|video)\.(jpg|png|webm|mp4|svg)$/),
      fc.string({ maxLength: 20 }),
    );
    fc.assert(
      fc.property(fc.oneof(fc.stringMatching(/^[0-9a-f]{64}$/), fc.string()), name, (hash, name) => {
        const read = readUrl(`/media-files/${hash}/${name}`);
        if (!read) return;
        expect(read.hash).toMatch(/^[0-9a-f]{64}$/);
        expect(read.name).toMatch(/^\w+\.\w+$/);
      }),
    );
  });
});

test('any Accept header at all is read without harm', () => {
  fc.assert(
    fc.property(fc.string(), (accept) => {
      for (const format of betterFormats(accept)) expect(accept.toLowerCase()).toContain(`image/${format}`);
    }),
  );
});
