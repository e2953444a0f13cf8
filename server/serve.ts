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
import { MediaArchive } from './media/media-archive.ts';
import { openDataFolder } from './store/data-folder.ts';
import type { OnMigrating } from './store/migrating.ts';
import { lockFolder } from './store/service-lock.ts';
import { openStores } from './store/stores.ts';

export interface ServeOptions {
  /** Whether the demo shop is imported into an empty data folder, and its pages are served. */
  demo: boolean;
}

/**
 * Opens the data folder and serves. On Ctrl-C, what was accepted is stored before the process ends.
 * @throws why it cannot serve
 */
export async function serve(config: Config, { demo: withDemo }: ServeOptions): Promise<void> {
  const { dataDir } = config;
  openDataFolder(dataDir);
  const unlock = lockFolder(dataDir);
  const port = await freePort(config);
  let app: FastifyInstance | undefined;
  const log = {
    // The writer may fail before there is a log.
    error: (details: object, message: string) =>
      app ? app.log.error(details, message) : console.error(message, details),
  };
  const stores = openStores({ dataDir, log, onMigrating: showMigration() });
  const contentStore = await stores.content();
  const eventStore = await stores.events();
  const logStream = await terminalStream();
  app = await buildApp({ ...config, demo: withDemo, logStream }, { contentStore, eventStore });
  const url = localUrl(config.host, port);
  const archive = new MediaArchive(contentStore, dataDir);
  const demo = withDemo
    ? await ensureDemo({
        archive,
        folder: join(ROOT, 'demo'),
        url,
        publicUrl: config.publicUrl,
        onProgress: showProgress('Importing the demo', process.stderr),
      })
    : undefined;

  await app.listen({ port, host: config.host });
  const stopRetention = startRetention({ eventStore, keepDays: config.eventsKeepDays, log: app.log });
  const stopAvif = startAvif({ archive, log: app.log });
  app.log.info(
    { version: PACKAGE.version, node: process.version, ...settingsOf(config, withDemo) },
    'the service has started',
  );
  let isStopping = false;
  let stopSignal: NodeJS.Signals | undefined;
  let stopSignals = 0;
  const fatal = (error: unknown) => app.log.fatal(error);
  const grace = { delay: STOP_TIMEOUT_MS, logger: { error: fatal }, skip: [...STOP_SIGNALS] };
  const { close } = closeWithGrace(grace, async ({ err, signal = stopSignal }) => {
    isStopping = true;
    if (err) app.log.fatal({ err }, 'the service stops because of an unhandled error');
    await app.close();
    stopRetention();
    await stopAvif();
    await stores.close();
    unlock();
    if (!err) app.log.info({ signal }, 'the service stopped; all that it accepted is stored');
  });
  for (const name of STOP_SIGNALS)
    process.on(name, () => {
      stopSignals++;
      if (!isStopping) {
        stopSignal = name;
        void close();
      } else if (stopSignals >= URGENT_SIGNAL) {
        fatal(`${name} once more: the service stops at once`);
        process.exit(1);
      }
    });
  showAddresses(dataDir, url, demo);
  if ((await contentStore.customers()).length === 0) console.log(NO_CUSTOMER);
}

const STOP_SIGNALS = ['SIGINT', 'SIGTERM'] as const;
/** How long what was accepted may take to be finished. Past it the process ends with an error. */
const STOP_TIMEOUT_MS = 10_000;
/**
 * The signal that means "at once". It is not the second one: on Ctrl-C the terminal signals both the service and the npm
 * that runs it, and npm hands its own signal on.
 */
const URGENT_SIGNAL = 3;

const NO_CUSTOMER = `The data folder has no customer yet: npm run admin -- customer add KEY --name NAME --domain DOMAIN
`;

/** The settings for the log, without secrets. */
function settingsOf({ operatorToken, ...config }: Config, demo: boolean) {
  return { settings: { ...config, operatorToken: operatorToken === undefined ? 'none' : 'set', demo } };
}

/**
 * The port to serve at. It is tried before the demo's import, which takes a while: a port in use is reported at once, and
 * the import needs the port that 0 stands for, since it registers the origin of the demo's pages.
 */
async function freePort({ port, host }: Config): Promise<number> {
  const server = createServer().listen(port, host);
  await once(server, 'listening');
  const free = (server.address() as AddressInfo).port;
  server.close();
  await once(server, 'close');
  return free;
}

/** The service's URL on this machine. A URL has no place for the zone of an address (`fe80::1%eth0`). */
function localUrl(host: string, port: number): string {
  const name =
    host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host.includes(':') ? `[${host.replace(/%.*/, '')}]` : host;
  return `http://${name}:${port}`;
}

/** Shows the progress of a migration, which takes minutes for millions of events. Nobody is served before its end. */
function showMigration(): OnMigrating {
  let show: ((done: number, total: number) => void) | undefined;
  return ({ file, from, to, counted, all }) => {
    if (all === 0 && counted === 0 && !show)
      console.error(`${file} is migrated from version ${from} to ${to}; the service starts after that.`);
    if (all === 0) return;
    show ??= showPercent('Counting events', process.stderr);
    show(counted, all);
  };
}

function showAddresses(dataDir: string, url: string, demo: EnsuredDemo | undefined): void {
  console.log(`
Vitrine is running; its data is in ${dataDir}

${demo ? `  Demo shop     ${url}/shop/\n` : ''}  The tag       ${url}/vitrine.js
  The API       ${url}/docs
  Health        ${url}/healthz
  Metrics       ${url}/metrics
${demo ? demoKeys(demo, dataDir) : ''}
Ctrl-C ends it.
`);
}

function demoKeys({ demo, report: { problems } }: EnsuredDemo, dataDir: string): string {
  const refused = problems.map(({ file, line, reason }) => `  demo/content/${file}:${line}: ${reason}\n`);
  return `
  The demo's public key    ${demo.key}
  The demo's private key   ${process.stdout.isTTY ? demo.privateKey : `is in ${dataDir}/demo.json`}
${refused.join('')}`;
}
