import type { FastifyReply } from 'fastify';
import { EVENTS_UNAVAILABLE } from '../../http/errors.ts';
import { exampleOf } from '../../http/example.ts';
import { unavailable } from '../../http/overload-guard.ts';
import { TooManyRequestsError } from '../../http/rate-limit.ts';

/** The smallest GIF: one transparent pixel. */
const GIF = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');

/** The answer to a request without parameters, as of a person who opens the address. */
const ABOUT = 'This address takes tracking requests: see the Tracking HTTP API.\n';

export const answers = {
  /** The answer to an event that was stored or was left out on purpose. */
  tracked(reply: FastifyReply, sendImage: boolean): FastifyReply {
    return sendImage ? begin(reply, 200).type('image/gif').send(GIF) : begin(reply, 204).send();
  },
  about: (reply: FastifyReply): FastifyReply => begin(reply, 200).type('text/plain; charset=utf-8').send(ABOUT),
  refused(reply: FastifyReply, status: number, detail: string): FastifyReply {
    return begin(reply, status).send(refusal(reply, detail));
  },
  json: (reply: FastifyReply, body: object, status = 200): FastifyReply => begin(reply, status).send(body),
};

/** The body of an error: the reason as plain text. Sets the content type. */
export function refusal(reply: FastifyReply, detail: string): string {
  reply.type('text/plain; charset=utf-8');
  return `${detail}\n`;
}

/** The answer in an overload. */
export const UNAVAILABLE = unavailable('text/plain; charset=utf-8', `${EVENTS_UNAVAILABLE}\n`, {
  'access-control-allow-credentials': 'true',
});

function begin(reply: FastifyReply, status: number): FastifyReply {
  return reply.code(status).header('cache-control', 'no-store');
}

const BULK = { status: 'success', tracked: 2, invalid: 1, invalid_indices: [1] };

/** The answers of the tracking address for the OpenAPI document, by status. */
export const ANSWERS = {
  200: exampleOf(
    'Stored, or left out on purpose. A bulk request is answered in JSON, which lists invalid items only with a token; an address without parameters explains itself.',
    { 'image/gif': undefined, 'application/json': BULK, 'text/plain': ABOUT },
  ),
  204: { description: 'The same, where `send_image=0`.', type: 'null' },
  400: exampleOf('A parameter is wrong.', { 'text/plain': 'idsite: there is no site 17\n' }),
  403: exampleOf('Neither page nor token may track here.', { 'text/plain': 'token_auth: is missing\n' }),
  413: exampleOf('The body is too long.', { 'text/plain': 'body: is too long\n' }),
  415: exampleOf('The `Content-Type` is no type; any that is one will do, and none. Or the body is compressed.', {
    'text/plain': 'Unsupported Media Type\n',
  }),
  429: exampleOf('Too many; try again after `Retry-After` seconds.', {
    'text/plain': `${new TooManyRequestsError(4).message}\n`,
  }),
  503: exampleOf('Try again after `Retry-After` seconds.', {
    'text/plain': UNAVAILABLE.body,
  }),
};
