import type { Api } from '../address.ts';
import { type Loose, nameOf, record } from '../check.ts';
import { idOf } from '../id.ts';
import { SORTINGS, type Sorting, WIDGET_TYPES, type WidgetInstance, type WidgetStyle } from '../resources.ts';
import { text } from '../text.ts';
import { customerIdOf, type OfCustomer } from './customers.ts';
import { type AskOptions, ask, type Id, part } from './fetch-by-key.ts';
import { type ListOptions, type Pages, pagesOf } from './pages.ts';

/** A widget instance: the source of its media, and its settings. */
export interface ContentWidget {
  /** 32 hex digits. */
  id: string;
  name: string;
  type?: WidgetInstance['type'] | undefined;
  /** The order of its media. */
  sorting?: Sorting | undefined;
  /** Ids of related entities. `stream` and `category` exist only where `type` names them. */
  customer?: string | undefined;
  style?: string | undefined;
  stream?: string | undefined;
  category?: string | undefined;
  /** All settings, unchecked. */
  settings: Readonly<Record<string, unknown>>;
}

/** How a widget looks. */
export interface ContentStyle {
  id: string;
  name: string;
  /** As `olapic_slidev3`, `olapic_wallv2` or `buttonv2`. */
  type: string;
  /** All other fields, unchecked. Their names depend on `type`. */
  settings: Readonly<Record<string, unknown>>;
}

/**
 * A widget instance.
 * Source: `GET /widgets/{instance_id}`.
 * @throws {VitrineError} `not_found` for one that is not there
 */
export async function getWidget(api: Api, id: string, options: AskOptions = {}): Promise<ContentWidget> {
  return readWidget(await ask(api, `/widgets/${part(id)}`, options), 'data');
}

/** Widget instances of a customer. Source: `GET /customers/{customer_id}/widgets`. @throws {VitrineError} */
export async function* widgetsOfCustomer(api: Api, options: ListOptions & OfCustomer = {}): Pages<ContentWidget> {
  const { customer, ...rest } = options;
  const id = await customerIdOf(api, options);
  yield* pagesOf(api, `/customers/${part(id)}/widgets`, rest, WIDGETS);
}

/**
 * A widget style.
 * Source: `GET /widgets/settings/{style_id}`.
 * @throws {VitrineError} `not_found` for one that is not there
 */
export async function getStyle(api: Api, id: Id, options: AskOptions = {}): Promise<ContentStyle> {
  return readStyle(await ask(api, `/widgets/settings/${part(id)}`, options), 'data');
}

/** Widget styles of a customer. Source: `GET /customers/{customer_id}/widgets/settings`. @throws {VitrineError} */
export async function* stylesOfCustomer(api: Api, options: ListOptions & OfCustomer = {}): Pages<ContentStyle> {
  const { customer, ...rest } = options;
  const id = await customerIdOf(api, options);
  yield* pagesOf(api, `/customers/${part(id)}/widgets/settings`, rest, STYLES);
}

function readWidget(value: unknown, field: string): ContentWidget {
  const id = nameOf(value, field);
  const { name, type, settings, _embedded } = value as Loose<WidgetInstance>;
  const known = WIDGET_TYPES.find((one) => one === type);
  return {
    id,
    name: text(name),
    type: known,
    sorting: SORTINGS.find((one) => one === settings?.sorting),
    customer: text(_embedded?.customer?.id) || undefined,
    style: text(_embedded?.setting?.id) || undefined,
    // A widget of this type cannot be shown without the id.
    stream: known === 'by_stream' ? idOf(_embedded?.stream, `${field}._embedded.stream`) : undefined,
    category: known === 'by_category' ? idOf(_embedded?.category, `${field}._embedded.category`) : undefined,
    settings: record(settings),
  };
}

function readStyle(value: unknown, field: string): ContentStyle {
  const id = nameOf(value, field);
  const { id: _, name, type, _links, _fixed, _analytics, ...settings } = value as Loose<WidgetStyle>;
  return { id, name: text(name), type: text(type), settings: record(settings) };
}

const WIDGETS = { keys: ['widgetinstance'], read: readWidget } as const;
const STYLES = { keys: ['widget'], read: readStyle } as const;
