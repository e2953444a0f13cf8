import { access } from 'node:fs/promises';
import { join } from 'node:path';
import send from '@fastify/send';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { errorBody } from '../http/errors.ts';
import { example, exampleOf } from '../http/example.ts';
import type { ContentStore } from '../store/content/content-store.ts';
import { hasFiles } from './files.ts';
import type { MediaArchive } from './media-archive.ts';
import { betterFormats } from './negotiate.ts';
import { hashFolder, mediaFolder, readUrl, statusFolder } from './paths.ts';
import { opensFile } from './signed-file.ts';

const YEAR_MS = 31_536_000_000;

/** Any page may show media. Files of strangers never run as a document, even if they are opened directly. */
const HEADERS = {
  'access-control-allow-origin': '*',
  'cross-origin-resource-policy': 'cross-origin',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
  'x-content-type-options': 'nosniff',
};

const NOT_FOUND = errorBody(404, 'There is no such file.');
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
    404: example('There is none.', NOT_FOUND),
  },
};

/**
 * Serves `/media-files/{hash}/…`. A smaller size is sent as AVIF, WebP or its fallback, depending on the browser's Accept
 * header. Videos are sent in ranges, which Safari requires. The picture of a URL never changes, so it can be cached.
 *
 * A file of a pending media needs a signed key in its address, and is not cached. A file of a rejected media is never
 * served, even with a key.
 */
export async function mediaPlugin(
  app: FastifyInstance,
  { archive }: { archive: Pick<MediaArchive, 'dataDir'> & { contentStore: Pick<ContentStore, 'secret'> } },
): Promise<void> {
  const { dataDir, contentStore } = archive;
  const [approved, pending] = [mediaFolder(dataDir), statusFolder(dataDir, 'pending')];
  app.get('/media-files/*', { schema }, async (request: FastifyRequest, reply: FastifyReply) => {
    const wanted = readUrl(request.url.replace(/\?.*/s, ''));
    const { key } = request.query as { key?: string };
    const opened =
      wanted !== undefined && key !== undefined && opensFile(key, wanted.hash, Date.now(), contentStore.secret);
    const root = opened && (await hasFiles(pending, wanted.hash)) ? pending : approved;
    const file = wanted && (await find(root, wanted, request.headers.accept));
    if (!file) return reply.code(404).header('cache-control', 'no-store').send(NOT_FOUND);
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

/** The path in the status folder of the best file for this browser. */
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

/** Whether a file is one of the four sizes that exist in several formats. */
function isSmaller(path: string): boolean {
  return !/(?:^|\/)(?:original|video)\.\w+$/.test(path);
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
