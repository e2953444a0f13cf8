import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { PACKAGE, ROOT } from '../config.ts';
import { protectPages } from '../http/headers.ts';

declare module 'fastify' {
  interface FastifySchema {
    /** The paths that clients use, for a route that serves several of them. */
    'x-paths'?: DescribedPath[];
  }
}

/** A path as the OpenAPI document writes it, with what differs from the other paths of its route. */
export interface DescribedPath {
  path: string;
  summary: string;
  parameters: object[];
}

const CONTENT = [
  { name: 'customers', description: 'Content API: the shop that a token belongs to.' },
  { name: 'media', description: 'Content API: photos and videos, alone and in lists.' },
  { name: 'streams', description: 'Content API: products, each with the media that show it.' },
  { name: 'categories', description: 'Content API: groups of products.' },
  { name: 'users', description: 'Content API: the authors of media.' },
  { name: 'widgets', description: 'Content API: what a shop set up to show, and in which style.' },
  { name: 'uploads', description: 'Content API: what shoppers send in.' },
];
/** The tags of the content API. */
export const CONTENT_TAGS = CONTENT.map(({ name }) => name);

/** The parts of the service; every route has one of these tags. */
export const TAGS = [
  ...CONTENT,
  {
    name: 'tracking',
    description: 'What shoppers do with media, and what they buy. An answer comes when the event is on disk.',
  },
  {
    name: 'product events',
    description: 'What shoppers do with products: created, listed and counted. Reading takes a private token.',
  },
  {
    name: 'activities',
    description:
      'User activities, profiles and choices. The token stands in `Authorization`, as it is, or in `auth_token`; a private one may sign instead, with `X-Mics-Key-Id`, `X-Mics-Ts` and `X-Mics-Mac`. A public token can only send activities.',
  },
  {
    name: 'administration',
    description:
      'What `npm run admin` does, for a private token and its customer. Never for pages: browsers name the page that sends a change, and it is refused; so here only GET can be tried.',
  },
  { name: 'files', description: 'Pictures and videos, under addresses whose content never changes.' },
  { name: 'kit', description: 'What the pages of a shop download.' },
  { name: 'demo', description: 'The demo shop.' },
  { name: 'operation', description: 'For whoever runs the service.' },
];

const auth = { type: 'apiKey', in: 'query', name: 'auth_token' } as const;

/** Collects the schemas of all routes that are registered after it, for the OpenAPI document. */
export async function describeRoutes(app: FastifyInstance): Promise<void> {
  const { name, description, version } = PACKAGE;
  const title = name.replace(/^./, (first: string) => first.toUpperCase());
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title, description, version, license: { name: 'MIT', identifier: 'MIT' } },
      servers: [{ url: '/', description: 'This service' }],
      tags: TAGS,
      security: [{ publicToken: [] }, { privateToken: [] }],
      components: {
        securitySchemes: {
          publicToken: {
            ...auth,
            description: 'Stands in pages: reads content, tracks and uploads, on pages of registered origins.',
          },
          privateToken: { ...auth, description: 'For servers and operators: reads content and administers.' },
          bearer: {
            type: 'http',
            scheme: 'bearer',
            description: 'A private token, for `/admin/v1` and `/api/analytics`.',
          },
          operator: {
            type: 'http',
            scheme: 'bearer',
            description: 'The operator’s token, `VITRINE_OPERATOR_TOKEN`.',
          },
          bearerToken: {
            type: 'apiKey',
            in: 'query',
            name: 'bearer_token',
            description:
              'For `/api/analytics`: a public token on pages of registered origins, or a private one elsewhere.',
          },
          rawToken: {
            type: 'apiKey',
            in: 'header',
            name: 'Authorization',
            description: 'User activities: a token as it is, without `Bearer`.',
          },
          signature: {
            type: 'apiKey',
            in: 'header',
            name: 'X-Mics-Mac',
            description:
              'User activities: the HMAC-SHA256, in hex, of the lines URI, key id, time and body, joined by `\\n`. The secret is the SHA-256 of the token in hex; the key id, in `X-Mics-Key-Id`, the first 16 hex digits of the SHA-256 of that secret; the time, in `X-Mics-Ts`, milliseconds since 1970, at most 5 minutes from our clock. The URI is the path with its query, with or without `/v1/`.',
          },
        },
      },
    },
    // The routes of files end in `*`. In the document, a parameter has a name.
    transform: ({ schema, url }) => ({ schema, url: url.replace(/\*$/, ':path') }),
    transformObject: (document) => {
      if (!('openapiObject' in document)) return document.swaggerObject;
      const { openapiObject } = document;
      openapiObject.paths = Object.fromEntries(Object.entries(openapiObject.paths ?? {}).flatMap(expandPaths));
      return openapiObject;
    },
  });
}

type Item = Record<string, unknown>;
interface Operation {
  parameters?: { schema?: { type?: string; enum?: unknown[] } }[];
  'x-paths'?: DescribedPath[];
}

/** The paths of one item of the document. HEAD is left out, since every GET has one. */
function expandPaths([path, { head: _, ...item } = {}]: [string, Item | undefined]): [string, Item][] {
  for (const { parameters = [] } of Object.values(item) as Operation[]) {
    // TypeBox leaves the type of an enum out.
    for (const { schema } of parameters) if (schema?.enum) schema.type ??= typeof schema.enum[0];
  }
  const { 'x-paths': paths, ...operation } = (item.get ?? {}) as Operation;
  if (!paths) return [[path, item]];
  return paths.map(({ path, ...own }) => [path, { get: { ...operation, ...own } }]);
}

const CSS = join(ROOT, 'server/site/docs.css');
const VIEWPORT = '<meta name="viewport" content="width=device-width, initial-scale=1">';

/** `/docs` for people, `/docs/json` and `/docs/yaml` for programs. The page loads nothing from other hosts. */
export async function docsPlugin(app: FastifyInstance): Promise<void> {
  await protectPages(app, {
    directives: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'"],
      // The icons are in the style sheet. A picture that a person requests here is shown from memory.
      imgSrc: ["'self'", 'data:', 'blob:'],
      connectSrc: ["'self'"],
      baseUri: ["'none'"],
    },
  });
  app.addHook('onSend', async (_, reply, payload) => {
    const isPage = typeof payload === 'string' && String(reply.getHeader('content-type')).includes('text/html');
    // Without a viewport, a phone shows the page in the width of a desktop.
    return isPage ? payload.replace('<title>', `${VIEWPORT}<title>`) : payload;
  });
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    theme: { title: 'Vitrine API', css: [{ filename: 'docs.css', content: readFileSync(CSS, 'utf8') }] },
    uiConfig: { layout: 'BaseLayout', docExpansion: 'list', defaultModelsExpandDepth: -1, deepLinking: true },
  });
}
