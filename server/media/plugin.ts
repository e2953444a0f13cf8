import { access } from 'node:fs/promises';
import { join } from 'node:path';
import send from '@fastify/send';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { errorBody } from '../http/errors.ts';
import { example, exampleOf } from '../http/example.ts';
import { hasFiles } from './files.ts';
import { betterFormats } from './negotiate.ts';
import { hashFolder, mediaFolder, readUrl, statusFolder } from './paths.ts';
import { opensFile } from './signed-file.ts';

const YEAR_MS = 31_536_000_000;

/** Media belong on the pages of any shop; what strangers made never runs, also when opened on its own. */
const HEADERS = {
  'access-control-allow-origin': '*',
  'cross-origin-resource-policy': 'cross-origin',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
  'x-content-type-options': 'nosniff',
};

const NOTHING = errorBody(404, 'There is no such file.');
const schema = {
  summary: 'A picture or a video',
  description:
    'The addresses stand in the answers of the content API. The four smaller sizes come as AVIF, WebP or their fallback, as Accept has it; videos come in ranges.',
  tags: ['files'],
  security: [],
  params: {
    type: 'object',
    properties: { path: { type: 'string', description: 'As `64 hex digits/normal.jpg`.' } },
  },
  querystring: {
    type: 'object',
    properties: {
      key: {
        type: 'string',
        description: 'Stands in addresses of files that are not shown: it opens them for some minutes.',
      },
    },
  },
  response: {
    200: exampleOf('The file; it never changes.', { 'image/*': undefined, 'video/*': undefined }),
    206: exampleOf('The range that was asked for.', { 'video/*': undefined }),
    404: example('There is none.', NOTHING),
  },
};

/**
 * Serves `/media-files/{hash}/…`: a smaller size as AVIF, WebP or its fallback, as the browser's Accept has it; videos
 * in ranges, without which Safari plays none. Under one URL is always the same picture, so caches keep it.
 *
 * Files of media that wait for a moderator are served only by an address with a key that we signed for them, and kept in
 * no cache. Those of rejected media are served to nobody, whatever was signed before.
 *
 * @param options.data the data folder
 * @param options.secret what signs the keys
 */
export async function mediaPlugin(
  app: FastifyInstance,
  { data, secret }: { data: string; secret: Buffer },
): Promise<void> {
  const [shown, waiting] = [mediaFolder(data), statusFolder(data, 'pending')];
  app.get('/media-files/*', { schema }, async (request: FastifyRequest, reply: FastifyReply) => {
    const wanted = readUrl(request.url.replace(/\?.*/s, ''));
    const { key } = request.query as { key?: string };
    const opened = wanted !== undefined && key !== undefined && opensFile(key, wanted.hash, Date.now(), secret);
    const root = opened && (await hasFiles(waiting, wanted.hash)) ? waiting : shown;
    const file = wanted && (await find(root, wanted, request.headers.accept));
    if (!file) return reply.code(404).header('cache-control', 'no-store').send(NOTHING);
    const { statusCode, headers, stream } = await send(request.raw, file, {
      root,
      index: false,
      maxAge: YEAR_MS,
      immutable: true,
    });
    return reply
      .code(statusCode)
      .headers({ ...headers, ...HEADERS, ...(isSmaller(file) && { vary: 'Accept' }) })
      .headers(opened ? { 'cache-control': 'private, no-store' } : {})
      .send(stream);
  });
}

/** The path, within the media folder, of what this browser gets. */
async function find(
  media: string,
  { hash, name }: { hash: string; name: string },
  accept: string | undefined,
): Promise<string | undefined> {
  const [stem] = name.split('.');
  const names = isSmaller(name)
    ? [...betterFormats(accept), 'jpg', 'png'].map((format) => `${stem}.${format}`)
    : [name];
  for (const candidate of names) {
    const path = join(hashFolder('/', hash), candidate);
    if (await exists(join(media, path))) return path;
  }
  return undefined;
}

/** One of the four sizes that exist in several formats. */
function isSmaller(path: string): boolean {
  return !/(?:^|\/)(?:original|video)\.\w+$/.test(path);
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
