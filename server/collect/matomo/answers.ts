import type { FastifyReply } from 'fastify';
import { COME_AGAIN } from '../../http/errors.ts';
import { exampleOf } from '../../http/example.ts';
import { comeAgain } from '../../http/overload-guard.ts';
import { tooMany } from '../../http/rate-limit.ts';

/** The smallest GIF: one transparent pixel. */
const GIF = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');

/** What somebody reads who opens the address. */
const ABOUT = 'This address takes tracking requests: see the Tracking HTTP API.\n';

export const answers = {
  /** What was taken, or on purpose left out: the same. */
  taken(reply: FastifyReply, sendImage: boolean): FastifyReply {
    return sendImage ? begin(reply, 200).type('image/gif').send(GIF) : begin(reply, 204).send();
  },
  about: (reply: FastifyReply): FastifyReply => begin(reply, 200).type('text/plain; charset=utf-8').send(ABOUT),
  refused(reply: FastifyReply, status: number, detail: string): FastifyReply {
    return begin(reply, status).type('text/plain; charset=utf-8').send(`${detail}\n`);
  },
  json: (reply: FastifyReply, body: object, status = 200): FastifyReply => begin(reply, status).send(body),
};

/** What a sender reads who has to come again. */
export const TOLD_TO_COME_AGAIN = comeAgain('text/plain; charset=utf-8', `${COME_AGAIN}\n`, {
  'access-control-allow-credentials': 'true',
});

function begin(reply: FastifyReply, status: number): FastifyReply {
  return reply.code(status).header('cache-control', 'no-store');
}

const BULK = { status: 'success', tracked: 2, invalid: 1, invalid_indices: [1] };

/** What the tracking address answers, by status, as the OpenAPI document tells it. */
export const ANSWERS = {
  200: exampleOf(
    'Taken, or on purpose left out. A bulk request is answered in JSON, and told which items were invalid with a token only; an address without parameters explains itself.',
    { 'image/gif': undefined, 'application/json': BULK, 'text/plain': ABOUT },
  ),
  204: { description: 'The same, where `send_image=0`.', type: 'null' },
  400: exampleOf('A parameter is wrong.', { 'text/plain': 'idsite: there is no site 17\n' }),
  403: exampleOf('Neither page nor token may track here.', { 'text/plain': 'token_auth: is missing\n' }),
  413: exampleOf('The body is too long.', { 'text/plain': 'body: is too long\n' }),
  415: exampleOf('The `Content-Type` is no type; any that is one will do, and none. Or the body is compressed.', {
    'text/plain': 'Unsupported Media Type\n',
  }),
  429: exampleOf('Too many; come again after `Retry-After` seconds.', { 'text/plain': `${tooMany(4)}\n` }),
  503: exampleOf('Come again after `Retry-After` seconds.', {
    'text/plain': TOLD_TO_COME_AGAIN.body,
  }),
};
