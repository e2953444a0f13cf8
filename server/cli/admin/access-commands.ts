import { addHost, addOrigin, addToken, removeHost, removeOrigin, removeToken } from '../../admin/access.ts';
import { addRelay, removeRelay } from '../../admin/relays.ts';
import { readConfig } from '../../config.ts';
import { type Command, need, parseNumber } from './command.ts';
import { table } from './table.ts';

export const ACCESS_COMMANDS: Record<string, Command> = {
  async 'token add'({ contentStore, argument, options: { label }, findCustomer }) {
    const { id, key } = await findCustomer();
    const added = await addToken(contentStore, id, { kind: need(argument, '"public" or "private"'), label });
    return `${added.token}\n\nThis is the ${added.kind} token ${added.id} of ${key}. It cannot be shown again.`;
  },
  async 'token list'({ contentStore, findCustomer }) {
    const tokens = await contentStore.tokens((await findCustomer()).id);
    return table(tokens.map(({ id, kind, label, createdAt }) => [id, kind, new Date(createdAt).toISOString(), label]));
  },
  async 'token remove'({ contentStore, argument, findCustomer }) {
    const { id, key } = await findCustomer();
    await removeToken(contentStore, id, parseNumber(argument));
    return `Token ${argument} of ${key} is removed.`;
  },

  async 'origin add'({ contentStore, argument, findCustomer }) {
    const { id, key } = await findCustomer();
    const origin = await addOrigin(contentStore, id, need(argument, 'The origin'));
    return `Pages of ${origin} may use the public tokens of ${key}.`;
  },
  async 'origin list'({ contentStore, findCustomer }) {
    return table((await contentStore.origins((await findCustomer()).id)).map((origin) => [origin]));
  },
  async 'origin remove'({ contentStore, argument, findCustomer }) {
    const { id, key } = await findCustomer();
    await removeOrigin(contentStore, id, need(argument, 'The origin'));
    return `Origin ${argument} of ${key} is removed.`;
  },

  async 'host add'({ contentStore, argument, findCustomer }) {
    const { id, key } = await findCustomer();
    return `Products of ${key} may lead to ${await addHost(contentStore, id, need(argument, 'The host'))}.`;
  },
  async 'host list'({ contentStore, findCustomer }) {
    return table((await contentStore.hosts((await findCustomer()).id)).map((host) => [host]));
  },
  async 'host remove'({ contentStore, argument, findCustomer }) {
    const { id, key } = await findCustomer();
    await removeHost(contentStore, id, need(argument, 'The host'));
    return `Host ${argument} of ${key} is removed.`;
  },

  async 'relay add'({ contentStore, argument, options: { datamart, secret, 'key-id': keyId }, findCustomer }) {
    const { id, key } = await findCustomer();
    const { VITRINE_RELAY_SECRET, VITRINE_RELAY_PRIVATE } = process.env;
    const wanted = {
      ...{ url: need(argument, 'The server'), datamart: need(datamart, '--datamart'), keyId: need(keyId, '--key-id') },
      secret: need(secret ?? VITRINE_RELAY_SECRET, '--secret'),
    };
    const { allowPrivate } = readConfig({ VITRINE_RELAY_PRIVATE }).relay;
    const relay = await addRelay(contentStore, id, wanted, allowPrivate);
    const done = `Activities of ${key} for datamart ${relay.datamart} go to ${relay.url}. The relay has the id ${relay.id}.`;
    return [done, ...(relay.note ? [relay.note] : [])].join('\n');
  },
  async 'relay list'({ contentStore, findCustomer }) {
    const relays = await contentStore.relays((await findCustomer()).id);
    return table(relays.map(({ id, url, datamart, keyId }) => [id, url, datamart, keyId]));
  },
  async 'relay remove'({ contentStore, argument, findCustomer }) {
    const { id, key } = await findCustomer();
    await removeRelay(contentStore, id, parseNumber(argument));
    return `Relay ${argument} of ${key} is removed.`;
  },
};
