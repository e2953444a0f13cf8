import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { WIDGET_TYPES } from '../src/content/resources.ts';
import { importFolder } from './media/import/importer.ts';
import type { ImportReport } from './media/import/report.ts';
import type { ContentStore, InstanceRecord } from './store/content/content-store.ts';

/** Where else than at `url` the demo shop may be opened; the `.test` names are for browsers that were told where they are. */
const HOSTS = ['127.0.0.1', 'localhost', 'shop.test', 'www.shop.test', 'checkout.shop.test'];
const LABEL = 'demo';
const PRODUCTS = 'products.csv';
const MEDIA = 'media.csv';

/** `demo.json` in the data folder: who the demo is. Ids are strings, as in the content API. */
export interface Demo {
  customer: string;
  /** The public token, which the shop's pages hold. */
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
  /** What the import of its content did. */
  report: ImportReport;
}

export interface DemoOptions {
  store: ContentStore;
  /** The data folder. */
  data: string;
  /** The demo's folder: its `settings.json`, and its `content/` with `products.csv` and `media.csv`. */
  folder: string;
  /** Where the service is opened, as `http://127.0.0.1:4180`. */
  url: string;
  /** The setting `VITRINE_PUBLIC_URL`. */
  publicUrl?: string | undefined;
  onProgress?: (done: number, total: number) => void;
}

/**
 * Makes the demo customer with its tokens, origins, hosts and widgets, imports its content and writes `demo.json`. What
 * is there already stays, what a killed start left out is completed, and another address is made known.
 *
 * @returns nothing where there is no demo content, or where an operator keeps customers of his own and not this one
 */
export async function ensureDemo(options: DemoOptions): Promise<EnsuredDemo | undefined> {
  const { store, data, folder, url, publicUrl, onProgress } = options;
  const content = join(folder, 'content');
  if (![PRODUCTS, MEDIA].every((csv) => existsSync(join(content, csv)))) return undefined;
  const settings = JSON.parse(await readFile(join(folder, 'settings.json'), 'utf8'));
  const { customer: name, key } = settings as { customer: string; key: string };
  const customerKey = name.toLowerCase();
  const customers = await store.customers();
  if (customers.length > 0 && !customers.some((customer) => customer.key === customerKey)) return undefined;

  const { id } = await store.upsertCustomer({ key: customerKey, name, domain: 'www.shop.test' });
  const privateKey = await ensureTokens(store, id, key, await readPrivateKey(data));
  for (const name of [new URL(url).hostname, ...HOSTS]) {
    const at = new URL(url);
    at.hostname = name;
    await store.addHost(id, at.hostname);
    // As browsers write it: without the port where that is 80.
    await store.addOrigin(id, at.origin);
  }
  if (publicUrl !== undefined) {
    await store.addHost(id, new URL(publicUrl).hostname);
    await store.addOrigin(id, publicUrl);
  }
  const report = await importFolder({
    folder: content,
    products: PRODUCTS,
    media: MEDIA,
    store,
    customerId: id,
    data,
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
    widgets: await ensureWidgets(store, id, report),
  };
  await writeDemo(data, demo);
  return { demo, report };
}

/** The public token stands in the shop's pages and is known; the private one is made here and only `demo.json` has it. */
async function ensureTokens(store: ContentStore, id: number, key: string, known: string | undefined): Promise<string> {
  if (!(await store.access.token(key))) await store.addToken(id, 'public', LABEL, key);
  if (known && (await store.access.token(known))) return known;
  for (const token of await store.tokens(id)) {
    if (token.kind === 'private' && token.label === LABEL) await store.removeToken(id, token.id);
  }
  const privateKey = randomBytes(32).toString('hex');
  await store.addToken(id, 'private', LABEL, privateKey);
  return privateKey;
}

/** One widget instance of each type that has something to show, in one style. */
async function ensureWidgets(
  store: ContentStore,
  customerId: number,
  { streams, categories }: ImportReport,
): Promise<Record<string, string>> {
  const style = await store.upsertStyle(customerId, { type: 'olapic_slidev3', name: 'Carousel', settings: {} });
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
    await store.putInstance({ id, customerId, name, type, settings: {}, styleId: style.id, ...source });
    widgets[type] = id;
  }
  return widgets;
}

async function readPrivateKey(data: string): Promise<string | undefined> {
  try {
    return (JSON.parse(await readFile(join(data, 'demo.json'), 'utf8')) as Partial<Demo>).privateKey;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Readable by its owner only, since the private key is in it. */
async function writeDemo(data: string, demo: Demo): Promise<void> {
  const file = join(data, 'demo.json');
  await writeFile(`${file}.part`, `${JSON.stringify(demo, null, 2)}\n`, { mode: 0o600 });
  await chmod(`${file}.part`, 0o600);
  await rename(`${file}.part`, file);
}

function asStrings(ids: Map<string, number>): Record<string, string> {
  return Object.fromEntries([...ids].map(([key, id]) => [key, String(id)]));
}
