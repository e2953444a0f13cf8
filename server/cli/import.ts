import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readConfig } from '../config.ts';
import { importFolder } from '../media/import/importer.ts';
import { type ImportReport, type Problem, reportCsv } from '../media/import/report.ts';
import { reasonOf } from '../reason.ts';
import type { ContentStore, CustomerRecord } from '../store/content/content-store.ts';
import { openDataFolder } from '../store/data-folder.ts';
import { CONTENT_FILE } from '../store/database-files.ts';
import { openStores } from '../store/stores.ts';
import { showProgress } from './progress.ts';
import { escapeControls, print, printError } from './terminal.ts';

const USAGE = `npm run import -- FOLDER [--products products.csv] [--media media.csv] [options]

Imports products and their customers' photos and videos. The CSVs, and the files they name, are in FOLDER; files may be
addresses (https://…), too. demo/content has a sample of each CSV; README.md tells their columns.

  --customer KEY    whose they are; needed where there are several customers
  --base-url URL    the shop's address, for product URLs without one and for Shopify's exports, which have none
  --replace         a row says all that shall be there: its empty cells empty what is there, and a media is in its
                    products only. Without it, rows add to what is there
  --dry-run         stores nothing, and says what would happen
  --report FILE     writes what became of each row to FILE, as CSV
  --allow-private   fetches files from private addresses, too
  --help            prints this

VITRINE_DATA is the data folder. Ends with 1 when a row, or a part of one, could not be imported.`;

/** Changed rows that are printed; the report has them all. */
const MAX_PRINTED = 100;

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  printError(reasonOf(error));
  process.exitCode = 1;
}

async function main(words: string[]): Promise<number> {
  const command = readWords(words);
  if (!command) {
    print(USAGE);
    return 0;
  }
  const { dataDir: data } = readConfig(process.env);
  await requireFolder(command);
  const report = command.options['dry-run'] ? await tryOut(command, data) : await storeAll(command, data);
  tell(report, command.options['dry-run'] ?? false);
  if (command.report) await writeFile(command.report, reportCsv(report));
  return report.problems.length > 0 ? 1 : 0;
}

type Command = NonNullable<ReturnType<typeof readWords>>;

/** @returns nothing where help is asked for */
function readWords(words: string[]) {
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
  // npm runs a script in the project's folder and says here where the command was given.
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

async function storeAll(command: Command, data: string): Promise<ImportReport> {
  openDataFolder(data);
  return importInto(await openStores({ dataDir: data }).content(), command, data);
}

/** Imports into a copy of the database, and keeps no file: everything is decided and refused as in an import. */
async function tryOut(command: Command, data: string): Promise<ImportReport> {
  const folder = await mkdtemp(join(tmpdir(), 'vitrine-dry-run-'));
  try {
    await openStores({ dataDir: data }).copyTo(folder, undefined, [CONTENT_FILE]);
    return await importInto(await openStores({ dataDir: folder }).content(), command, data);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function importInto(store: ContentStore, { folder, options }: Command, data: string): Promise<ImportReport> {
  try {
    const { id } = await chooseCustomer(store, options.customer);
    return await importFolder({
      folder,
      products: options.products,
      media: options.media,
      baseUrl: options['base-url'],
      replace: options.replace,
      dryRun: options['dry-run'],
      allowPrivate: options['allow-private'],
      store,
      customerId: id,
      data,
      onProgress: showProgress(options['dry-run'] ? 'Trying' : 'Importing', process.stderr),
    });
  } finally {
    await store.close();
  }
}

async function chooseCustomer(store: ContentStore, wanted: string | undefined): Promise<CustomerRecord> {
  const customers = await store.customers();
  const found = wanted ? customers.filter(({ id, key }) => key === wanted || String(id) === wanted) : customers;
  if (found.length === 1 && found[0]) return found[0];
  if (customers.length === 0)
    throw new Error('There is no customer yet: npm run admin -- customer add KEY --name NAME --domain DOMAIN');
  const keys = customers.map(({ key }) => key).join(', ');
  throw new Error(wanted ? `There is no customer "${wanted}"; there are ${keys}.` : `--customer is one of ${keys}.`);
}

function tell({ created, changed, unchanged, refused, problems, notes, rows }: ImportReport, dryRun: boolean): void {
  const trial = dryRun ? ' (nothing was stored: this was a dry run)' : '';
  print(`${created} created, ${changed} changed, ${unchanged} unchanged, ${refused} refused${trial}`);
  const told = rows.filter(({ changes }) => changes.length > 0);
  for (const { file, line, changes } of told.slice(0, MAX_PRINTED))
    print(lineOf({ file, line, reason: `changed ${changes.join(', ')}` }));
  if (told.length > MAX_PRINTED) print(`and ${told.length - MAX_PRINTED} more rows; --report FILE writes all of them`);
  for (const remark of [...notes, ...problems]) printError(lineOf(remark));
}

function lineOf({ file, line, reason }: Problem): string {
  return `${escapeControls(file)}:${line}: ${escapeControls(reason)}`;
}
