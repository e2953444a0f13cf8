import { setTimeout } from 'node:timers/promises';
import { inspect, type ParseArgsConfig, parseArgs } from 'node:util';
import {
  AdminError,
  addCustomer,
  addHost,
  addInstance,
  addOrigin,
  addStyle,
  addToken,
  findCustomer,
  removeCustomer,
  removeHost,
  removeInstance,
  removeOrigin,
  removeStyle,
  removeToken,
} from '../admin/actions.ts';
import { ageOf, forgetVisitor, pruneEvents } from '../admin/erasure.ts';
import { addGoal, goalsOf, removeGoal } from '../admin/goals.ts';
import { approve, reject, setModeration, type Waiting, waitingMedia } from '../admin/moderation.ts';
import { permissionsOf, readPermission, setPermissions } from '../admin/permissions.ts';
import { addRelay, removeRelay } from '../admin/relays.ts';
import { finishRemovals } from '../admin/removal.ts';
import { firstDayShown, shownTotal } from '../admin/robots.ts';
import { readConfig } from '../config.ts';
import { LOOK_EVERY_MS } from '../store/access.ts';
import type { ContentStore } from '../store/content/content-store.ts';
import type { EventStore } from '../store/events/event-store.ts';
import { openStores } from '../store/stores.ts';
import { usageOf } from './admin-help.ts';
import { showPercent } from './progress.ts';
import { tailEvents } from './tail.ts';
import { escapeControls, print, printError } from './terminal.ts';

const OPTIONS = {
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

type Values = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values'];
/** Does it, and returns what to print, if there is anything. `given` is the argument after the verb. */
type Command = (store: ContentStore, given: string | undefined, values: Values, data: string) => Promise<string>;

/**
 * Runs one command line.
 * @param data the data folder
 * @throws {AdminError} with what is wrong and what to write instead
 */
export async function run(store: ContentStore, args: readonly string[], data: string): Promise<string> {
  try {
    return await runCommand(store, args, data);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new AdminError(400, `${error.message}\n\n${usageOf(args[0])}`);
  }
}

/** The command line is none. What is said of it stands before how such commands are written. */
class UsageError extends AdminError {
  constructor(message: string) {
    super(400, message);
  }
}

async function runCommand(store: ContentStore, args: readonly string[], data: string): Promise<string> {
  const { positionals, values } = parse(args);
  const [what = '', verb = '', given, ...more] = positionals;
  const command = COMMANDS[`${what} ${verb}`];
  if (!command) throw new UsageError(`There is no command "${[what, verb].join(' ').trim()}".`);
  if (more.length > 0)
    throw new AdminError(400, `There is nothing to do with ${more.join(' ')}: quote texts with spaces.`);
  return command(store, given, values, data);
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageError(`${(error as Error).message}`);
  }
}

