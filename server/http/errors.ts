import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { LIMITS } from '../../src/events/limits.ts';
import { StorageError } from '../store/storage-error.ts';

export const VERSION = 'v1.0';
/** What a sender waits before it comes again, in seconds, as `Retry-After` says it. */
export const RETRY_AFTER = '2';

/**
 * What every answer carries unless its route says more: nothing in it is taken for a page, runs, or stands in a frame.
 */
export const PROTECTION = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
};

/** An error as the specifications shape it, with a reason that a person can act on. */
export function errorBody(code: number, detail: string) {
  return { metadata: { code, message: STATUS_CODES[code] ?? 'Error', version: VERSION }, data: { message: detail } };
}

/**
 * Whether a store, or the disk of the media, takes nothing now: it is full, read-only, busy or broken. The same request
 * succeeds later, at the latest when the operator has mended it. A damaged database is no such case: nothing is promised.
 */
export function isStorageDown(error: { code?: string | undefined }): boolean {
  if (error instanceof StorageError) return error.kind !== 'corrupt';
  return /^(ENOSPC|EDQUOT|EROFS|EACCES|EPERM|EIO)$/.test(error.code ?? '');
}

/** Whether events cannot be stored: a failure that the event store has logged itself, or that is no news. */
function isSilent(error: unknown): boolean {
  return error instanceof StorageError && error.silent;
}

/** Whether this process, or this machine, has as many files and connections open as it may: some seconds later it has not. */
export function isOutOfFiles({ code }: { code?: string | undefined }): boolean {
  return code === 'EMFILE' || code === 'ENFILE';
}

/** Whether the log has to hear of an error that a request met: a mistake of ours, or what the operator has to look after. */
export function isForLog(error: FastifyError, status: number): boolean {
  if (isSilent(error)) return false;
  return status === 500 || isStorageDown(error) || isOutOfFiles(error);
}

/** What a sender of events reads who has to come again. */
export const COME_AGAIN = `The service cannot store events now; come again in ${RETRY_AFTER} seconds.`;

export interface Refusal {
  status: number;
  detail: string;
  /** Seconds, for the header; a limiter of rates has set its own. */
  retryAfter?: string;
}

/** What an error means to the sender: his mistake is told to him, ours stays in the log. */
export function refusalOf(error: FastifyError & { retryAfter?: number }): Refusal {
  const comeAgain = { status: 503, retryAfter: RETRY_AFTER };
  if (isSilent(error)) return { ...comeAgain, detail: COME_AGAIN };
  if (isStorageDown(error))
    return { ...comeAgain, detail: `The service cannot store anything now; come again in ${RETRY_AFTER} seconds.` };
  if (isOutOfFiles(error))
    return { ...comeAgain, detail: `The service has too much to do now; come again in ${RETRY_AFTER} seconds.` };
  const { statusCode: status = 500, message: detail, retryAfter } = error;
  if (status < 400 || status > 499) return { status: 500, detail: 'Our mistake.' };
  return { status, detail, ...(retryAfter !== undefined && { retryAfter: String(retryAfter) }) };
}

/** The handler of last resort: what no route answered itself. */
export function answerError(error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { status, detail } = refusalOf(error);
  if (isForLog(error, status)) request.log.error({ err: error, route: request.routeOptions.url }, 'a request failed');
  if (status === 503) reply.header('retry-after', RETRY_AFTER);
  return reply.code(status).send(errorBody(status, detail));
}

export function answerNotFound(_request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return reply.code(404).send(errorBody(404, 'There is nothing at this path.'));
}

/** A path that is not percent-encoded UTF-8 reaches no route. */
export function answerBadPath(_error: FastifyError, _request: FastifyRequest, reply: FastifyReply): void {
  reply.code(400).headers(PROTECTION).send(errorBody(400, 'The path is not percent-encoded UTF-8.'));
}

/** What is no HTTP, too slow or too long to be read reaches no route and no hook, so the answer is written by hand. */
export function answerUnreadable({ code }: NodeJS.ErrnoException, socket: Socket): void {
  if (code === 'ECONNRESET') socket.destroy();
  else closeSocket(socket, ...(UNREADABLE[code ?? ''] ?? [400, 'The request is not HTTP/1.1.']));
}

/**
 * Ends a request in the midst of its body, together with its connection. Whoever waits for the rest of the body learns
 * that it was cut off, so the answer is written by hand, too.
 */
export function endRequest(request: IncomingMessage, response: ServerResponse, status: number, detail: string): void {
  // An answer that has begun cannot be changed. One that has no socket waits for that of an earlier request.
  if (response.headersSent || !response.socket) request.socket.destroy();
  else closeSocket(request.socket, status, detail);
}

function closeSocket(socket: Socket, status: number, detail: string): void {
  if (socket.writable) {
    const body = JSON.stringify(errorBody(status, detail));
    socket.write(
      [
        `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
        'Connection: close',
        'Content-Type: application/json; charset=utf-8',
        `Content-Length: ${Buffer.byteLength(body)}`,
        ...(status === 503 ? [`Retry-After: ${RETRY_AFTER}`] : []),
        ...Object.entries(PROTECTION).map((header) => header.join(': ')),
        `\r\n${body}`,
      ].join('\r\n'),
    );
  }
  socket.destroy();
}

const UNREADABLE: Record<string, [status: number, detail: string]> = {
  HPE_HEADER_OVERFLOW: [431, `The URL and the headers together have more than ${LIMITS.bulkBytes} bytes.`],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'The request did not arrive in time.'],
};
