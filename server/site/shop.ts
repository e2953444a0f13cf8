import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { errorBody } from '../http/errors.ts';
import { example, exampleOf } from '../http/example.ts';
import { protectPages } from '../http/headers.ts';
import { publicAddressOf } from '../http/public-address.ts';
import { describeFiles } from './files.ts';

/** The fields of `demo.json` that pages may read. The others are secrets of the operator. */
const PUBLIC_FIELDS = ['key', 'customer', 'streams', 'categories', 'widgets'];
const NO_DEMO = 'The demo content was not imported into this data folder.';

const described = { tags: ['demo'], security: [] };
const PAGES = {
  ...described,
  summary: 'A page of the demo shop',
  description: 'Plain pages that use the kit as a customer would, with their styles, scripts and pictures.',
  params: { type: 'object', properties: { path: { type: 'string', description: 'As `basket.html`.' } } },
  response: { 200: exampleOf('A page or a file.', { 'text/html': '<!doctype html><title>Tideline</title> …' }) },
};
const CONFIG = {
  ...described,
  summary: 'Ids and key of the demo',
  response: {
    200: example('Where the content API is, and what to ask it for.', {
      ...{ api: 'http://127.0.0.1:4180', key: 'the public token', customer: '1' },
      ...{ streams: { 'tl-ripple-mug': '1' }, categories: { Ceramics: '1' } },
      widgets: { best_photos: '32 hex digits' },
    }),
    404: example('There is no demo.', errorBody(404, NO_DEMO)),
  },
};

/**
 * The demo shop at `/shop/`, and its ids and key at `/shop/config.json`.
 * @param options.shop the folder of its pages
 * @param options.dataDir the data folder
 * @param options.publicUrl the setting `VITRINE_PUBLIC_URL`
 */
export async function shopPlugin(
  app: FastifyInstance,
  { shop, dataDir, publicUrl }: { shop: string; dataDir: string; publicUrl?: string | undefined },
): Promise<void> {
  // The addresses of pictures begin with `publicUrl`, wherever the page was opened.
  const files = publicUrl === undefined ? ["'self'"] : ["'self'", publicUrl];
  await protectPages(app, {
    directives: {
      defaultSrc: ["'self'"],
      imgSrc: [...files, 'data:'],
      mediaSrc: files,
      // The shop has inline scripts, as customers' pages have. Only these may run.
      scriptSrc: ["'self'", ...(await inlineScripts(shop))],
      baseUri: ["'none'"],
    },
    // Analytics needs the previous page, which helmet's default hides.
    referrer: 'strict-origin-when-cross-origin',
  });
  describeFiles(app, '/shop/*', PAGES);
  await app.register(fastifyStatic, {
    root: shop,
    prefix: '/shop',
    redirect: true,
    cacheControl: false,
    decorateReply: false,
    suppressWarning: true,
    setHeaders: (reply, path) => {
      reply.header('cache-control', path.endsWith('.html') ? 'no-cache' : 'public, max-age=300');
    },
  });
  app.get('/shop/config.json', { schema: CONFIG }, async (request, reply) => {
    reply.header('cache-control', 'no-cache');
    const demo = await readDemo(dataDir);
    if (!demo) return reply.code(404).send(errorBody(404, NO_DEMO));
    const address = publicAddressOf(request, publicUrl);
    return { ...(address && { api: `${address.scheme}://${address.host}` }), ...demo };
  });
}

/** The hashes of all inline scripts, as a Content-Security-Policy names them. */
async function inlineScripts(shop: string): Promise<string[]> {
  const files = await readdir(shop, { recursive: true }).catch(() => []);
  const pages = files.filter((file) => file.endsWith('.html')).map((file) => readFile(join(shop, file), 'utf8'));
  const scripts = (await Promise.all(pages)).flatMap((page) =>
    [...page.matchAll(/<script>(.*?)<\/script>/gs)].map(([, script = '']) => script),
  );
  return [...new Set(scripts)].map((script) => `'sha256-${createHash('sha256').update(script).digest('base64')}'`);
}

async function readDemo(dataDir: string): Promise<object | undefined> {
  try {
    const demo = Object.entries(JSON.parse(await readFile(join(dataDir, 'demo.json'), 'utf8')));
    return Object.fromEntries(demo.filter(([name]) => PUBLIC_FIELDS.includes(name)));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
}