const COMMANDS: Record<string, Command> = {
  async 'customer add'(store, given, values) {
    const { name, domain, language, currency } = values;
    const { id, key } = await addCustomer(store, {
      ...{ key: need(given, 'KEY'), name: need(name, '--name'), domain: need(domain, '--domain') },
      ...{ language, currency, cookieDomain: values['cookie-domain'] },
    });
    return `Customer ${key} has the id ${id}.`;
  },
  async 'customer list'(store) {
    return table((await store.customers()).map(({ id, key, name, domain }) => [id, key, name, domain]));
  },
  async 'customer remove'(store, given, { yes, 'with-events': withEvents }, data) {
    const { id, key } = await findCustomer(store, need(given, 'KEY'));
    const what = `content, tokens, widgets and user points of ${key}`;
    if (!yes)
      throw new AdminError(
        400,
        `This removes all ${what}${withEvents ? ', and its events' : ''}. Repeat it with --yes.`,
      );
    await removeCustomer(store, id, withEvents);
    // A service beside this command takes events until it knows, and what it has taken then is on its way to the disk.
    await setTimeout(2 * LOOK_EVERY_MS);
    await withEventStore(data, (events) => finishRemovals({ content: store, events, data }));
    return withEvents
      ? `Customer ${key} is removed, with its user points, media files and events.`
      : `Customer ${key} is removed, with its user points and media files. Its events stay in the data folder.`;
  },

  async 'token add'(store, given, { customer, label }) {
    const { id, key } = await findCustomer(store, customer);
    const added = await addToken(store, id, { kind: need(given, 'public or private'), label });
    return `${added.token}\n\nThis is the ${added.kind} token ${added.id} of ${key}. It is shown only now.`;
  },
  async 'token list'(store, _, { customer }) {
    const tokens = await store.tokens((await findCustomer(store, customer)).id);
    return table(tokens.map(({ id, kind, label, createdAt }) => [id, kind, new Date(createdAt).toISOString(), label]));
  },
  async 'token remove'(store, given, { customer }) {
    const { id, key } = await findCustomer(store, customer);
    await removeToken(store, id, number(given));
    return `Token ${given} of ${key} is removed.`;
  },

  async 'origin add'(store, given, { customer }) {
    const { id, key } = await findCustomer(store, customer);
    return `Pages of ${await addOrigin(store, id, need(given, 'an origin'))} may use the public tokens of ${key}.`;
  },
  async 'origin list'(store, _, { customer }) {
    return table((await store.origins((await findCustomer(store, customer)).id)).map((origin) => [origin]));
  },
  async 'origin remove'(store, given, { customer }) {
    const { id, key } = await findCustomer(store, customer);
    await removeOrigin(store, id, need(given, 'an origin'));
    return `Origin ${given} of ${key} is removed.`;
  },

  async 'host add'(store, given, { customer }) {
    const { id, key } = await findCustomer(store, customer);
    return `Products of ${key} may lead to ${await addHost(store, id, need(given, 'a host'))}.`;
  },
  async 'host list'(store, _, { customer }) {
    return table((await store.hosts((await findCustomer(store, customer)).id)).map((host) => [host]));
  },
  async 'host remove'(store, given, { customer }) {
    const { id, key } = await findCustomer(store, customer);
    await removeHost(store, id, need(given, 'a host'));
    return `Host ${given} of ${key} is removed.`;
  },

  async 'goal add'(store, given, { customer }) {
    const { id, key } = await findCustomer(store, customer);
    return `Goal ${need(given, 'NAME')} of ${key} has the id ${await addGoal(store, id, given as string)}.`;
  },
  async 'goal list'(store, _, { customer }) {
    return table(Object.entries(await goalsOf(store, (await findCustomer(store, customer)).id)));
  },
  async 'goal remove'(store, given, { customer }) {
    const { id, key } = await findCustomer(store, customer);
    await removeGoal(store, id, number(given));
    return `Goal ${given} of ${key} is removed.`;
  },

  async 'relay add'(store, given, { customer, datamart, secret, 'key-id': keyId }) {
    const { id, key } = await findCustomer(store, customer);
    const { VITRINE_RELAY_SECRET, VITRINE_RELAY_PRIVATE } = process.env;
    const wanted = {
      ...{ url: need(given, 'a server'), datamart: need(datamart, '--datamart'), keyId: need(keyId, '--key-id') },
      secret: need(secret ?? VITRINE_RELAY_SECRET, '--secret'),
    };
    const relay = await addRelay(store, id, wanted, readConfig({ VITRINE_RELAY_PRIVATE }).relay.allowPrivate);
    const done = `Activities of ${key} for datamart ${relay.datamart} go to ${relay.url}. The relay has the id ${relay.id}.`;
    return [done, ...(relay.note ? [relay.note] : [])].join('\n');
  },
  async 'relay list'(store, _, { customer }) {
    const relays = await store.relays((await findCustomer(store, customer)).id);
    return table(relays.map(({ id, url, datamart, keyId }) => [id, url, datamart, keyId]));
  },
  async 'relay remove'(store, given, { customer }) {
    const { id, key } = await findCustomer(store, customer);
    await removeRelay(store, id, number(given));
    return `Relay ${given} of ${key} is removed.`;
  },

  async 'style add'(store, given, { customer, type = 'olapic_slidev3', settings }) {
    const { id: customerId } = await findCustomer(store, customer);
    const style = { name: need(given, 'NAME'), type, settings: object(settings) };
    const { id, name } = await addStyle(store, customerId, style);
    return `Style ${name} has the id ${id}.`;
  },
  async 'style list'(store, _, { customer }) {
    const styles = await store.styles((await findCustomer(store, customer)).id);
    return table(styles.map(({ id, type, name, settings }) => [id, type, name, JSON.stringify(settings)]));
  },
  async 'style remove'(store, given, { customer }) {
    const { id, key } = await findCustomer(store, customer);
    await removeStyle(store, id, number(given));
    return `Style ${given} of ${key} is removed.`;
  },

  async 'instance add'(store, given, values) {
    const { customer, type, style, stream, category, sorting, id } = values;
    const { id: customerId } = await findCustomer(store, customer);
    const wanted = { name: need(given, 'NAME'), type: need(type, '--type'), style, stream, category, sorting, id };
    return `${(await addInstance(store, customerId, wanted)).id}\n\nThis is the id of the widget instance ${given}.`;
  },
  async 'instance list'(store, _, { customer }) {
    const instances = await store.instances((await findCustomer(store, customer)).id);
    return table(instances.map(({ id, type, name }) => [id, type, name]));
  },
  async 'instance remove'(store, given, { customer }) {
    const { id, key } = await findCustomer(store, customer);
    await removeInstance(store, id, need(given, 'ID'));
    return `Widget instance ${given} of ${key} is removed.`;
  },

  async 'moderate list'(store, _, { customer }) {
    const { id } = await findCustomer(store, customer);
    const { waiting, next } = await waitingMedia(store, id, 0, SHOWN);
    const rows = waiting.map((one) => [
      ...[one.mediaId, one.reason, one.shown ? 'shown' : 'hidden', new Date(one.since).toISOString(), one.type],
      ...[one.video ?? one.image, [(one.caption ?? '').slice(0, MAX_SHOWN_CHARACTERS), ...heard(one)].join(' | ')],
    ]);
    return next === null ? table(rows) : `${table(rows)}\n… and more: decide these first.`;
  },
  async 'moderate approve'(store, given, { customer }, data) {
    const { id, key } = await findCustomer(store, customer);
    await approve({ store, data }, id, number(given, 'MEDIA'));
    return `Media ${given} of ${key} is shown.`;
  },
  async 'moderate reject'(store, given, { customer }, data) {
    const { id, key } = await findCustomer(store, customer);
    await reject({ store, data }, id, number(given, 'MEDIA'));
    return `Media ${given} of ${key} is shown nowhere any more.`;
  },
  async 'moderate before'(store, _, { customer }) {
    const { id, key } = await findCustomer(store, customer);
    await setModeration(store, id, { premoderation: true });
    return `Uploads of ${key} wait for approval: see "moderate list".`;
  },
  async 'moderate after'(store, _, { customer }) {
    const { id, key } = await findCustomer(store, customer);
    await setModeration(store, id, { premoderation: false });
    return `Uploads of ${key} are shown at once.`;
  },
  async 'moderate threshold'(store, given, { customer }) {
    const { id, key } = await findCustomer(store, customer);
    const { reportThreshold } = await setModeration(store, id, { reportThreshold: number(given, 'NUMBER') });
    return reportThreshold === 0
      ? `Reports hide no media of ${key}.`
      : `Media of ${key} that nobody approved are hidden once ${reportThreshold} addresses have reported them.`;
  },

  async 'permit list'(store, _, { customer }) {
    const permissions = await permissionsOf(store, (await findCustomer(store, customer)).id);
    return table(Object.entries(permissions).map(([name, allowed]) => [name, allowed ? 'yes' : 'no']));
  },
  async 'permit trackers'(store, given, { customer }) {
    const { id, key } = await findCustomer(store, customer);
    const { trackers } = await setPermissions(store, id, readPermission('trackers', given));
    return trackers
      ? `Apps, servers and pages that hide where they are may track for ${key}, with no more than its site id or a public token.`
      : `Only pages of its origins track for ${key}, and whoever has a private token.`;
  },
  async 'permit views'(store, given, { customer }) {
    const { id, key } = await findCustomer(store, customer);
    const { views } = await setPermissions(store, id, readPermission('views', given));
    return views
      ? `Pages may count product events of ${key} with a public token.`
      : `Product events of ${key} are counted with a private token only.`;
  },

  async 'events tail'(store, given, { customer }, data) {
    if (given !== undefined) throw new UsageError(`There is nothing to do with ${given}.`);
    const { id } = await findCustomer(store, customer);
    const ended = new AbortController();
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ended.abort());
    // Who reads the lines may have read enough, as `head` has.
    process.stdout.once('error', () => ended.abort());
    await tailEvents({ data, customerId: id, show: print, signal: ended.signal });
    return '';
  },
  async 'events robots'(store, _, { customer }, data) {
    const { id } = await findCustomer(store, customer);
    const since = firstDayShown(Date.now());
    const totals = (await openStores({ dataDir: data }).robotTotals(id, since)).map(shownTotal);
    return table(totals.map(({ day, wire, family, events }) => [day, wire, family, events]));
  },

  async 'events forget'(store, given, values, data) {
    const { 'with-joined': erase, 'without-joined': keep, 'dry-run': dryRun } = values;
    if (erase && keep) throw new AdminError(400, 'Say --with-joined or --without-joined.');
    const { id } = await findCustomer(store, values.customer);
    const order = { visitor: need(given, 'VISITOR'), joined: erase ? 'erase' : keep ? 'keep' : undefined, dryRun };
    const receipt = await withEventStore(data, (events) => forgetVisitor(store, events, id, order));
    return printable(JSON.stringify(receipt, null, 2));
  },
  async 'events prune'(store, given, { customer, 'older-than': olderThan }, data) {
    if (given !== undefined) throw new UsageError(`There is nothing to do with ${given}.`);
    const one = customer === undefined ? undefined : await findCustomer(store, customer);
    const days = ageOf(need(olderThan, '--older-than'));
    const erased = await withEventStore(data, (events) => pruneEvents(events, days, one?.id));
    return `${erased} events${one ? ` of ${one.key}` : ''} older than ${days} days are erased; they stay counted.`;
  },

  async 'totals rebuild'(_store, _given, _values, data) {
    const shown = showPercent('Counting events', process.stderr);
    let events = 0;
    await openStores({ dataDir: data }).rebuildTotals((counted, all) => {
      shown(counted, all);
      events = counted;
    });
    return `The totals are counted anew, from ${events} events.`;
  },
};

