import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { BackupFailed, backUp } from '../backup/backup.ts';
import { readConfig } from '../config.ts';
import { reasonOf } from '../reason.ts';
import { keepPrivate } from '../store/data-folder.ts';
import { showPercent } from './progress.ts';
import { print, printError } from './terminal.ts';

const USAGE = `npm run backup -- FOLDER

Copies the data folder (VITRINE_DATA) as it is now into FOLDER, which must not be there yet; the service may run
meanwhile. To restore it, start a service with VITRINE_DATA=FOLDER, or with a copy of it.
FOLDER has another name until it is whole. Media files are linked where FOLDER is on the same disk, and copied elsewhere.
Ends with 1 when there is no backup, or media have lost their files.`;

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  printError(reasonOf(error));
  process.exitCode = 1;
}

async function main(words: string[]): Promise<number> {
  const { dataDir: data } = readConfig({ VITRINE_DATA: process.env.VITRINE_DATA });
  const target = readWords(words);
  if (target === undefined) {
    print(USAGE);
    return 0;
  }
  keepPrivate(data);
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.abort());
  const { media, missing } = await backUp({ data, target, onProgress: showParts(), signal: interrupted.signal });
  print(`${target} is the backup: both databases and the files of ${media} media, read through.`);
  if (missing.length === 0) return 0;
  const some = missing.length > 3 ? `${missing.slice(0, 3).join(', ')}…` : missing.join(', ');
  printError(`${missing.length} media have no files in ${data} either, so the backup has none: ${some}`);
  return 1;
}

/** @returns nothing where help is wanted */
function readWords(words: string[]): string | undefined {
  const { values, positionals } = parseArgs({
    args: words,
    allowPositionals: true,
    options: { help: { type: 'boolean', short: 'h' } },
  });
  const [folder, ...more] = positionals;
  if (values.help) return undefined;
  if (!folder || more.length > 0) throw new BackupFailed(USAGE);
  // npm runs a script in the project's folder and says here where the command was given.
  return resolve(process.env.INIT_CWD ?? '.', folder);
}

function showParts(): (what: string, done: number, total: number) => void {
  let part = '';
  let show: (done: number, total: number) => void = () => {};
  return (what, done, total) => {
    if (what !== part) [part, show] = [what, showPercent(`Copying ${what}`, process.stderr)];
    show(done, total);
  };
}
