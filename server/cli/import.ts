import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readConfig } from '../config.ts';
import { importFolder } from '../media/import/importer.ts';
import { type ImportReport, type Problem, reportCsv } from '../media/import/report.ts';
import { MediaArchive } from '../media/media-archive.ts';
import { reasonOf } from '../reason.ts';
import type { ContentStore, CustomerRecord } from '../store/content/content-store.ts';
import { openDataFolder } from '../store/data-folder.ts';
import { CONTENT_FILE } from '../store/database-files.ts';
import { openStores } from '../store/stores.ts';
import { showProgress } from './progress.ts';
import { escapeControls, print, printError } from './terminal.ts';

const USAGE = `npm run import -- FOLDER [--products products.csv] [--media media.csv] [options]

Imports products and their customers' photos and videos. The CSVs and the files that they name are in FOLDER. A file may
also be an address (https://…). demo/content has a sample of each CSV; README.md describes their columns.

  --customer KEY    the customer; needed if there are several
  --base-url URL    the shop's address, for relative product URLs and for Shopify's exports, which have no URLs
  --replace         a row replaces what is stored: an empty cell empties its field, and a media is only in the products
                    of its row. Without this option, rows add to what is stored
  --dry-run         stores nothing, and prints what would happen
  --report FILE     writes the result of each row to FILE, as CSV
  --allow-private   also fetches files from private addresses
  --help            prints this

VITRINE_DATA is the data folder. Exits with 1 if a row, or a part of one, could not be imported.`;

/** The changed rows that are printed. The report has all of them. */
const MAX_PRINTED = 100;

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  printError(reasonOf(error));
  process.exitCode = 1;
}

async function main(words: string[]): Promise<number> {
  const command = readCommand(words);
  if (!command) {
    print(USAGE);
    return 0;
  }
  const { dataDir } = readConfig(process.env);
  await requireFolder(command);
  const report = command.options['dry-run'] ? await dryRun(command, dataDir) : await importAll(command, dataDir);
  printReport(report, command.options['dry-run'] ?? false);
  if (command.report) await writeFile(command.report, reportCsv(report));
  return report.problems.length > 0 ? 1 : 0;
}

type Command = NonNullable<ReturnType<typeof readCommand>>;

/** @returns undefined for --help */
function readCommand(words: string[]) {
  const { values: options, positionals } = parseArgs({
    args: words,
    allowPositionals: true,
    options: {
      products: { type: 'string' },
      media: { type: 'string' },
      customer: { type: 'string' },
      'base-url': { type: 'string' },
      replace: { type: 'boolean' },
      'dry-run': { type: 'boolean' },
      report: { type: 'string' },
      'allow-private': { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (options.help) return undefined;
  const [folder, ...rest] = positionals;
  if (!folder || rest.length > 0 || !(options.products || options.media)) throw new Error(USAGE);
  const baseUrl = options['base-url'];
  if (baseUrl && !/^https?:/.test(URL.parse(baseUrl)?.protocol ?? '')) {
    throw new Error(`--base-url is "${baseUrl}"; it is the address of the shop, as https://shop.example/`);
  }
  // npm runs scripts in the project's folder. INIT_CWD is the folder in which the command was given.
  const here = process.env.INIT_CWD ?? '.';
  const paths = {
    named: folder,
    folder: resolve(here, folder),
    report: options.report && resolve(here, options.report),
  };
  const read = [options.products, options.media].map((csv) => csv && resolve(paths.folder, csv));
  if (paths.report && read.includes(paths.report)) throw new Error('--report would overwrite what is imported.');
  return { ...paths, options };
}

/** Without it, what is said to be missing would be the CSV. */
async function requireFolder({ named, folder }: Command): Promise<void> {
  const found = await stat(folder).catch(() => undefined);
  if (!found) throw new Error(`There is no folder ${named}.`);
  if (!found.isDirectory()) throw new Error(`${named} is no folder: give the folder that the CSV is in.`);
}

async function importAll(command: Command, dataDir: string): Promise<ImportReport> {
  openDataFolder(dataDir);
  return importInto(await openStores({ dataDir }).content(), command, dataDir);
}

/** Imports into a copy of the content database and stores no file. Every row is accepted or refused as in an import. */
async function dryRun(command: Command, dataDir: string): Promise<ImportReport> {
  const folder = await mkdtemp(join(tmpdir(), 'vitrine-dry-run-'));
  try {
    await openStores({ dataDir }).copyTo(folder, undefined, [CONTENT_FILE]);
    return await importInto(await openStores({ dataDir: folder }).content(), command, dataDir);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function importInto(
  contentStore: ContentStore,
  { folder, options }: Command,
  dataDir: string,
): Promise<ImportReport> {
  try {
    const { id } = await chooseCustomer(contentStore, options.customer);
    return await importFolder({
      folder,
      products: options.products,
      media: options.media,
      baseUrl: options['base-url'],
      replace: options.replace,
      dryRun: options['dry-run'],
      allowPrivate: options['allow-private'],
      customerId: id,
      archive: new MediaArchive(contentStore, dataDir),
      onProgress: showProgress(options['dry-run'] ? 'Trying' : 'Importing', process.stderr),
    });
  } finally {
    await contentStore.close();
  }
}

async function chooseCustomer(contentStore: ContentStore, wanted: string | undefined): Promise<CustomerRecord> {
  const customers = await contentStore.customers();
  const found = wanted ? customers.filter(({ id, key }) => key === wanted || String(id) === wanted) : customers;
  if (found.length === 1 && found[0]) return found[0];
  if (customers.length === 0)
    throw new Error('There is no customer yet: npm run admin -- customer add KEY --name NAME --domain DOMAIN');
  const keys = customers.map(({ key }) => key).join(', ');
  throw new Error(wanted ? `There is no customer "${wanted}"; there are ${keys}.` : `--customer is one of ${keys}.`);
}

function printReport(
  { created, changed, unchanged, refused, problems, notes, rows }: ImportReport,
  dryRun: boolean,
): void {
  const trial = dryRun ? ' (dry run: nothing was stored)' : '';
  print(`${created} created, ${changed} changed, ${unchanged} unchanged, ${refused} refused${trial}`);
  const changedRows = rows.filter(({ changes }) => changes.length > 0);
  for (const { file, line, changes } of changedRows.slice(0, MAX_PRINTED))
    print(lineOf({ file, line, reason: `changed ${changes.join(', ')}` }));
  if (changedRows.length > MAX_PRINTED)
    print(`and ${changedRows.length - MAX_PRINTED} more rows. --report FILE writes all of them`);
  for (const remark of [...notes, ...problems]) printError(lineOf(remark));
}

function lineOf({ file, line, reason }: Problem): string {
  return `${escapeControls(file)}:${line}: ${escapeControls(reason)}`;
}
