import { MediaError } from '../errors.ts';
import { sweepUnfinished } from '../files.ts';
import type { MediaArchive } from '../media-archive.ts';
import { mediaFolder } from '../paths.ts';
import type { Columns } from './columns.ts';
import { importMedia, MEDIA_COLUMNS } from './media.ts';
import { importProduct, lackShopAddress, PRODUCT_COLUMNS, withoutContinuations } from './products.ts';
import type { ImportReport } from './report.ts';
import { type Row, RowError, readRows } from './rows.ts';
import { readSource, SourceFiles } from './source-file.ts';
import type { Imported, Target } from './target.ts';

export interface ImportOptions {
  /** The folder of the CSVs and of the files that they name. */
  folder: string;
  /** The names of the CSVs in that folder; either may be left out. */
  products?: string | undefined;
  media?: string | undefined;
  archive: MediaArchive;
  customerId: number;
  /** The address that relative product URLs are resolved against. */
  baseUrl?: string | undefined;
  /** Whether a row replaces what is stored, or adds to it. */
  replace?: boolean | undefined;
  /** Stores no media file. The content store of the archive is then a copy. */
  dryRun?: boolean | undefined;
  /** Whether files may be fetched from private network addresses. */
  allowPrivate?: boolean | undefined;
  /** Called at the start and after each row. */
  onProgress?: ((done: number, total: number) => void) | undefined;
}

/**
 * Imports a folder of products and media. A row is imported completely or not at all, even if the process is killed. The
 * next run continues there, since it recognises products by their keys and media by their content. A row that cannot be
 * imported is reported and skipped. An error that affects every row, such as a full disk, is thrown.
 */
export async function importFolder(options: ImportOptions): Promise<ImportReport> {
  const { folder, archive, dryRun, onProgress } = options;
  if (!dryRun) await sweepUnfinished(mediaFolder(archive.dataDir));
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
  const { archive, folder, baseUrl, dryRun = false, replace = false, allowPrivate } = options;
  const customer = await archive.contentStore.customer(options.customerId);
  if (!customer) throw new Error(`There is no customer ${options.customerId}.`);
  return {
    ...{ archive, customer, baseUrl, dryRun, replace },
    files: new SourceFiles(folder, { allowPrivate }),
    ...{ lines: new Map(), streams: new Map(), categories: new Map() },
  };
}

/** The rows of a CSV. Rows that cannot be read are added to the report. */
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
    if (!(error instanceof RowError || error instanceof MediaError)) throw error;
    report.refused++;
    report.problems.push({ ...place, reason: error.message });
  }
}
