import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

const SHORT = 'public, max-age=300, must-revalidate';
const FOREVER = 'public, max-age=31536000, immutable';

/**
 * What a page downloads: `/vitrine.js`, which may change at any release, and `/v/{version}/…`, which never does.
 * Any page may load them, also one that is cross-origin isolated or checks their integrity.
 * @param options.tag the folder that the build wrote, with `.br` and `.gz` beside each file
 */
export async function kitPlugin(app: FastifyInstance, { tag }: { tag: string }): Promise<void> {
  await app.register(fastifyStatic, {
    root: `${tag}/v`,
    prefix: '/v/',
    preCompressed: true,
    cacheControl: false,
    index: false,
    suppressWarning: true,
  });
  app.addHook('onSend', async (request, reply, payload) => {
    const ok = reply.statusCode === 200 || reply.statusCode === 304;
    const lasting = request.routeOptions.url?.startsWith('/v/') ? FOREVER : SHORT;
    reply.headers({
      'access-control-allow-origin': '*',
      'cross-origin-resource-policy': 'cross-origin',
      'x-content-type-options': 'nosniff',
      'cache-control': ok ? lasting : 'no-store',
      vary: 'Accept-Encoding',
    });
    return payload;
  });
  app.get('/vitrine.js', { schema: { summary: 'The tag', tags: ['kit'] } }, (_, reply) =>
    reply.sendFile('vitrine.js', tag, { cacheControl: false }),
  );
}
