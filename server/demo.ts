import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { WIDGET_TYPES } from '../src/content/resources.ts';
import { importFolder } from './media/import/importer.ts';
import type { ImportReport } from './media/import/report.ts';
import type { MediaArchive } from './media/media-archive.ts';
import type { ContentStore, InstanceRecord } from './store/content/content-store.ts';

/** The further hosts of the demo shop. The `.test` names are for browsers that are configured to find them on this machine. */
const HOSTS = ['127.0.0.1', 'localhost', 'shop.test', 'www.shop.test', 'checkout.shop.test'];
const LABEL = 'demo';
const PRODUCTS = 'products.csv';
const MEDIA = 'media.csv';

/** The contents of `demo.json` in the data folder. Ids are strings, as in the content API. */
export interface Demo {
  customer: string;
  /** The public token in the shop's pages. */
  key: string;
  privateKey: string;
  /** By product id. */
  streams: Record<string, string>;
  /** By name. */
  categories: Record<string, string>;
  /** Ids of widget instances, by type. */
  widgets: Record<string, string>;
}

export interface EnsuredDemo {
  demo: Demo;
  /** The report of the import of its content. */
  report: ImportReport;
}

export interface DemoOptions {
  archive: MediaArchive;
  /** The demo's folder: its `settings.json`, and its `content/` with `products.csv` and `media.csv`. */
  folder: string;
  /** The address of the service, such as `http://127.0.0.1:4180`. */
  url: string;
  /** The setting `VITRINE_PUBLIC_URL`. */
  publicUrl?: string | undefined;
  onProgress?: (done: number, total: number) => void;
}

/**
 * Makes the demo customer with its tokens, origins, hosts and widgets, imports its content and writes `demo.json`.
 * Existing parts stay, missing ones are added, and a new address is registered.
 *
 * @returns undefined without demo content, or if the content store has other customers and not this one
 */
export async function ensureDemo(options: DemoOptions): Promise<EnsuredDemo | undefined> {
  const { archive, folder, url, publicUrl, onProgress } = options;
  const { contentStore, dataDir } = archive;
  const content = join(folder, 'content');
  if (![PRODUCTS, MEDIA].every((csv) => existsSync(join(content, csv)))) return undefined;
  const settings = JSON.parse(await readFile(join(folder, 'settings.json'), 'utf8'));
  const { customer: name, key } = settings as { customer: string; key: string };
  const customerKey = name.toLowerCase();
  const customers = await contentStore.customers();
  if (customers.length > 0 && !customers.some((customer) => customer.key === customerKey)) return undefined;

  const { id } = await contentStore.upsertCustomer({ key: customerKey, name, domain: 'www.shop.test' });
  const privateKey = await ensureTokens(contentStore, id, key, await readPrivateKey(dataDir));
  for (const name of [new URL(url).hostname, ...HOSTS]) {
    const at = new URL(url);
    at.hostname = name;
    await contentStore.addHost(id, at.hostname);
    // Browsers write an origin without the default port.
    await contentStore.addOrigin(id, at.origin);
  }
  if (publicUrl !== undefined) {
    await contentStore.addHost(id, new URL(publicUrl).hostname);
    await contentStore.addOrigin(id, publicUrl);
  }
  const report = await importFolder({
    folder: content,
    products: PRODUCTS,
    media: MEDIA,
    archive,
    customerId: id,
    baseUrl: `${publicUrl ?? url}/shop/`,
    replace: true,
    onProgress,
  });
  const demo: Demo = {
    customer: String(id),
    key,
    privateKey,
    streams: asStrings(report.streams),
    categories: asStrings(report.categories),
    widgets: await ensureWidgets(contentStore, id, report),
  };
  await writeDemo(dataDir, demo);
  return { demo, report };
}

/** Adds the given public token, and a new private token, which only `demo.json` has. */
async function ensureTokens(
  contentStore: ContentStore,
  id: number,
  key: string,
  known: string | undefined,
): Promise<string> {
  if (!(await contentStore.access.token(key))) await contentStore.addToken(id, 'public', LABEL, key);
  if (known && (await contentStore.access.token(known))) return known;
  for (const token of await contentStore.tokens(id)) {
    if (token.kind === 'private' && token.label === LABEL) await contentStore.removeToken(id, token.id);
  }
  const privateKey = randomBytes(32).toString('hex');
  await contentStore.addToken(id, 'private', LABEL, privateKey);
  return privateKey;
}

/** Adds one widget instance of each type that has media to show, all of one style. */
async function ensureWidgets(
  contentStore: ContentStore,
  customerId: number,
  { streams, categories }: ImportReport,
): Promise<Record<string, string>> {
  const style = await contentStore.upsertStyle(customerId, { type: 'olapic_slidev3', name: 'Carousel', settings: {} });
  const [streamId = null] = streams.values();
  const [categoryId = null] = categories.values();
  const sources: Record<(typeof WIDGET_TYPES)[number], Pick<InstanceRecord, 'streamId' | 'categoryId'> | undefined> = {
    best_photos: { streamId: null, categoryId: null },
    by_category: categoryId === null ? undefined : { streamId: null, categoryId },
    by_stream: streamId === null ? undefined : { streamId, categoryId: null },
  };
  const widgets: Record<string, string> = {};
  for (const type of WIDGET_TYPES) {
    const source = sources[type];
    if (!source) continue;
    const id = createHash('sha256').update(`demo ${type}`).digest('hex').slice(0, 32);
    const name = type.replace('_', ' ');
    await contentStore.putInstance({ id, customerId, name, type, settings: {}, styleId: style.id, ...source });
    widgets[type] = id;
  }
  return widgets;
}

async function readPrivateKey(dataDir: string): Promise<string | undefined> {
  try {
    return (JSON.parse(await readFile(join(dataDir, 'demo.json'), 'utf8')) as Partial<Demo>).privateKey;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** The file has the private token, so only its owner can read it. */
async function writeDemo(dataDir: string, demo: Demo): Promise<void> {
  const file = join(dataDir, 'demo.json');
  await writeFile(`${file}.part`, `${JSON.stringify(demo, null, 2)}\n`, { mode: 0o600 });
  await chmod(`${file}.part`, 0o600);
  await rename(`${file}.part`, file);
}

function asStrings(ids: Map<string, number>): Record<string, string> {
  return Object.fromEntries([...ids].map(([key, id]) => [key, String(id)]));
}
