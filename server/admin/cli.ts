import { mkdirSync } from 'node:fs';
import { readConfig } from '../config.ts';
import { openContentStore } from '../store/content/open.ts';
import { AdminError } from './actions.ts';
import { HELP, run } from './commands.ts';

/** `npm run admin`: one command on the data folder, also while the service runs on it. */

const args = process.argv.slice(2);
if (args.length === 0 || args.includes('--help') || args.includes('-h')) {
  console.log(HELP);
} else {
  process.exitCode = await main().catch((error: Error) => {
    console.error(error instanceof AdminError ? error.message : `${error.message}\n${error.stack}`);
    return 1;
  });
}

async function main(): Promise<number> {
  const { data } = readConfig({ VITRINE_DATA: process.env.VITRINE_DATA });
  mkdirSync(data, { recursive: true });
  const store = await openContentStore(data);
  try {
    console.log(await run(store, args));
    return 0;
  } finally {
    await store.close();
  }
}
