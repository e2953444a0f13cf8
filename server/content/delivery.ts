import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { varyBy } from '../http/headers.ts';
import { asScript } from './jsonp.ts';

const compressors = {
  // Quality 5 takes 2 ms for a page of 20 media. Quality 4 finds no distant repetitions, and is a sixth larger.
  br: (text: string) =>
    promisify(brotliCompress)(text, {
      params: { [constants.BROTLI_PARAM_QUALITY]: 5, [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT },
    }),
  gzip: (text: string) => promisify(gzip)(text),
};

/** The length from which an answer is compressed. A shorter one fits in one packet anyway. */
const MIN_COMPRESSED_LENGTH = 1024;

/**
 * The `onSend` hook of the content API: JSONP, the ETag, 304 and compression. They are one hook so that the ETag is made
 * of the text, not of its compressed form.
 */
export async function deliver(request: FastifyRequest, reply: FastifyReply, json: unknown): Promise<unknown> {
  if (typeof json !== 'string') return json;
  const { jsonp } = request;
  const payload = jsonp === null ? json : asScript(jsonp, json);
  if (jsonp !== null) reply.header('content-type', 'application/javascript; charset=utf-8');
  varyBy(reply, 'Accept-Encoding');
  // Captions are text of strangers, so no browser may take an answer for a page.
  reply.header('x-content-type-options', 'nosniff');
  if (reply.statusCode === 200 && request.method !== 'POST') {
    const etag = etagOf(payload, Date.now());
    reply.header('etag', etag);
    if (matches(request.headers['if-none-match'], etag)) {
      reply.code(304).removeHeader('content-type');
      // Fastify would set the content-length of a string for HEAD, which a 304 does not have. It sets none for a stream.
      return request.method === 'HEAD' ? Readable.from([]) : null;
    }
  } else if (jsonp !== null) {
    // A browser runs a script only with status 200, so an error has it too. It has no ETag and is not cached.
    reply.code(200);
  }
  const encoding = encodingOf(request.headers['accept-encoding']);
  if (!encoding || payload.length < MIN_COMPRESSED_LENGTH) return payload;
  reply.header('content-encoding', encoding).removeHeader('content-length');
  return compressors[encoding](payload);
}

/**
 * A weak ETag. A `page_key` contains its time, so answers that differ in their keys only have the same ETag. The hour is
 * part of the ETag because keys expire, and a cache goes on using its old keys after a 304.
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
