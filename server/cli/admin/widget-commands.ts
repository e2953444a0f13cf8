import { addInstance, addStyle, removeInstance, removeStyle } from '../../admin/widgets.ts';
import { type Command, need, parseNumber, parseSettings } from './command.ts';
import { table } from './table.ts';

export const WIDGET_COMMANDS: Record<string, Command> = {
  async 'style add'({ contentStore, argument, options: { type = 'olapic_slidev3', settings }, findCustomer }) {
    const { id: customerId } = await findCustomer();
    const style = { name: need(argument, 'NAME'), type, settings: parseSettings(settings) };
    const { id, name } = await addStyle(contentStore, customerId, style);
    return `Style ${name} has the id ${id}.`;
  },
  async 'style list'({ contentStore, findCustomer }) {
    const styles = await contentStore.styles((await findCustomer()).id);
    return table(styles.map(({ id, type, name, settings }) => [id, type, name, JSON.stringify(settings)]));
  },
  async 'style remove'({ contentStore, argument, findCustomer }) {
    const { id, key } = await findCustomer();
    await removeStyle(contentStore, id, parseNumber(argument));
    return `Style ${argument} of ${key} is removed.`;
  },

  async 'instance add'({ contentStore, argument, options, findCustomer }) {
    const { type, style, stream, category, sorting, id } = options;
    const { id: customerId } = await findCustomer();
    const wanted = { name: need(argument, 'NAME'), type: need(type, '--type'), style, stream, category, sorting, id };
    const added = await addInstance(contentStore, customerId, wanted);
    return `${added.id}\n\nThis is the id of the widget instance ${argument}.`;
  },
  async 'instance list'({ contentStore, findCustomer }) {
    const instances = await contentStore.instances((await findCustomer()).id);
    return table(instances.map(({ id, type, name }) => [id, type, name]));
  },
  async 'instance remove'({ contentStore, argument, findCustomer }) {
    const { id, key } = await findCustomer();
    await removeInstance(contentStore, id, need(argument, 'ID'));
    return `Widget instance ${argument} of ${key} is removed.`;
  },
};
