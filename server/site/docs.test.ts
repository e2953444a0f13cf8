import diagnostics from 'node:diagnostics_channel';
import { readFileSync } from 'node:fs';
import type { FastifyInstance, RouteOptions } from 'fastify';
import { afterAll, describe, expect, test } from 'vitest';
import { CONTENT_PATHS } from '../content/routes/unknown.ts';
import { openTestService } from '../testing/service.ts';
import { TAGS } from './docs.ts';

interface Content {
  [type: string]: {
    schema: { properties?: Record<string, { examples?: unknown[]; format?: string }> };
    example?: unknown;
    examples?: object;
  };
}
interface Parameter {
  name: string;
  in: string;
  description?: string;
  example?: unknown;
  schema: { enum?: string[] };
}
interface Operation {
  summary?: string;
  tags?: string[];
  parameters?: Parameter[];
  requestBody?: { content: Content };
  responses: Record<string, { description: string; content?: Content }>;
  security?: Record<string, string[]>[];
}
type Paths = Record<string, Record<string, Operation>>;

/** Everything that is registered, seen from outside: a route that somebody forgot is in no list. */
const routes: RouteOptions[] = [];
const listen = (message: unknown) =>
  (message as { fastify: FastifyInstance }).fastify.addHook('onRoute', (route) => void routes.push(route));
diagnostics.subscribe('fastify.initialization', listen);
const service = await openTestService();
diagnostics.unsubscribe('fastify.initialization', listen);
afterAll(() => service.close());

const openapi = await (await fetch(`${service.url}/docs/json`)).json();
const paths: Paths = openapi.paths;
const operations = Object.entries(paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => [`${method.toUpperCase()} ${path}`, operation] as const),
);

const methodsOf = ({ method }: RouteOptions) => [method].flat().filter((one) => one !== 'HEAD');
const all = routes.flatMap((route) => methodsOf(route).map((method) => ({ method, url: route.url, route })));
const hidden = all.filter(({ route }) => route.schema?.hide);
const shown = all.filter(({ route }) => !route.schema?.hide);

describe('every route', () => {
  test('is looked at', () => {
    expect(shown.length).toBeGreaterThan(40);
  });

  test('is hidden only as a preflight, as the alias of one that is shown, as nothing, or as part of the page', () => {
    const known = new Set(shown.map(({ url }) => url));
    const unexplained = hidden.filter(
      ({ method, url }) =>
        method !== 'OPTIONS' &&
        !known.has(url.replace(/\/$/, '')) &&
        !known.has(`${url}/*`) &&
        !CONTENT_PATHS.includes(url.replace(/\/$/, '')) &&
        !/^\/docs\b/.test(url),
    );
    expect(unexplained.map(({ method, url }) => `${method} ${url}`)).toEqual([]);
  });

  test.each(shown)('$method $url has a schema with summary, tag and examples', ({ method, url, route }) => {
    const written = url.replace(/:(\w+)/g, '{$1}').replace(/\*$/, '{path}');
    const names = route.schema?.['x-paths']?.map(({ path }) => path) ?? [written];
    for (const name of names) {
      const operation = paths[name]?.[method.toLowerCase()];
      expect(operation, name).toBeDefined();
      expect(problemsOf(operation as Operation)).toEqual([]);
    }
  });
});

function problemsOf({ summary, tags = [], parameters = [], requestBody, responses }: Operation): string[] {
  const known = TAGS.map(({ name }) => name);
  const good = Object.entries(responses).filter(([status]) => /^[23]/.test(status));
  const needing = [...good.map(([, { content }]) => content), requestBody?.content].filter((one) => one !== undefined);
  return [
    !summary && 'no summary',
    (tags.length !== 1 || !known.includes(tags[0] as string)) && `tags: expected one of ${known.join(', ')}`,
    good.length === 0 && 'no answer',
    ...parameters.filter(({ description }) => !description).map(({ name }) => `${name}: no description`),
    ...Object.entries(responses)
      .filter(([, { description }]) => !description || description === 'Default Response')
      .map(([status]) => `${status}: no description`),
    ...needing.filter((content) => !hasExample(content)).map((content) => `no example of ${Object.keys(content)}`),
  ].filter((problem) => problem !== false);
}

