import { LIMITS } from '../../events/limits.ts';
import { type Line, productsOf } from '../../events/products.ts';
import { problemOf } from '../../events/validate.ts';
import type { IncomingEvent, Json, Product, VitrineEvent, Without } from '../../events/vocabulary.ts';
import { type FieldNames, problemIn } from '../problem.ts';
import { isObject, wordOf } from './decode-values.ts';

export type Properties = Record<string, Json>;
type Named = { kind: string; category?: string; action?: string };
type Unstamped = Without<IncomingEvent, 'analyticsId'>;

/** Names that the protocol or one of its clients has for kinds of the vocabulary. */
const KINDS: Record<string, Named> = {
  $page_view: { kind: 'page' },
  $basket_view: { kind: 'cart' },
  $transaction_confirmed: { kind: 'checkout' },
  $conversion: { kind: 'goal' },
  search: { kind: 'search' },
  vital: { kind: 'vital' },
};
/** Names that our encoder makes of a kind and an action. */
const KIND_AND_ACTION = /^(widget|media|product|content|link)_(.+)$/;

/** The fields of each kind that are properties. */
const FIELDS_OF_KINDS = {
  widget: 'instance label scope pics abTesting segments',
  media: 'instance label scope pics abTesting segments media image redirectUrl',
  product: 'session product configurationId configuration metric metadata segments',
  content: 'name piece target interaction segments',
  link: 'target segments',
  vital: 'name value',
  page: 'title loadingTime segments',
  search: 'keyword category count segments',
  goal: 'goal revenue segments',
  cart: 'products currency segments',
  checkout: 'transactionId products currency referrer segments',
  other: 'name value segments',
};

/** The protocol's names of the vocabulary's fields: those of all properties, and of what an event's name says. */
export const FIELD_NAMES: FieldNames = {
  ...Object.fromEntries(
    Object.values(FIELDS_OF_KINDS)
      .flatMap((fields) => fields.split(' '))
      .map((field) => [field, field.replace(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`)]),
  ),
  products: '$items',
  action: '$event_name',
};

const FIELDS: Record<string, [key: string, field: string][]> = Object.fromEntries(
  Object.entries(FIELDS_OF_KINDS).map(([kind, fields]) => [
    kind,
    fields.split(' ').map((field) => [FIELD_NAMES[field] as string, field]),
  ]),
);

/**
 * Reads an event whose name the vocabulary knows, and takes out of the properties those that have a field.
 * @param category the shop's own category, by which our encoder marks a name of the shop's own
 * @returns the event, or its problem, or `undefined` where the vocabulary has no kind of this name
 */
export function readKnown(name: string, properties: Properties, category?: string): Unstamped | string | undefined {
  const known = kindOf(name, category);
  if (!known) return;
  if (category !== undefined) delete properties.$category;
  const event: Record<string, unknown> = { ...known };
  for (const [key, field] of FIELDS[known.kind] ?? []) {
    const value = take(properties, key);
    if (value !== undefined) event[field] = value;
  }
  const { kind } = known;
  if (kind === 'page') event.title ??= '';
  if (kind === 'cart' || kind === 'checkout') {
    const products = readItems(event.products);
    if (!products) return '$items: expected objects with $id, $price and $qty';
    event.products = products;
  }
  if (kind !== 'vital') event.segments ??= [];
  const problem = typeProblem(event) ?? problemOf(event as unknown as VitrineEvent);
  return problem ? problemIn(FIELD_NAMES, problem) : (event as unknown as Unstamped);
}

function kindOf(name: string, category: string | undefined): Named | undefined {
  if (category !== undefined) return { kind: 'other', category, action: name };
  const [, kind, action] = KIND_AND_ACTION.exec(name) ?? [];
  if (kind && action) return { kind, action };
  return Object.hasOwn(KINDS, name) ? KINDS[name] : undefined;
}

/** Takes a property out. `null` is no value. */
export function take(properties: Properties, key: string): Json | undefined {
  const value = Object.hasOwn(properties, key) ? properties[key] : undefined;
  delete properties[key];
  return value ?? undefined;
}

function readItems(items: unknown): Product[] | undefined {
  if (!Array.isArray(items)) return;
  const lines: Line[] = [];
  for (const item of items) {
    if (!isObject(item)) return;
    const { $id, $price, $qty = 1, $name, $category } = item;
    if (typeof $qty !== 'number' || !($qty > 0)) return;
    const named = { name: nameOf($name), category: nameOf($category) };
    lines.push({ id: wordOf($id), amount: $price as number | undefined, quantity: $qty, ...named });
  }
  return productsOf(lines);
}

/** A product's name or category. Whatever it is, it is no reason to refuse the sale. */
function nameOf(value: Json | undefined): string {
  return wordOf(value).replaceAll('\0', '').slice(0, LIMITS.text);
}

/** The problem of a field whose type `problemOf` relies on. */
function typeProblem({ kind, segments, scope, ...fields }: Record<string, unknown>): string | undefined {
  if (kind !== 'vital' && !isPairs(segments)) return 'segments: expected pairs';
  if ((kind === 'widget' || kind === 'media') && !isScope(scope)) return 'scope: expected {"kind", "id"}';
  const wrong = ['media', 'redirectUrl', 'currency'].find(
    (field) => fields[field] !== undefined && typeof fields[field] !== 'string',
  );
  return wrong && `${wrong}: expected a text`;
}

function isPairs(value: unknown): boolean {
  const isPair = (pair: unknown) =>
    Array.isArray(pair) && pair.length === 2 && pair.every((part) => typeof part === 'string');
  return Array.isArray(value) && value.every(isPair);
}

function isScope(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { kind, id } = value;
  if (kind === 'best' || kind === 'not_found') return id === undefined;
  return (kind === 'category' || kind === 'stream') && typeof id === 'string';
}
