import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import type { ContentStore, CustomerRecord, MediaRecord } from '../../../store/content/content-store.ts';
import { openContentStore } from '../../../store/testing/open-stores.ts';
import { MediaArchive } from '../../media-archive.ts';
import { type ImportOptions, importFolder } from '../importer.ts';
import type { ImportReport } from '../report.ts';

/** A data folder with one customer, and a folder to import from. */
export interface ImportWorld {
  folder: string;
  dataDir: string;
  contentStore: ContentStore;
  customer: CustomerRecord;
  put(files: Record<string, string | Buffer>): Promise<void>;
  run(options?: Partial<ImportOptions>): Promise<ImportReport>;
  /** The media of a list: those of a stream by position, others by date. */
  listed(kind: 'customer' | 'stream' | 'category', id: number): Promise<MediaRecord[]>;
  /** The command, as an operator gives it in the folder. */
  command(words: string[], env?: Record<string, string>): ChildProcess;
  close(): Promise<void>;
}

export async function openImportWorld(): Promise<ImportWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'vitrine-import-'));
  const dataDir = await mkdtemp(join(tmpdir(), 'vitrine-data-'));
  const contentStore = await openContentStore(dataDir);
  const archive = new MediaArchive(contentStore, dataDir);
  const { id } = await contentStore.upsertCustomer({ key: 'tideline', name: 'Tideline', domain: 'shop.test' });
  return {
    ...{ folder, dataDir, contentStore, customer: (await contentStore.customer(id)) as CustomerRecord },
    async put(files) {
      for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
    },
    run(options = {}) {
      const csv = { products: 'products.csv', media: 'media.csv' };
      const baseUrl = 'https://shop.test/';
      return importFolder({ folder, ...csv, archive, customerId: id, baseUrl, ...options });
    },
    async listed(kind, id) {
      const snapshot = await contentStore.listSnapshot(Date.now());
      const { places } = await contentStore.page({
        scope: { kind, id },
        sorting: kind === 'stream' ? 'media_position' : 'recent',
        onlyWithRights: false,
        onlyInStock: false,
        snapshot,
        count: 50,
      });
      return contentStore.media(places.map(({ mediaId }) => mediaId));
    },
    command: (words, env = {}) =>
      spawn(process.execPath, ['server/cli/import.ts', ...words], {
        env: { ...process.env, VITRINE_DATA: dataDir, INIT_CWD: folder, ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    async close() {
      await contentStore.close();
      await rm(folder, { recursive: true });
      await rm(dataDir, { recursive: true });
    },
  };
}

/** A picture that no other number gives. */
export function picture(number: number, size = 200): Promise<Buffer> {
  const background = { r: number % 256, g: (number * 7) % 256, b: 128 };
  return sharp({ create: { width: size, height: size, channels: 3, background } })
    .jpeg()
    .toBuffer();
}

/** What a command printed, and how it ended. */
export async function outcomeOf(child: ChildProcess): Promise<{ code: number | null; out: string; err: string }> {
  const texts = { out: '', err: '' };
  child.stdout?.setEncoding('utf8').on('data', (text) => {
    texts.out += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text) => {
    texts.err += text;
  });
  const [code] = await once(child, 'close');
  return { code, ...texts };
}
