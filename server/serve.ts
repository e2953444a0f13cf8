import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import closeWithGrace from 'close-with-grace';
import type { FastifyInstance } from 'fastify';
import { startRetention } from './admin/retention.ts';
import { buildApp } from './app.ts';
import { showPercent, showProgress } from './cli/progress.ts';
import { type Config, PACKAGE, ROOT } from './config.ts';
import { type EnsuredDemo, ensureDemo } from './demo.ts';
import { terminalStream } from './http/log.ts';
import { startAvif } from './media/avif/background.ts';
import { openDataFolder } from './store/data-folder.ts';
import type { OnMigrating } from './store/migrating.ts';
import { lockFolder } from './store/service-lock.ts';
import { openStores } from './store/stores.ts';

export interface ServeOptions {
  /** Whether an empty folder gets the invented shop's content, and its pages are served. */
  demo: boolean;
}

/** Opens the data folder, serves, and on Ctrl-C finishes what was accepted. @throws why it cannot serve */
export async function serve(config: Config, { demo: withDemo }: ServeOptions): Promise<void> {
  openDataFolder(config.data);
  const unlock = lockFolder(config.data);
  const port = await freePort(config);
  let app: FastifyInstance | undefined;
  const log = {
    // Before there is a log, the writer's trouble goes where start-up's does.
    error: (details: object, message: string) =>
      app ? app.log.error(details, message) : console.error(message, details),
  };
  const stores = openStores({ dataDir: config.data, log, onMigrating: tellMigrating() });
  const content = await stores.content();
  const events = await stores.events();
  app = await buildApp({ ...config, demo: withDemo, logStream: await terminalStream() }, { content, events });
  const url = addressOf(config.host, port);
  const demo = withDemo
    ? await ensureDemo({
        store: content,
        data: config.data,
        folder: join(ROOT, 'demo'),
        url,
        publicUrl: config.publicUrl,
        onProgress: showProgress('Importing the demo', process.stderr),
      })
    : undefined;

  await app.listen({ port, host: config.host });
  const stopRetention = startRetention({ events, keepDays: config.eventsKeepDays, log: app.log });
  const stopAvif = startAvif({ store: content, data: config.data, log: app.log });
  app.log.info(
    { version: PACKAGE.version, node: process.version, ...settingsOf(config, withDemo) },
    'the service serves',
  );
  closeWithGrace({ delay: 10_000, logger: { error: (error) => app.log.fatal(error) } }, async ({ err, signal }) => {
    if (err) app.log.fatal({ err }, 'the service stops because of an error nobody handled');
    await app.close();
    stopRetention();
    await stopAvif();
    await stores.close();
    unlock();
    if (!err) app.log.info({ signal }, 'the service stopped; all that it accepted is stored');
  });
  announce(config.data, url, demo);
  if ((await content.customers()).length === 0) console.log(NO_CUSTOMER);
}

const NO_CUSTOMER = `The data folder has no customer yet: npm run admin -- customer add KEY --name NAME --domain DOMAIN
`;

/** What the operator has set, without secrets. */
function settingsOf({ operatorToken, ...config }: Config, demo: boolean) {
  return { settings: { ...config, operatorToken: operatorToken === undefined ? 'none' : 'set', demo } };
}

/**
 * The port to serve at, asked for before the import, which takes a while: that a port is taken should be told at once,
 * and the demo's pages, which are registered by their port, have to know which one 0 stands for.
 */
async function freePort({ port, host }: Config): Promise<number> {
  const server = createServer().listen(port, host);
  await once(server, 'listening');
  const free = (server.address() as AddressInfo).port;
  server.close();
  await once(server, 'close');
  return free;
}

/** Where somebody on this machine opens the service. URLs have no place for the zone of an address (`fe80::1%eth0`). */
function addressOf(host: string, port: number): string {
  const name =
    host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host.includes(':') ? `[${host.replace(/%.*/, '')}]` : host;
  return `http://${name}:${port}`;
}

/** Nobody is served meanwhile, and millions of events take minutes: the operator sees that it goes on. */
function tellMigrating(): OnMigrating {
  let show: ((done: number, total: number) => void) | undefined;
  return ({ file, from, to, counted, all }) => {
    if (all === 0 && counted === 0 && !show)
      console.error(`${file} is brought from version ${from} to ${to}; the service starts when that is done.`);
    if (all === 0) return;
    show ??= showPercent('Counting events', process.stderr);
    show(counted, all);
  };
}

function announce(data: string, url: string, demo: EnsuredDemo | undefined): void {
  console.log(`
Vitrine is running; its data is in ${data}

${demo ? `  Demo shop     ${url}/shop/\n` : ''}  The tag       ${url}/vitrine.js
  The API       ${url}/docs
  Health        ${url}/healthz
  Metrics       ${url}/metrics
${demo ? keysOf(demo, data) : ''}
Ctrl-C ends it.
`);
}

function keysOf({ demo, report: { problems } }: EnsuredDemo, data: string): string {
  const refused = problems.map(({ file, line, reason }) => `  demo/content/${file}:${line}: ${reason}\n`);
  return `
  The demo's public key    ${demo.key}
  The demo's private key   ${process.stdout.isTTY ? demo.privateKey : `stands in ${data}/demo.json`}
${refused.join('')}`;
}
