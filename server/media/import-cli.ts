import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readConfig } from '../config.ts';
import { openDataFolder } from '../data-folder.ts';
import { reasonOf } from '../reason.ts';
import type { ContentStore, CustomerRecord } from '../store/content/content-store.ts';
import { openContentStore } from '../store/content/open.ts';
import { escapeControls, print, printError } from '../terminal.ts';
import { type ImportReport, importFolder } from './import/importer.ts';
import { showProgress } from './import/progress.ts';

const USAGE = `npm run import -- FOLDER [--products products.csv] [--media media.csv] [--customer KEY] [--base-url URL]

Imports products and their customers' photos and videos. The CSVs, and the files they name, are in FOLDER.
--customer is needed where there are several; --base-url is the shop's address, for product URLs without one.
VITRINE_DATA is the data folder. Ends with 1 when a row could not be imported.`;

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  printError(reasonOf(error));
  process.exitCode = 1;
}

async function main(words: string[]): Promise<number> {
  const { folder, options } = readWords(words);
  const { data } = readConfig(process.env);
  openDataFolder(data);
  const store = await openContentStore(data);
  try {
    const { id } = await chooseCustomer(store, options.customer);
    const report = await importFolder({
      folder,
      products: options.products,
      media: options.media,
      baseUrl: options['base-url'],
      store,
      customerId: id,
      data,
      onProgress: showProgress('Importing', process.stderr),
    });
    tell(report);
    return report.problems.length > 0 ? 1 : 0;
  } finally {
    await store.close();
  }
}

function readWords(words: string[]) {
  const { values: options, positionals } = parseArgs({
    args: words,
    allowPositionals: true,
    options: {
      products: { type: 'string' },
      media: { type: 'string' },
      customer: { type: 'string' },
      'base-url': { type: 'string' },
    },
  });
  const [folder, ...rest] = positionals;
  if (!folder || rest.length > 0 || !(options.products || options.media)) throw new Error(USAGE);
  const baseUrl = options['base-url'];
  if (baseUrl && !/^https?:/.test(URL.parse(baseUrl)?.protocol ?? '')) {
    throw new Error(`--base-url is "${baseUrl}"; it is the address of the shop, as https://shop.example/`);
  }
  // npm runs a script in the project's folder and says here where the command was given.
  return { folder: resolve(process.env.INIT_CWD ?? '.', folder), options };
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

function tell({ created, changed, unchanged, problems }: ImportReport): void {
  print(`${created} created, ${changed} changed, ${unchanged} unchanged, ${problems.length} refused`);
  for (const { file, line, reason } of problems) printError(`${file}:${line}: ${escapeControls(reason)}`);
}
