import type { FastifyInstance } from 'fastify';
import { exampleOf } from '../../http/example.ts';
import type { ContentStore } from '../../store/content/content-store.ts';
import { bodyOf } from './body.ts';
import type { admission } from './rates.ts';
import { senderOf } from './sender.ts';

const SITE = { idsite: 1, name: 'Atelier Nord', main_url: 'https://www.atelier.example' };
const failure = (message: string) => ({ result: 'error', message });

const schema = {
  summary: 'Get the site that an importer writes to',
  description:
    'What the log importer asks before it sends anything: `module=API&method=SitesManager.getSiteFromId&idSite=1`, in the query or as a form, with a private token as `token_auth`.',
  tags: ['tracking'],
  response: {
    200: exampleOf('The customer, as a site.', { 'application/json': SITE }),
    400: exampleOf('There is no such method.', { 'application/json': failure('The method does not exist.') }),
    401: exampleOf('The token is missing or not known here.', { 'application/json': failure('You can’t access it.') }),
  },
};

/** `POST /` and `POST /index.php`: the one method of the reporting API that tracking needs. */
export function siteRoutes(app: FastifyInstance, content: ContentStore, admit: ReturnType<typeof admission>): void {
  for (const url of ['/index.php', '/'])
    app.post(url, { schema }, async (request, reply) => {
      reply.header('cache-control', 'no-store');
      const body = bodyOf(request);
      admit(request, reply, body);
      const said = body.kind === 'one' ? body.parameters : new Map<string, string>();
      const method = said.get('method') ?? '';
      if (said.get('module') !== 'API' || method !== 'SitesManager.getSiteFromId')
        return reply.code(400).send(failure('The method does not exist or is not available here.'));
      const site = Number(said.get('idSite'));
      const token = content.access.token(said.get('token_auth') ?? '');
      const may = token?.kind === 'private' && token.customerId === site && !senderOf(request.headers).fromPage;
      const customer = may && (await content.customer(site));
      if (!customer)
        return reply
          .code(401)
          .send(failure("You can't access this resource as it requires a private token of the site as token_auth."));
      return { idsite: site, name: customer.name, main_url: `https://${customer.domain}` };
    });
}
