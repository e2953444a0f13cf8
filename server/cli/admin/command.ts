import type { ParseArgsConfig, parseArgs } from 'node:util';
import { inspect } from 'node:util';
import { findCustomerByName } from '../../admin/customers.ts';
import { AdminError } from '../../admin/errors.ts';
import type { MediaArchive } from '../../media/media-archive.ts';
import type { ContentStore, CustomerRecord } from '../../store/content/content-store.ts';
import type { EventStore } from '../../store/events/event-store.ts';
import { openStores } from '../../store/stores.ts';
import { printError } from '../terminal.ts';

/** The options of all commands. */
export const OPTIONS = {
  customer: { type: 'string' },
  name: { type: 'string' },
  domain: { type: 'string' },
  language: { type: 'string' },
  currency: { type: 'string' },
  'cookie-domain': { type: 'string' },
  label: { type: 'string' },
  type: { type: 'string' },
  settings: { type: 'string' },
  stream: { type: 'string' },
  category: { type: 'string' },
  sorting: { type: 'string' },
  style: { type: 'string' },
  id: { type: 'string' },
  datamart: { type: 'string' },
  'key-id': { type: 'string' },
  secret: { type: 'string' },
  yes: { type: 'boolean' },
  'with-events': { type: 'boolean' },
  'with-joined': { type: 'boolean' },
  'without-joined': { type: 'boolean' },
  'dry-run': { type: 'boolean' },
  'older-than': { type: 'string' },
} as const satisfies ParseArgsConfig['options'];

export type Options = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values'];

/** What a command works with. */
export interface Invocation {
  archive: MediaArchive;
  contentStore: ContentStore;
  /** The argument after the verb. */
  argument: string | undefined;
  options: Options;
  /** Finds the customer that `--customer` names, or the only customer. */
  findCustomer(): Promise<CustomerRecord>;
}

/** The command line is not valid. The message stands before the usage of such commands. */
export class UsageError extends AdminError {
  override name = 'UsageError';
  constructor(message: string) {
    super(400, message);
  }
}

/** Runs a command. @returns the text to print; empty for none */
export type Command = (invocation: Invocation) => Promise<string>;

export function createInvocation(archive: MediaArchive, argument: string | undefined, options: Options): Invocation {
  const { contentStore } = archive;
  const findCustomer = () => findCustomerByName(contentStore, options.customer);
  return { archive, contentStore, argument, options, findCustomer };
}

/** Opens the event store for some work. */
export async function withEventStore<T>(dataDir: string, work: (eventStore: EventStore) => Promise<T>): Promise<T> {
  const log = { error: (details: object, message: string) => printError(`${message} ${inspect(details)}`) };
  const stores = openStores({ dataDir, log });
  return work(await stores.events()).finally(() => stores.close());
}

/** @throws {UsageError} if the value is missing */
export function need(value: string | undefined, what: string): string {
  if (value === undefined) throw new UsageError(`${what} is missing.`);
  return value;
}

/** @throws {UsageError} if a command that takes no argument got one */
export function refuseArgument(argument: string | undefined): void {
  if (argument !== undefined) throw new UsageError(`Unexpected argument: ${argument}.`);
}

export function parseNumber(argument: string | undefined, what = 'ID'): number {
  const id = need(argument, what);
  if (!/^\d{1,15}$/.test(id)) throw new AdminError(400, `The id ${JSON.stringify(id)} must be a number: see "list".`);
  return Number(id);
}

export function parseSettings(json: string | undefined): Record<string, unknown> {
  if (json === undefined) return {};
  try {
    const value: unknown = JSON.parse(json);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {}
  throw new AdminError(400, `--settings must be a JSON object, as '{"photos_limit":"20"}'.`);
}
