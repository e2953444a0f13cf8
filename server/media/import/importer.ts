import type { ContentStore } from '../../store/content/content-store.ts';
import { MediaRefused } from '../errors.ts';
import { sweepUnfinished } from '../files.ts';
import { mediaFolder } from '../paths.ts';
import type { Columns } from './columns.ts';
import { importMedia, MEDIA_COLUMNS } from './media.ts';
import { importProduct, lackShopAddress, PRODUCT_COLUMNS, withoutContinuations } from './products.ts';
import type { ImportReport } from './report.ts';
import { type Row, RowRefused, readRows } from './rows.ts';
import { readSource, SourceFiles } from './source-file.ts';
import type { Imported, Target } from './target.ts';

export interface ImportOptions {
  /** Where the CSVs and the files they name are. */
  folder: string;
  /** The names of the CSVs in that folder; either may be left out. */
  products?: string | undefined;
  media?: string | undefined;
  store: ContentStore;
  customerId: number;
  /** The data folder. */
  data: string;
  /** What relative product URLs are resolved against. */
  baseUrl?: string | undefined;
  /** Whether a row says all that shall be there, or adds to it. */
  replace?: boolean | undefined;
  /** No media file is written; `store` is a copy. */
  dryRun?: boolean | undefined;
  /** Whether files may be fetched from addresses that are not of the internet. */
  allowPrivate?: boolean | undefined;
  /** Called at the start and after each row. */
  onProgress?: ((done: number, total: number) => void) | undefined;
}

/**
 * Imports a folder of products and media. Each row is done or not begun, whenever the process ends; the next run goes on
 * where this one stopped, since what is there is recognised by its key or content. A row that cannot be imported is
 * reported and the others go on; an error that would meet every row (a full disk) is thrown.
 */
export async function importFolder(options: ImportOptions): Promise<ImportReport> {
  const { folder, data, dryRun, onProgress } = options;
  if (!dryRun) await sweepUnfinished(mediaFolder(data));
  const target = await targetOf(options);
  const { streams, categories } = target;
  const counts = { created: 0, changed: 0, unchanged: 0, refused: 0 };
  const report: ImportReport = { ...counts, problems: [], notes: [], rows: [], streams, categories };
  const products = await readJobs(report, folder, options.products, PRODUCT_COLUMNS);
  if (options.products && lackShopAddress(products, options.baseUrl))
    report.notes.push({ file: options.products, line: 1, reason: NO_SHOP_ADDRESS });
  const media = await readJobs(report, folder, options.media, MEDIA_COLUMNS);
  const jobs = [
    ...withoutContinuations(products).map((row) => ({
      file: options.products,
      row,
      run: () => importProduct(target, row),
    })),
    ...media.map((row) => ({ file: options.media, row, run: () => importMedia(target, row) })),
  ];
  onProgress?.(0, jobs.length);
  for (const [index, { file = '', row, run }] of jobs.entries()) {
    await runJob(report, { file, line: row.line }, run);
    onProgress?.(index + 1, jobs.length);
  }
  return report;
}

const NO_SHOP_ADDRESS =
  "Shopify's exports have no addresses of products' pages, so shoppers are led to none: give --base-url https://YOUR.SHOP";

async function targetOf(options: ImportOptions): Promise<Target> {
  const { store, folder, data, baseUrl, dryRun, replace = false, allowPrivate } = options;
  const customer = await store.customer(options.customerId);
  if (!customer) throw new Error(`There is no customer ${options.customerId}.`);
  return {
    ...{ store, customer, baseUrl, replace },
    archive: { store, customerId: customer.id, data, dryRun },
    files: new SourceFiles(folder, { allowPrivate }),
    ...{ lines: new Map(), streams: new Map(), categories: new Map() },
  };
}

/** The rows of a CSV; what cannot be read is in the report. */
async function readJobs<Name extends string>(
  report: ImportReport,
  folder: string,
  file: string | undefined,
  columns: Columns<Name>,
): Promise<Row<Name>[]> {
  if (file === undefined) return [];
  return readRows(await readSource(folder, file), columns, ({ line, kind, reason }) => {
    if (kind === 'refused') report.refused++;
    (kind === 'note' ? report.notes : report.problems).push({ file, line, reason });
  });
}

async function runJob(
  report: ImportReport,
  place: { file: string; line: number },
  run: () => Promise<Imported>,
): Promise<void> {
  try {
    const { outcome, changes, lacks } = await run();
    report[outcome]++;
    report.rows.push({ ...place, outcome, changes });
    if (lacks) report.problems.push({ ...place, reason: lacks });
  } catch (error) {
    if (!(error instanceof RowRefused || error instanceof MediaRefused)) throw error;
    report.refused++;
    report.problems.push({ ...place, reason: error.message });
  }
}
