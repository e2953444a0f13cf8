import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestProject } from 'vitest/node';
import { answer, failure, type Logged, media, page, stream } from '../../src/content/testing/answers.ts';
import { UPLOADS } from './uploads.ts';

/**
 * A content API that misbehaves to order, for the elements' tests: the first part of the path says how
 * (`http://127.0.0.1:PORT/html/streams/42/media/recent`). `GET /log?auth_token=K` tells which requests carried a key
 * and whether their client hung up. How the real service answers is the end-to-end tests' matter.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { url, close } = await startFixture();
  project.provide('contentApi', url);
  return close;
}

export async function startFixture() {
  const log: (Logged & { key: string | null })[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', `http://${request.headers.host}`);
    const key = url.searchParams.get('auth_token');
    response.setHeader('access-control-allow-origin', '*');
    if (url.pathname === '/log')
      return json(
        response,
        200,
        log.filter((entry) => entry.key === key),
      );
    const [, scenario = '', ...rest] = url.pathname.split('/');
    // A film that is long in coming can be started and stopped without being one.
    if (rest[1] === 'film.mp4') return;
    if (rest[0] === 'images') {
      image(response, rest);
      return;
    }
    const entry: (typeof log)[number] = {
      method: request.method ?? '',
      path: `/${rest.join('/')}${url.search}`,
      aborted: false,
      key,
    };
    log.push(entry);
    response.on('close', () => {
      entry.aborted = !response.writableFinished;
    });
    if (request.method === 'OPTIONS') {
      response.writeHead(204, { 'access-control-allow-methods': 'GET, POST' }).end();
      return;
    }
    const upload = UPLOADS[scenario];
    if (upload) {
      const own = log.filter((other) => other.key === key);
      upload(request, url, own).then(
        ([status, body]) => json(response, status, body),
        () => response.destroy(),
      );
      return;
    }
    const behave = SCENARIOS[scenario] ?? SCENARIOS.shop;
    behave?.(`/${rest.join('/')}`, response, `${url.host}/${scenario}`, url, request);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

type Behave = (path: string, response: ServerResponse, host: string, url: URL, request: IncomingMessage) => void;

const twelve = (host: string) =>
  Array.from({ length: 12 }, (_, at) =>
    media(host, String(101 + at), at === 2 ? { type: 'VIDEO', video_url: `//${host}/images/film.mp4` } : {}),
  );

const shop: Behave = (path, response, host, url) => {
  const entries = twelve(host).slice(0, Number(url.searchParams.get('count') ?? 20));
  const tag = url.searchParams.get('tag_key');
  const sorting = path.split('/').at(-1);
  if (path === '/') return json(response, 200, answer({ _embedded: { customer: { id: '5' } } }));
  if (path.startsWith('/widgets/')) {
    const embedded = {
      customer: { id: '5' },
      stream: { _links: { self: { href: `//${host}/streams/42?version=v2.2` } } },
    };
    const type = path.endsWith('best') ? 'best_photos' : 'by_stream';
    return json(response, 200, answer({ id: 'w', type, settings: { sorting: 'rated' }, _embedded: embedded }));
  }
  const found =
    /^\/(streams\/42|categories\/7|customers\/5)\/media\//.test(path) ||
    (path.startsWith('/streams/media/') && tag === 'mug 42') ||
    (path.startsWith('/categories/media/') && tag === 'ceramics');
  if (!found) return json(response, 404, failure(404, 'No entity of type Stream was found with id 1.'));
  const own = path.startsWith('/streams')
    ? '/streams/42'
    : path.startsWith('/categories')
      ? '/categories/7'
      : '/customers/5';
  json(response, 200, answer(page(host, `${own}/media/${sorting}`, entries)));
};

const whole =
  (entries: (host: string) => unknown[]): Behave =>
  (_, response, host) =>
    json(response, 200, answer(page(host, '/streams/42/media/recent', entries(host) as never)));

const RLO = '\u202e';

const SCENARIOS: Record<string, Behave> = {
  shop,
  down: (_, response) => response.destroy(),
  /** Never answers. */
  silent: () => {},
  html: (_, response) => text(response, 200, 'text/html', '<!doctype html><title>Welcome to our Wi-Fi</title>'),
  html404: (_, response) => text(response, 404, 'text/html', '<h1>Not Found</h1>'),
  failing: (_, response) => json(response, 500, failure(500, 'Internal')),
  refusing: (_, response) => json(response, 401, failure(401, 'Invalid Credentials.')),
  shapeless: (_, response) => json(response, 200, answer({ _embedded: { media: {} } })),
  nameless: whole((host) => [media(host, '1'), { ...media(host, '2'), id: null }]),
  empty: whole(() => []),
  one: whole((host) => [media(host, '1')]),
  /** Never mind how many were asked for; the first with many products and long texts. */
  endless: whole((host) => {
    const long = 'x'.repeat(100_000);
    const base = media(host, '1')._embedded;
    const streams = Array.from({ length: 100 }, (_, at) => stream(host, `${at + 1}`, { name: long.slice(0, 6000) }));
    const first = media(host, '1', {
      caption: long,
      _embedded: {
        uploader: { ...base.uploader, name: long },
        'streams:all': { _fixed: true, _links: { self: { href: '//x' } }, _embedded: { stream: streams } },
      },
    });
    return [first, ...Array.from({ length: 1000 }, (_, at) => media(host, `${at + 2}`))];
  }),
  broken: whole((host) => [
    media(host, '1'),
    media(host, '2', {
      images: {
        ...media(host, '2').images,
        thumbnail: `//${host}/images/none`,
        mobile: `//${host}/images/none`,
        normal: `//${host}/images/none`,
      },
    }),
    media(host, '3'),
  ]),
  hostile: whole((host) => {
    const bad = `<script>window.harmed=1</script><img src=x onerror="window.harmed=1">"'${RLO}evil`;
    const base = media(host, '1');
    const uploader = { ...base._embedded.uploader, name: bad };
    const streams = [
      stream(host, '42', { name: bad, product_url: 'javascript:window.harmed=1' }),
      stream(host, '43', { name: 'Good', product_url: 'https://shop.test/"onclick="window.harmed=1' }),
      stream(host, '44', { name: 'Data', product_url: 'data:text/html,<script>window.harmed=1</script>' }),
    ];
    const all = { _fixed: true, _links: { self: { href: '//x' } }, _embedded: { stream: streams } };
    const embedded = { uploader, 'streams:all': all };
    return [
      media(host, '1', { caption: bad, _embedded: embedded }),
      media(host, '2', { type: 'VIDEO', video_url: 'javascript:window.harmed=1' }),
      media(host, '3', { images: { ...base.images, mobile: 'javascript:window.harmed=1' } }),
    ];
  }),
};

function json(response: ServerResponse, status: number, body: unknown): void {
  text(response, status, 'application/json', JSON.stringify(body));
}

function text(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { 'content-type': `${type}; charset=utf-8` }).end(body);
}

/** A picture of the pixels its name says, `/images/1200x900/101-normal.svg`, and nothing for any other name. */
function image(response: ServerResponse, [, pixels = '', name = '']: string[]): void {
  const [, width, height] = /^(\d+)x(\d+)$/.exec(pixels) ?? [];
  if (!width) {
    text(response, 404, 'text/plain', 'no such picture');
    return;
  }
  const hue = (Number.parseInt(name, 10) * 47) % 360;
  const body = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="100%" height="100%" fill="hsl(${hue} 40% 60%)"/></svg>`;
  text(response, 200, 'image/svg+xml', body);
}
