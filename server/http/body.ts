import type { FastifyInstance, FastifyRequest } from 'fastify';
import { HttpError } from './errors.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Parses JSON bodies, also those of beacons, which come as `text/plain`. Invalid UTF-8 and keys that reach into a
 * prototype are answered 400.
 * @param onBytes gets the bytes of a body as they came, for a protocol that signs them
 */
export function parseJsonBodies(
  app: FastifyInstance,
  onBytes?: (request: FastifyRequest, bytes: Buffer) => void,
): void {
  const parseJson = app.getDefaultJsonParser('error', 'error');
  app.removeContentTypeParser(['application/json', 'text/plain']);
  app.addContentTypeParser(['application/json', 'text/plain'], { parseAs: 'buffer' }, (request, body, done) => {
    onBytes?.(request, body as Buffer);
    let text: string;
    try {
      text = utf8.decode(body as Buffer);
    } catch {
      done(new HttpError(400, 'body: is not UTF-8'), undefined);
      return;
    }
    parseJson(request, text, done);
  });
}
