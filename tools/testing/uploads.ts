import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { answer, failure, type Logged, media } from '../../src/content/testing/answers.ts';

type Upload = (request: IncomingMessage, url: URL, log: Logged[]) => Promise<[status: number, body: unknown]>;

/** Uploads as the specification's examples answer them ("Stash media", "Upload media"), and as they fail. */
export const UPLOADS: Record<string, Upload> = {
  uploads: receive,
  /** Takes the file; fails at the first upload of it. */
  'uploads-failing': async (request, url, log) => {
    const received = await receive(request, url, log);
    const tries = log.filter(({ path, method }) => method === 'POST' && path.startsWith('/users')).length;
    return request.url?.includes('/users/') && tries === 1 ? [503, failure(503, 'Come back later.')] : received;
  },
  /** Fails at the first upload, and by the second has forgotten the stash. */
  'uploads-forgetting': async (request, url, log) => {
    const received = await receive(request, url, log);
    const tries = log.filter(({ path, method }) => method === 'POST' && path.startsWith('/users')).length;
    if (!request.url?.includes('/users/') || tries > 2) return received;
    return tries === 1
      ? [503, failure(503, 'Come back later.')]
      : [404, failure(404, 'No entity of type Stash was found with id fAcxTCXC.')];
  },
  'uploads-refusing': async (request, url, log) => {
    await receive(request, url, log);
    return [400, failure(400, "An error was thrown while uploading the file: 'Invalid media file type.'")];
  },
  /** Reads as a slow line would bring it: a browser tells how far it is every 100 ms, and buffers hide most of a file. */
  'uploads-slow': async (request, url, log) => receive(request, url, log, 8),
  /** Reads slowly, too, and never answers. */
  'uploads-stalling': async (request) => {
    for await (const _ of slowly(request, 2));
    return new Promise(() => {});
  },
};

async function* slowly(request: IncomingMessage, milliseconds: number) {
  for await (const chunk of request) {
    if (milliseconds) await new Promise((resolve) => setTimeout(resolve, milliseconds));
    yield chunk;
  }
}

async function receive(request: IncomingMessage, url: URL, log: Logged[], wait = 0): Promise<[number, unknown]> {
  const form = await new Response(Readable.toWeb(Readable.from(slowly(request, wait))) as ReadableStream, {
    headers: { 'content-type': request.headers['content-type'] ?? '' },
  }).formData();
  const said: Record<string, string> = {};
  for (const [name, value] of form)
    said[name] = typeof value === 'string' ? value : `${value.name} ${value.type} ${value.size}`;
  const entry = log.at(-1);
  if (entry) entry.form = said;
  const self = { _links: { self: { href: `//${url.host}/stashes/fAcxTCXC?auth_token=k&version=v2.2` } } };
  if (url.pathname.endsWith('/stashes'))
    return said.file
      ? [200, answer({ ...self, id: 'fAcxTCXC', _fixed: true })]
      : [400, failure(400, 'The parameter "file" is missing.')];
  if (said.url !== '/stashes/fAcxTCXC') return [400, failure(400, 'The parameter "url" is missing.')];
  return [200, answer(media(url.host, '108', { status: 'pending', caption: said.caption ?? null }))];
}
