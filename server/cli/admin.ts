import { readConfig } from '../config.ts';
import { reasonOf } from '../reason.ts';
import { openDataFolder } from '../store/data-folder.ts';
import { openStores } from '../store/stores.ts';
import { run } from './admin-commands.ts';
import { HELP } from './admin-help.ts';
import { print, printError } from './terminal.ts';

/** `npm run admin`: one command on the data folder, also while the service runs on it. */

const args = process.argv.slice(2);
if (args.length === 0 || args.includes('--help') || args.includes('-h')) {
  print(HELP);
} else {
  process.exitCode = await main().catch((error) => {
    printError(reasonOf(error));
    return 1;
  });
}

async function main(): Promise<number> {
  const { dataDir: data } = readConfig({ VITRINE_DATA: process.env.VITRINE_DATA });
  openDataFolder(data);
  const stores = openStores({ dataDir: data });
  const store = await stores.content();
  try {
    const text = await run(store, args, data);
    if (text !== '') print(text);
    return 0;
  } finally {
    await stores.close();
  }
}
