import type { FastifyInstance, FastifyRequest } from 'fastify';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * One parser for JSON, whether it calls itself that or comes as the `text/plain` of a beacon. Invalid UTF-8 and
 * keys that would reach into a prototype are the sender's mistakes.
 * @param keep gets the bytes as they came, where a signature is over them
 */
export function parseJsonBodies(app: FastifyInstance, keep?: (request: FastifyRequest, bytes: Buffer) => void): void {
  const parseJson = app.getDefaultJsonParser('error', 'error');
  app.removeContentTypeParser(['application/json', 'text/plain']);
  app.addContentTypeParser(['application/json', 'text/plain'], { parseAs: 'buffer' }, (request, body, done) => {
    keep?.(request, body as Buffer);
    let text: string;
    try {
      text = utf8.decode(body as Buffer);
    } catch {
      done(Object.assign(new Error('body: is not UTF-8'), { statusCode: 400 }), undefined);
      return;
    }
    parseJson(request, text, done);
  });
}
