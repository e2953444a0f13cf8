import { randomBytes } from 'node:crypto';
import Type from 'typebox';
import { SORTINGS, type Sorting, WIDGET_TYPES, type WidgetInstance } from '../../src/content/resources.ts';
import { jsonProblem } from '../../src/events/problems.ts';
import type { ContentStore, InstanceRecord, StyleRecord } from '../store/content/content-store.ts';
import { checkOneOf, checkText, quote } from './checks.ts';
import { AdminError } from './errors.ts';
import { type Input, Text } from './input.ts';

/** The styles and instances of a customer's widgets. Each function checks its input and throws {@link AdminError}s. */

export const NewStyle = Type.Object(
  {
    name: Text('Unique within the customer.'),
    type: Text('As `olapic_slidev3`.'),
    settings: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  },
  { examples: [{ name: 'Carousel', type: 'olapic_slidev3', settings: { photos_limit: '12' } }] },
);

/** Adds a style, or changes the type and the settings of the style with that name. */
export async function addStyle(
  contentStore: ContentStore,
  customerId: number,
  wanted: Input<typeof NewStyle>,
): Promise<StyleRecord> {
  if (!/^[A-Za-z]\w{0,63}$/.test(wanted.type))
    throw new AdminError(400, `The type ${quote(wanted.type)} must be a name as olapic_slidev3.`);
  const name = checkText(wanted.name, 'name', 200);
  const settings = wanted.settings ?? {};
  const problem = jsonProblem('settings', settings);
  if (problem) throw new AdminError(400, problem);
  const { id } = await contentStore.upsertStyle(customerId, { name, type: wanted.type, settings });
  return (await contentStore.style(id)) as StyleRecord;
}

export async function removeStyle(contentStore: ContentStore, customerId: number, id: number): Promise<void> {
  const users = (await contentStore.instances(customerId)).filter(({ styleId }) => styleId === id);
  if (users.length > 0)
    throw new AdminError(
      409,
      `The style ${id} is used by ${users.map((one) => one.id).join(', ')}: remove these instances first.`,
    );
  if (!(await contentStore.removeStyle(customerId, id))) throw new AdminError(404, `The customer has no style ${id}.`);
}

export const NewInstance = Type.Object(
  {
    id: Type.Optional(Text('32 hex digits; a new one without it.')),
    name: Text('For people.'),
    type: Text('`best_photos`, `by_category` or `by_stream`.'),
    style: Type.Optional(Text('Name or id of a style.')),
    stream: Type.Optional(Text('Key of the stream it shows.')),
    category: Type.Optional(Text('Key of the category it shows.')),
    sorting: Type.Optional(Text('One of the five sort orders.')),
  },
  { examples: [{ name: 'Product page', type: 'by_stream', sorting: 'rated' }] },
);

/** Adds a widget instance, or replaces the instance with that id. */
export async function addInstance(
  contentStore: ContentStore,
  customerId: number,
  wanted: Input<typeof NewInstance>,
): Promise<InstanceRecord> {
  const id = wanted.id?.toLowerCase() ?? randomBytes(16).toString('hex');
  if (!/^[0-9a-f]{32}$/.test(id)) throw new AdminError(400, `The id ${quote(id)} must have 32 hex digits.`);
  const before = await contentStore.instance(id);
  if (before && before.customerId !== customerId) throw new AdminError(409, `The id ${id} is taken: leave it out.`);
  const { stream, category, sorting } = wanted;
  const instance: InstanceRecord = {
    id,
    customerId,
    name: checkText(wanted.name, 'name', 200),
    type: checkOneOf<WidgetInstance['type']>(wanted.type, WIDGET_TYPES, 'type'),
    settings: sorting === undefined ? {} : { sorting: checkOneOf<Sorting>(sorting, SORTINGS, 'sorting') },
    styleId: (await findOrAddStyle(contentStore, customerId, wanted.style)).id,
    streamId: await findId(stream, 'stream', (key) => contentStore.streamByKey(customerId, key)),
    categoryId: await findId(category, 'category', (key) => contentStore.categoryByKey(customerId, key)),
  };
  if (instance.streamId !== null && instance.type !== 'by_stream')
    throw new AdminError(400, 'Only a widget of type by_stream shows a stream.');
  if (instance.categoryId !== null && instance.type !== 'by_category')
    throw new AdminError(400, 'Only a widget of type by_category shows a category.');
  await contentStore.putInstance(instance);
  return instance;
}

export async function removeInstance(contentStore: ContentStore, customerId: number, id: string): Promise<void> {
  if (!(await contentStore.removeInstance(customerId, id.toLowerCase())))
    throw new AdminError(404, `The customer has no widget instance ${quote(id)}.`);
}

/** @param given the name or id of a style; without it, the customer's first style, or else a new one */
async function findOrAddStyle(
  contentStore: ContentStore,
  customerId: number,
  given: string | undefined,
): Promise<StyleRecord> {
  const styles = await contentStore.styles(customerId);
  if (given === undefined)
    return styles[0] ?? addStyle(contentStore, customerId, { name: 'Carousel', type: 'olapic_slidev3' });
  const found = styles.find(({ id, name }) => name === given || String(id) === given);
  if (!found) throw new AdminError(404, `The customer has no style ${quote(given)}: add it with "style add".`);
  return found;
}

async function findId(
  key: string | undefined,
  what: string,
  find: (key: string) => Promise<{ id: number } | undefined>,
): Promise<number | null> {
  if (key === undefined) return null;
  const found = await find(key);
  if (!found) throw new AdminError(404, `The customer has no ${what} with the key ${quote(key)}: import it first.`);
  return found.id;
}
