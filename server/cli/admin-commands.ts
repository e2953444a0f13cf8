import { parseArgs } from 'node:util';
import { AdminError } from '../admin/errors.ts';
import { MediaArchive } from '../media/media-archive.ts';
import type { ContentStore } from '../store/content/content-store.ts';
import { ACCESS_COMMANDS } from './admin/access-commands.ts';
import { type Command, createInvocation, OPTIONS, UsageError } from './admin/command.ts';
import { CUSTOMER_COMMANDS } from './admin/customer-commands.ts';
import { EVENT_COMMANDS } from './admin/event-commands.ts';
import { usageOf } from './admin/help.ts';
import { MODERATION_COMMANDS } from './admin/moderation-commands.ts';
import { WIDGET_COMMANDS } from './admin/widget-commands.ts';

const COMMANDS: Record<string, Command> = {
  ...CUSTOMER_COMMANDS,
  ...ACCESS_COMMANDS,
  ...WIDGET_COMMANDS,
  ...MODERATION_COMMANDS,
  ...EVENT_COMMANDS,
};

/**
 * Runs one command line.
 * @returns the text to print; empty for none
 * @throws {AdminError} that says what is wrong and what to write instead
 */
export async function run(contentStore: ContentStore, args: readonly string[], dataDir: string): Promise<string> {
  try {
    return await runCommand(contentStore, args, dataDir);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new AdminError(400, `${error.message}\n\n${usageOf(args[0])}`);
  }
}

async function runCommand(contentStore: ContentStore, args: readonly string[], dataDir: string): Promise<string> {
  const { positionals, values: options } = parse(args);
  const [what = '', verb = '', argument, ...more] = positionals;
  const command = COMMANDS[`${what} ${verb}`];
  if (!command) throw new UsageError(`There is no command "${[what, verb].join(' ').trim()}".`);
  if (more.length > 0)
    throw new AdminError(400, `Unexpected arguments: ${more.join(' ')}. Quote texts that have spaces.`);
  return command(createInvocation(new MediaArchive(contentStore, dataDir), argument, options));
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}
