import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { exampleOf } from '../http/example.ts';
import { describeFiles } from './files.ts';

const SHORT = 'public, max-age=300, must-revalidate';
const FOREVER = 'public, max-age=31536000, immutable';

const described = { tags: ['kit'], security: [] };
const TAG = {
  ...described,
  summary: 'The tag',
  description: 'The script that a shop pastes into its pages; it loads whatever else a page needs.',
  response: { 200: exampleOf('A classic script.', { 'text/javascript': '(()=>{ … })();' }) },
};
const FILES = {
  ...described,
  summary: 'A file of one version',
  description: 'The tag again, which may be pinned by its integrity here, and what it loads.',
  params: { type: 'object', properties: { path: { type: 'string', description: 'As `0.1.0/vitrine.js`.' } } },
  response: { 200: exampleOf('A script.', { 'text/javascript': 'export{ … };' }) },
};

/**
 * The files that pages load: `/vitrine.js`, which changes with a release, and `/v/{version}/…`, which never changes. Any
 * page may load them, also one that is cross-origin isolated or checks their integrity.
 * @param options.tag the folder of the build, with a `.br` and a `.gz` beside each file
 */
export async function kitPlugin(app: FastifyInstance, { tag }: { tag: string }): Promise<void> {
  describeFiles(app, '/v/*', FILES);
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
  app.get('/vitrine.js', { schema: TAG }, (_, reply) => reply.sendFile('vitrine.js', tag, { cacheControl: false }));
}
