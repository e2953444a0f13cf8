import type { FastifyInstance } from 'fastify';
import type { Parameters } from '../../../src/wires/matomo/query.ts';
import { exampleOf } from '../../http/example.ts';
import type { ContentStore, CustomerRecord } from '../../store/content/content-store.ts';
import type { admission } from './admission.ts';
import { requestOriginOf } from './authorization.ts';
import { bodyOf } from './body.ts';

const SITE = { idsite: 1, name: 'Atelier Nord', main_url: 'https://www.atelier.example' };
const failure = (message: string) => ({ result: 'error', message });
const NO_METHOD = failure('The method does not exist or is not available here.');
const NO_ACCESS = failure("You can't access this resource as it requires a private token of the site as token_auth.");

const schema = {
  summary: 'Find the site that an importer writes to',
  description:
    'What the log importer asks before it sends anything, in the query or as a form, with a private token as `token_auth`: `module=API` and a `method`. `SitesManager.getSiteFromId&idSite=1` is answered with a site, `SitesManager.getAllSites` with all sites of the token (one) by their ids, and `SitesManager.getSitesIdFromSiteUrl&url=www.atelier.example` with `[{"idsite": 1}]`, or with an empty list.',
  tags: ['tracking'],
  response: {
    200: exampleOf('The customer, as a site.', { 'application/json': SITE }),
    400: exampleOf('There is no such method.', { 'application/json': NO_METHOD }),
    401: exampleOf('The token is missing or not known here.', { 'application/json': NO_ACCESS }),
  },
};

type Method = (
  customer: CustomerRecord,
  parameters: Parameters,
  contentStore: ContentStore,
) => object | Promise<object>;

/** The methods of the reporting API that importers call, each for the customer of the token. */
const METHODS: ReadonlyMap<string, Method> = new Map<string, Method>([
  ['SitesManager.getSiteFromId', siteOf],
  ['SitesManager.getAllSites', (customer) => ({ [customer.id]: siteOf(customer) })],
  [
    'SitesManager.getSitesIdFromSiteUrl',
    async (customer, parameters, contentStore) => {
      const host = hostOf(parameters.get('url') ?? '');
      const own = [customer.domain, ...(await contentStore.origins(customer.id))].map(hostOf);
      return host !== undefined && own.includes(host) ? [{ idsite: customer.id }] : [];
    },
  ],
]);

/** `GET|POST /index.php` and `POST /`: `GET /` is the content API's. */
export function siteRoutes(
  app: FastifyInstance,
  contentStore: ContentStore,
  admit: ReturnType<typeof admission>,
): void {
  for (const [method, url] of [
    ['POST', '/index.php'],
    ['GET', '/index.php'],
    ['POST', '/'],
  ] as const)
    app.route({
      ...{ method, url, schema },
      async handler(request, reply) {
        reply.header('cache-control', 'no-store');
        const body = bodyOf(request);
        await admit(request, body);
        const parameters: Parameters = body.kind === 'one' ? body.parameters : new Map();
        const name = parameters.get('method') ?? '';
        const method = parameters.get('module') === 'API' ? METHODS.get(name) : undefined;
        if (!method) return reply.code(400).send(NO_METHOD);
        const token = await contentStore.access.token(parameters.get('token_auth') ?? '');
        const isPermitted =
          token?.kind === 'private' &&
          !requestOriginOf(request.headers).fromPage &&
          (name !== 'SitesManager.getSiteFromId' || Number(parameters.get('idSite')) === token.customerId);
        const customer = isPermitted && (await contentStore.customer(token.customerId));
        return customer ? method(customer, parameters, contentStore) : reply.code(401).send(NO_ACCESS);
      },
    });
}

function siteOf({ id, name, domain }: CustomerRecord) {
  return { idsite: id, name, main_url: `https://${domain}` };
}

/** The host of an address with or without scheme. `www.` is left out: with it or without it is the same site. */
function hostOf(address: string): string | undefined {
  const url = URL.parse(/^https?:\/\//i.test(address) ? address : `http://${address}`);
  return url?.hostname.replace(/^www\./, '');
}
