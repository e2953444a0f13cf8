import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { LIMITS } from '../../src/events/limits.ts';
import { errorBody, RETRY_AFTER_SECONDS } from './errors.ts';
import { PROTECTION } from './headers.ts';

/** Answers to requests that reach no route, and so no hook and no error handler. */

/** A path that is not percent-encoded UTF-8 reaches no route. */
export function answerBadPath(_error: FastifyError, _request: FastifyRequest, reply: FastifyReply): void {
  reply.code(400).headers(PROTECTION).send(errorBody(400, 'The path is not percent-encoded UTF-8.'));
}

const UNREADABLE: Record<string, [status: number, detail: string]> = {
  HPE_HEADER_OVERFLOW: [431, `The URL and the headers together have more than ${LIMITS.bulkBytes} bytes.`],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'The request did not arrive in time.'],
};

/** Answers what Node cannot read as a request: it is no HTTP, too slow or too long. */
export function answerUnreadable({ code }: NodeJS.ErrnoException, socket: Socket): void {
  if (code === 'ECONNRESET') socket.destroy();
  else closeSocket(socket, ...(UNREADABLE[code ?? ''] ?? [400, 'The request is not HTTP/1.1.']));
}

/**
 * Ends a request whose body is still arriving, and closes its connection. Code that waits for the rest of the body gets
 * an error of its stream, so the answer is written by hand.
 */
export function endRequest(request: IncomingMessage, response: ServerResponse, status: number, detail: string): void {
  // An answer that has begun cannot be changed. One without a socket waits for the answer to an earlier request.
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
        ...(status === 503 ? [`Retry-After: ${RETRY_AFTER_SECONDS}`] : []),
        ...Object.entries(PROTECTION).map((header) => header.join(': ')),
        `\r\n${body}`,
      ].join('\r\n'),
    );
  }
  socket.destroy();
}
