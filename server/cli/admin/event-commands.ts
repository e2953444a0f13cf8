import { ageOf, forgetVisitor, pruneEvents } from '../../admin/erasure.ts';
import { AdminError } from '../../admin/errors.ts';
import { firstDayShown, withIsoDay } from '../../admin/robots.ts';
import { openStores } from '../../store/stores.ts';
import { showPercent } from '../progress.ts';
import { tailEvents } from '../tail.ts';
import { print } from '../terminal.ts';
import { type Command, need, refuseArgument, withEventStore } from './command.ts';
import { table } from './table.ts';

export const EVENT_COMMANDS: Record<string, Command> = {
  async 'events tail'({ archive: { dataDir }, argument, findCustomer }) {
    refuseArgument(argument);
    const { id: customerId } = await findCustomer();
    const ended = new AbortController();
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ended.abort());
    // The reader of a pipe, such as `head`, may close it.
    process.stdout.once('error', () => ended.abort());
    await tailEvents({ dataDir, customerId, show: print, signal: ended.signal });
    return '';
  },
  async 'events robots'({ archive: { dataDir }, findCustomer }) {
    const { id } = await findCustomer();
    const totals = (await openStores({ dataDir }).robotTotals(id, firstDayShown(Date.now()))).map(withIsoDay);
    return table(totals.map(({ day, wire, family, events }) => [day, wire, family, events]));
  },

  async 'events forget'({ archive: { dataDir }, contentStore, argument, options, findCustomer }) {
    const { 'with-joined': erase, 'without-joined': keep, 'dry-run': dryRun } = options;
    if (erase && keep) throw new AdminError(400, 'Choose --with-joined or --without-joined.');
    const { id } = await findCustomer();
    const order = { visitor: need(argument, 'VISITOR'), joined: erase ? 'erase' : keep ? 'keep' : undefined, dryRun };
    const receipt = await withEventStore(dataDir, (eventStore) => forgetVisitor(contentStore, eventStore, id, order));
    return escapeJson(JSON.stringify(receipt, null, 2));
  },
  async 'events prune'({ archive: { dataDir }, argument, options, findCustomer }) {
    refuseArgument(argument);
    const customer = options.customer === undefined ? undefined : await findCustomer();
    const days = ageOf(need(options['older-than'], '--older-than'));
    const erased = await withEventStore(dataDir, (eventStore) => pruneEvents(eventStore, days, customer?.id));
    const owner = customer ? ` of ${customer.key}` : '';
    return `${erased} events${owner} older than ${days} days are erased. Totals still count them.`;
  },

  async 'totals rebuild'({ archive: { dataDir } }) {
    const showCounted = showPercent('Counting events', process.stderr);
    let events = 0;
    await openStores({ dataDir }).rebuildTotals((counted, all) => {
      showCounted(counted, all);
      events = counted;
    });
    return `The totals are rebuilt from ${events} events.`;
  },
};

/** Escapes all characters in JSON that a terminal obeys or hides. The result is the same JSON. */
function escapeJson(json: string): string {
  return json.replaceAll(/[\p{Cf}\p{Zl}\p{Zp}\u007f-\u009f]/gu, (character) =>
    character
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}
