import type { ContentStore, Upserted } from '../../store/content/content-store.ts';
import { sweepUnfinished } from '../files.ts';
import { mediaFolder } from '../paths.ts';
import { MediaRefused } from '../refused.ts';
import { importMedia, MEDIA_COLUMNS } from './media.ts';
import { importProduct, PRODUCT_COLUMNS } from './products.ts';
import { type Problem, type Row, RowRefused, readRows } from './rows.ts';
import { readSource } from './source-file.ts';
import type { Target } from './target.ts';

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
  /** Called at the start and after each row. */
  onProgress?: ((done: number, total: number) => void) | undefined;
}

export interface ImportReport {
  /** Rows by what they did; those with a problem are in none. */
  created: number;
  changed: number;
  unchanged: number;
  problems: Problem[];
  /** What the products became: ids by the shop's own keys. */
  streams: Map<string, number>;
  categories: Map<string, number>;
}

/**
 * Imports a folder of products and media. Each row is done or not begun, whenever the process ends; the next run goes on
 * where this one stopped, since what is there is recognised by its key or content. A row that cannot be imported is
 * reported and the others go on; an error that would meet every row (a full disk) is thrown.
 */
export async function importFolder(options: ImportOptions): Promise<ImportReport> {
  const { store, folder, data, baseUrl, onProgress } = options;
  const customer = await store.customer(options.customerId);
  if (!customer) throw new Error(`There is no customer ${options.customerId}.`);
  await sweepUnfinished(mediaFolder(data));
  const ids = { streams: new Map<string, number>(), categories: new Map<string, number>() };
  const target: Target = { store, customer, data, folder, baseUrl, lines: new Map(), ...ids };
  const report: ImportReport = { created: 0, changed: 0, unchanged: 0, problems: [], ...ids };
  const jobs = [
    ...(await jobsOf(report, folder, options.products, PRODUCT_COLUMNS, (row) => importProduct(target, row))),
    ...(await jobsOf(report, folder, options.media, MEDIA_COLUMNS, (row) => importMedia(target, row))),
  ];
  onProgress?.(0, jobs.length);
  for (const [index, { file, line, run }] of jobs.entries()) {
    try {
      report[await run()] += 1;
    } catch (error) {
      if (!(error instanceof RowRefused || error instanceof MediaRefused)) throw error;
      report.problems.push({ file, line, reason: error.message });
    }
    onProgress?.(index + 1, jobs.length);
  }
  return report;
}

interface Job {
  file: string;
  line: number;
  run: () => Promise<Upserted['outcome']>;
}

async function jobsOf<Column extends string>(
  report: ImportReport,
  folder: string,
  file: string | undefined,
  columns: Record<Column, boolean>,
  importRow: (row: Row<Column>) => Promise<Upserted['outcome']>,
): Promise<Job[]> {
  if (file === undefined) return [];
  const complain = (line: number, reason: string) => report.problems.push({ file, line, reason });
  const rows = readRows(await readSource(folder, file), columns, complain);
  return rows.map((row) => ({ file, line: row.line, run: () => importRow(row) }));
}