async function withEventStore<T>(data: string, work: (events: EventStore) => Promise<T>): Promise<T> {
  const stores = openStores({
    dataDir: data,
    log: { error: (details, message) => printError(`${message} ${inspect(details)}`) },
  });
  return work(await stores.events()).finally(() => stores.close());
}

/** JSON without the characters that would steer a terminal: the same JSON, escaped. */
function printable(json: string): string {
  return json.replaceAll(/[\p{Cf}\p{Zl}\p{Zp}\u007f-\u009f]/gu, (character) =>
    character
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}

/** Of the moderation queue, at a time. */
const SHOWN = 50;

/** A media may have a hundred reports, and a list of such media would fill the terminal with them. */
const HEARD = 3;

function heard({ reports, reporters }: Waiting): string[] {
  if (reports.length === 0) return [];
  const said = reports.slice(0, HEARD).map(({ email, reason }) => `${email}: ${reason.slice(0, MAX_SHOWN_CHARACTERS)}`);
  const rest = reports.length > HEARD ? [`and ${reports.length - HEARD} more reports`] : [];
  return [`reports: ${reports.length}, addresses: ${reporters}`, ...said, ...rest];
}

/** Of a caption and of a reason; what is longer is cut. */
const MAX_SHOWN_CHARACTERS = 200;

function need(value: string | undefined, what: string): string {
  if (value === undefined) throw new UsageError(`Say ${what}, too.`);
  return value;
}

function number(given: string | undefined, what = 'ID'): number {
  const id = need(given, what);
  if (!/^\d{1,15}$/.test(id)) throw new AdminError(400, `The id ${JSON.stringify(id)} must be a number: see "list".`);
  return Number(id);
}

function object(json: string | undefined): Record<string, unknown> {
  if (json === undefined) return {};
  try {
    const value: unknown = JSON.parse(json);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {}
  throw new AdminError(400, `--settings must be a JSON object, as '{"photos_limit":"20"}'.`);
}

/** A row a line, whatever others wrote into its cells. */
function table(rows: readonly (readonly (string | number)[])[]): string {
  if (rows.length === 0) return 'None.';
  const lines = rows.map((row) => row.map((cell) => escapeControls(String(cell))));
  const widths = lines[0]?.map((_, i) => lines.reduce((width, line) => Math.max(width, line[i]?.length ?? 0), 0)) ?? [];
  return lines
    .map((line) =>
      line
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
