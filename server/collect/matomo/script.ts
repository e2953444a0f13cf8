import { basename, dirname } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { exampleOf } from '../../http/example.ts';

const schema = {
  tags: ['tracking'],
  security: [],
  summary: 'A tracking script of the operator’s',
  description: 'The file that `VITRINE_MATOMO_JS` names, where the protocol’s servers have their script.',
  response: { 200: exampleOf('A classic script.', { 'text/javascript': 'window._paq = …' }) },
};

/**
 * `/matomo.js` and `/piwik.js`, from where pages that were made for another server load their script.
 * @param options.file the script. Nothing else of its folder is served
 */
export async function matomoScriptPlugin(app: FastifyInstance, { file }: { file: string }): Promise<void> {
  const folder = dirname(file);
  await app.register(fastifyStatic, { root: folder, serve: false, cacheControl: false });
  for (const url of ['/matomo.js', '/piwik.js'])
    app.get(url, { schema }, (_, reply) =>
      reply
        .headers({
          'access-control-allow-origin': '*',
          'cross-origin-resource-policy': 'cross-origin',
          'cache-control': 'public, max-age=300, must-revalidate',
        })
        .sendFile(basename(file), folder, { cacheControl: false }),
    );
}