/** Of what people can read, as a whole or, in a form, by fields. */
function hasExample(content: Content): boolean {
  return Object.entries(content).every(([type, { schema, example, examples }]) => {
    const fields = /form/.test(type) ? Object.values(schema.properties ?? {}) : [];
    const inFields = fields.some((field) => field.examples || field.format === 'binary');
    return /^(image|video)\//.test(type) || example !== undefined || examples !== undefined || inFields;
  });
}

describe('the document', () => {
  test('says which API it is as package.json does', () => {
    const { name, description, version } = JSON.parse(
      readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
    );
    expect(openapi).toMatchObject({ openapi: '3.1.0', info: { description, version }, servers: [{ url: '/' }] });
    expect(openapi.info.title.toLowerCase()).toBe(name);
  });

  test('names each parameter of a path, and each parameter once', () => {
    for (const [endpoint, { parameters = [] }] of operations) {
      const inPath = parameters.filter((one) => one.in === 'path').map(({ name }) => name);
      const inTemplate = [...endpoint.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      expect([endpoint, inPath.toSorted()]).toEqual([endpoint, inTemplate.toSorted()]);
      const keys = parameters.map((one) => `${one.in} ${one.name}`);
      expect([endpoint, keys]).toEqual([endpoint, [...new Set(keys)]]);
    }
  });

  test('tells a path once, without its trailing slash', () => {
    expect(Object.keys(paths).filter((path) => path !== '/' && path.endsWith('/'))).toEqual([]);
  });

  test('refers only to what is in it', () => {
    expect(JSON.stringify(openapi)).not.toContain('"$ref"');
    const schemes = Object.keys(openapi.components.securitySchemes);
    const used = [...openapi.security, ...operations.flatMap(([, { security = [] }]) => security)];
    expect(schemes).toEqual(expect.arrayContaining(used.flatMap((one) => Object.keys(one))));
  });

  test('tells the parts that need no token from those that do', () => {
    for (const path of ['/healthz', '/vitrine.js', '/shop/config.json', '/media-files/{path}'])
      expect([path, paths[path]?.get?.security]).toEqual([path, []]);
    expect(paths['/metrics']?.get?.security).toEqual([{ operator: [] }, {}]);
    expect(paths['/media/{media_id}']?.get?.security).toBeUndefined();
    expect(paths['/admin/v1/tokens']?.get?.security).toEqual([{ bearer: [] }, { privateToken: [] }]);
  });

  test('has the paths of tracking as clients write them', async () => {
    const tracking = Object.keys(paths).filter((path) => path.startsWith('/track/') && path !== '/track/bulk');
    expect(tracking).toHaveLength(13);
    for (const path of tracking) {
      const url = new URL(tried(path, paths[path]?.get?.parameters ?? []), service.url);
      url.searchParams.set('auth_token', service.key);
      expect([url.href, (await fetch(url)).status]).toEqual([url.href, 200]);
    }
  });
});

/** The path with the examples of its parameters, as the page fills them in. */
function tried(path: string, parameters: Parameter[]): string {
  const query = new URLSearchParams();
  let filled = path;
  for (const { name, in: place, example, schema } of parameters) {
    const value = example ?? (place === 'path' ? schema.enum?.[0] : undefined);
    if (place === 'path') filled = filled.replace(`{${name}}`, String(value));
    else for (const one of [value ?? []].flat()) query.append(name, String(one));
  }
  return `${filled}?${query}`;
}

describe('/docs', () => {
  test.each(['/docs', '/docs/'])('%s is a page without a script of its own, and fits a phone', async (path) => {
    const response = await fetch(`${service.url}${path}`);
    const page = await response.text();
    expect(response.headers.get('content-type')).toContain('text/html');
    expect(page).not.toMatch(/<script(?![^>]*\bsrc=)|\son\w+=|\sstyle=|https?:/);
    expect(page).toContain('name="viewport"');
    const policy = response.headers.get('content-security-policy');
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
  });

  test('has all its files here', async () => {
    const page = await (await fetch(`${service.url}/docs`)).text();
    const files = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, file]) => file as string);
    expect(files.length).toBeGreaterThan(4);
    for (const file of files) expect([file, (await fetch(`${service.url}${file}`)).status]).toEqual([file, 200]);
  });
});
