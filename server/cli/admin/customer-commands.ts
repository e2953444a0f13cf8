import { setTimeout } from 'node:timers/promises';
import { addCustomer, findCustomerByName, removeCustomer } from '../../admin/customers.ts';
import { AdminError } from '../../admin/errors.ts';
import { addGoal, goalsOf, removeGoal } from '../../admin/goals.ts';
import { permissionsOf, readPermission, setPermissions } from '../../admin/permissions.ts';
import { finishRemovals } from '../../admin/removal.ts';
import { LOOK_EVERY_MS } from '../../store/access.ts';
import { type Command, need, parseNumber, withEventStore } from './command.ts';
import { table } from './table.ts';

export const CUSTOMER_COMMANDS: Record<string, Command> = {
  async 'customer add'({ contentStore, argument, options }) {
    const { name, domain, language, currency } = options;
    const { id, key } = await addCustomer(contentStore, {
      ...{ key: need(argument, 'KEY'), name: need(name, '--name'), domain: need(domain, '--domain') },
      ...{ language, currency, cookieDomain: options['cookie-domain'] },
    });
    return `Customer ${key} has the id ${id}.`;
  },
  async 'customer list'({ contentStore }) {
    return table((await contentStore.customers()).map(({ id, key, name, domain }) => [id, key, name, domain]));
  },
  async 'customer remove'({ archive, contentStore, argument, options: { yes, 'with-events': withEvents } }) {
    const { id, key } = await findCustomerByName(contentStore, need(argument, 'KEY'));
    if (!yes)
      throw new AdminError(
        400,
        `This removes all content, tokens, widgets and user points of ${key}${withEvents ? ', and its events' : ''}. Repeat the command with --yes.`,
      );
    await removeCustomer(contentStore, id, withEvents);
    // A running service learns of the removal after `LOOK_EVERY_MS`, and then still has to store what it has accepted.
    await setTimeout(2 * LOOK_EVERY_MS);
    await withEventStore(archive.dataDir, (eventStore) => finishRemovals({ archive, eventStore }));
    return withEvents
      ? `Customer ${key} is removed, with its user points, media files and events.`
      : `Customer ${key} is removed, with its user points and media files. Its events stay in the data folder.`;
  },

  async 'goal add'({ contentStore, argument, findCustomer }) {
    const { id, key } = await findCustomer();
    const name = need(argument, 'NAME');
    return `Goal ${name} of ${key} has the id ${await addGoal(contentStore, id, name)}.`;
  },
  async 'goal list'({ contentStore, findCustomer }) {
    return table(Object.entries(await goalsOf(contentStore, (await findCustomer()).id)));
  },
  async 'goal remove'({ contentStore, argument, findCustomer }) {
    const { id, key } = await findCustomer();
    await removeGoal(contentStore, id, parseNumber(argument));
    return `Goal ${argument} of ${key} is removed.`;
  },

  async 'permit list'({ contentStore, findCustomer }) {
    const permissions = await permissionsOf(contentStore, (await findCustomer()).id);
    return table(Object.entries(permissions).map(([name, allowed]) => [name, allowed ? 'yes' : 'no']));
  },
  async 'permit trackers'({ contentStore, argument, findCustomer }) {
    const { id, key } = await findCustomer();
    const { trackers } = await setPermissions(contentStore, id, readPermission('trackers', argument));
    return trackers
      ? `Apps, servers and pages that hide where they are may track for ${key}, with no more than its site id or a public token.`
      : `Only pages of its origins track for ${key}, and whoever has a private token.`;
  },
  async 'permit views'({ contentStore, argument, findCustomer }) {
    const { id, key } = await findCustomer();
    const { views } = await setPermissions(contentStore, id, readPermission('views', argument));
    return views
      ? `Pages may count product events of ${key} with a public token.`
      : `Product events of ${key} are counted with a private token only.`;
  },
};
