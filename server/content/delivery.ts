import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { varyBy } from '../http/headers.ts';
import { asScript } from './jsonp.ts';

const compressors = {
  // Quality 5 takes 2 ms for a page of 20 media. From it on, what an answer repeats is found far back: 4 is a sixth larger.
  br: (text: string) =>
    promisify(brotliCompress)(text, {
      params: { [constants.BROTLI_PARAM_QUALITY]: 5, [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT },
    }),
  gzip: (text: string) => promisify(gzip)(text),
};

/** Below this, a packet more or less is not saved. */
const WORTH_COMPRESSING = 1024;

/**
 * On the way out: JSONP, an ETag, 304 for who has the answer already, and compression. It runs for every answer of
 * the content API, and is one hook so that the ETag is of the text, not of an encoding of it.
 */
export async function deliver(request: FastifyRequest, reply: FastifyReply, json: unknown): Promise<unknown> {
  if (typeof json !== 'string') return json;
  const { jsonp } = request;
  const payload = jsonp === null ? json : asScript(jsonp, json);
  if (jsonp !== null) reply.header('content-type', 'application/javascript; charset=utf-8');
  varyBy(reply, 'Accept-Encoding');
  // Captions are strangers' text: no browser shall take an answer for a page.
  reply.header('x-content-type-options', 'nosniff');
  if (reply.statusCode === 200 && request.method !== 'POST') {
    const etag = etagOf(payload, Date.now());
    reply.header('etag', etag);
    if (matches(request.headers['if-none-match'], etag)) {
      reply.code(304).removeHeader('content-type');
      // Fastify measures what it would send to HEAD, and a 304 has no length of its own; a stream it only drains.
      return request.method === 'HEAD' ? Readable.from([]) : null;
    }
  } else if (jsonp !== null) {
    // A script with another status is not run, and nobody would hear of the error. It has no ETag and is kept nowhere.
    reply.code(200);
  }
  const encoding = encodingOf(request.headers['accept-encoding']);
  if (!encoding || payload.length < WORTH_COMPRESSING) return payload;
  reply.header('content-encoding', encoding).removeHeader('content-length');
  return compressors[encoding](payload);
}

/**
 * Weak, since a `page_key` tells when it was made: the same media with other keys are the same answer. The hour is in
 * it because keys expire, and a cache that hears 304 goes on using its old ones.
 */
function etagOf(text: string, now: number): string {
  const hour = Math.floor(now / 3_600_000);
  const lasting = text.replaceAll(/page_key=[\w-]+/g, '');
  return `W/"${createHash('sha256').update(`${hour} ${lasting}`).digest('base64url').slice(0, 27)}"`;
}

function matches(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  const weak = etag.slice('W/'.length);
  return ifNoneMatch.split(',').some((one) => one.trim() === '*' || one.trim().replace(/^W\//, '') === weak);
}

function encodingOf(accepted: string | undefined): keyof typeof compressors | undefined {
  const refused = /;\s*q=0(?:\.0*)?$/;
  const names = (accepted ?? '')
    .split(',')
    .flatMap((one) => (refused.test(one.trim()) ? [] : one.split(';')[0]?.trim()));
  return (['br', 'gzip'] as const).find((name) => names.includes(name));
}
