import { readConfig } from '../config.ts';
import { reasonOf } from '../reason.ts';
import { openDataFolder } from '../store/data-folder.ts';
import { openStores } from '../store/stores.ts';
import { HELP } from './admin/help.ts';
import { run } from './admin-commands.ts';
import { print, printError } from './terminal.ts';

/** `npm run admin` runs one command on the data folder. The service may run on it at the same time. */

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
  const { dataDir } = readConfig({ VITRINE_DATA: process.env.VITRINE_DATA });
  openDataFolder(dataDir);
  const stores = openStores({ dataDir });
  const contentStore = await stores.content();
  try {
    const text = await run(contentStore, args, dataDir);
    if (text !== '') print(text);
    return 0;
  } finally {
    await stores.close();
  }
}
