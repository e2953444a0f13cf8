import { LIMITS } from '../../events/limits.ts';
import { type Line, productsOf } from '../../events/products.ts';
import { isUuid, jsonProblem, problemOf } from '../../events/validate.ts';
import type { IncomingEvent, Json, JsonObject, Product, VitrineEvent, Without } from '../../events/vocabulary.ts';

/** What tells one person or device from another. */
export type Identifier =
  | { kind: 'account'; compartment: string; id: string }
  | { kind: 'agent'; id: string }
  | { kind: 'email'; id: string; email?: string };

/** What a visitor decided about one processing. */
export interface UserChoice {
  processing: string;
  at: number;
  accepted: boolean;
  /** The choice as it was sent, keys of the shop's own among them. */
  body: JsonObject;
}

/** What is to be known of an account from now on, beside what is known. */
export interface ProfileChange {
  compartment: string;
  account: string;
  properties: JsonObject;
}

/** One event of an activity, with the choice or the profile that it changes. */
export interface ActivityEvent {
  event: IncomingEvent;
  /** What it carries and the vocabulary has no word for. */
  properties?: JsonObject;
  choice?: UserChoice;
  profile?: ProfileChange;
}

export interface Activity {
  identifiers: Identifier[];
  events: ActivityEvent[];
  /** The sender's clock when it sent this; only our own clients say it. */
  sentAt?: number;
  /** What it says of itself as a whole: `$type`, `$session_status` and so on. */
  about: JsonObject;
}

/** Accounts that name no compartment are in this one. */
export const DEFAULT_COMPARTMENT = '1';
/** Names of one person in one activity; real ones have two or three. */
const MOST_IDENTIFIERS = 20;

/** Entries of the orders in all events of one activity; one with more is refused. */
const MAX_UNITS = 20_000;

/** What an activity may not be, as `field: reason`. */
export class BadActivity extends Error {}

/** Reads an activity, parsed from JSON. @throws {BadActivity} nothing of it is to be stored */
export function decodeActivity(body: unknown): Activity {
  if (!isObject(body)) throw new BadActivity('body: expected a user activity object');
  const { $events: written, $user_identifiers: _, sent_at, ...root } = body as Record<string, Json | undefined>;
  // Some clients send null for what they do not have.
  const $events = written ?? [];
  if (!Array.isArray($events)) throw new BadActivity('$events: expected an array');
  if ($events.length > LIMITS.bulkRequests) throw new BadActivity(`$events: at most ${LIMITS.bulkRequests}`);
  check('activity', root);
  const identifiers = readIdentifiers(body);
  const at = readTime('$ts', root.$ts);
  const sentAt = readTime('sent_at', sent_at);
  const about = Object.fromEntries(
    ABOUT.flatMap((key) => (root[key] == null ? [] : [[key.slice(1), root[key] as Json]])),
  );
  let units = 0;
  return {
    identifiers,
    events: $events.map((written, index) => {
      try {
        const read = readEvent(written, identifiers, at);
        if ('products' in read.event) units += read.event.products.length;
        if (units > MAX_UNITS) throw new BadActivity(`$items: at most ${MAX_UNITS} units in one activity`);
        return read;
      } catch (error) {
        if (error instanceof BadActivity) throw new BadActivity(`$events[${index}]: ${error.message}`);
        throw error;
      }
    }),
    ...(sentAt === undefined ? {} : { sentAt }),
    about,
  };
}

/** What an activity says of itself as a whole. */
export const ABOUT = [
  '$type',
  '$session_status',
  '$ttl',
  '$site_id',
  '$app_id',
  '$origin',
  '$location',
  '$unique_key',
] as const;

/* ------------------------------------------------------------ identifiers */

/** The list, and what stands at the root in older clients; each once. */
function readIdentifiers(body: JsonObject): Identifier[] {
  const listed = body.$user_identifiers ?? [];
  if (!Array.isArray(listed) || listed.length > MOST_IDENTIFIERS)
    throw new BadActivity(`$user_identifiers: expected an array of at most ${MOST_IDENTIFIERS}`);
  const read = [
    ...listed.map((identifier: Json) => {
      if (!isObject(identifier)) throw new BadActivity('$user_identifiers: expected objects');
      return readIdentifier(identifier);
    }),
    ...readRoot(body),
  ];
  if (read.length === 0) throw new BadActivity('$user_identifiers: at least one');
  return [...new Map(read.map((one) => [JSON.stringify([one.kind, one.id, compartmentOf(one)]), one])).values()];
}

function compartmentOf(identifier: Identifier): string {
  return identifier.kind === 'account' ? identifier.compartment : '';
}

function readIdentifier(written: JsonObject): Identifier {
  switch (written.$type) {
    case 'USER_ACCOUNT':
      return readAccount(written);
    case 'USER_AGENT':
      return { kind: 'agent', id: readAgent(written.$user_agent_id) };
    case 'USER_EMAIL':
      return readEmail(written);
    default:
      throw new BadActivity('$user_identifiers: $type is one of USER_ACCOUNT, USER_AGENT, USER_EMAIL');
  }
}

function* readRoot(body: JsonObject): Iterable<Identifier> {
  const { $user_agent_id: agent, $user_account_id: account, $email_hash: email } = body;
  if (agent != null) yield { kind: 'agent', id: readAgent(agent) };
  if (account != null) yield readAccount(body);
  // Text, or the object that one client sends in its place.
  if (email != null) yield isObject(email) ? readEmail(email) : { kind: 'email', id: readId('$email_hash', email) };
}

/** Our clients write a visitor's id behind `vec:`. */
export function readAgent(id: Json | undefined): string {
  return readId('$user_agent_id', id, LIMITS.analyticsId + 'vec:'.length);
}

function readAccount(written: JsonObject): Identifier {
  const id = readId('$user_account_id', written.$user_account_id);
  return { kind: 'account', compartment: readCompartment(written), id };
}

function readCompartment({ $compartment_id, $compartmentId }: JsonObject): string {
  return readId('$compartment_id', $compartment_id ?? $compartmentId ?? DEFAULT_COMPARTMENT);
}

function readEmail({ $hash, $email }: JsonObject): Identifier {
  const id = readId('$hash', $hash);
  return $email == null ? { kind: 'email', id } : { kind: 'email', id, email: readId('$email', $email) };
}

/** Who did it, for the column that all wires share: the browser where it is told, else the account, else the e-mail. */
export function visitorOf(identifiers: readonly Identifier[]): string {
  const first = (kind: Identifier['kind']) => identifiers.find((identifier) => identifier.kind === kind)?.id;
  const visitor = first('agent')?.replace(/^vec:(?=.)/s, '') ?? first('account') ?? first('email') ?? '';
  return visitor.slice(0, LIMITS.analyticsId);
}

/* ----------------------------------------------------------------- events */

/** Names that the protocol, or one of its clients, has for what the vocabulary knows. */
const NAMES: Record<string, Named> = {
  $page_view: { kind: 'page' },
  $basket_view: { kind: 'cart' },
  $transaction_confirmed: { kind: 'checkout' },
  $conversion: { kind: 'goal' },
  search: { kind: 'search' },
  vital: { kind: 'vital' },
};
/** The category of an event whose name is the sender's own. */
export const ACTIVITY_CATEGORY = 'activity';
const CHOICE_NAMES = ['$set_user_choice', '$set_user_choices'];
export const PROFILE_NAME = '$set_user_profile_properties';
/** What the encoder names by kind and action. */
const ACTED = /^(widget|media|product|content|link)_(.+)$/;

function readEvent(written: Json, identifiers: readonly Identifier[], activityAt: number | undefined): ActivityEvent {
  if (!isObject(written)) throw new BadActivity('expected an object');
  const { $event_name: name, $ts, $properties } = written;
  if (typeof name !== 'string') throw new BadActivity('$event_name: is missing');
  if ($properties != null && !isObject($properties)) throw new BadActivity('$properties: expected an object');
  const properties: Properties = { ...$properties };
  const id = wordOf(take(properties, '$event_id')).toLowerCase();
  const ours = isUuid(id);
  const at = readTime('$ts', $ts) ?? activityAt;
  const stamp = {
    ...(ours && { id }),
    ...(at !== undefined && { at }),
    analyticsId: visitorOf(identifiers),
    ...optional('pageUrl', readUrl(take(properties, '$url'))),
    ...optional('pageReferrer', readUrl(take(properties, '$referrer'))),
  };
  // Only our encoder marks a name of the shop's own by a category; another client's is one of its properties.
  const category = ours && typeof properties.$category === 'string' ? properties.$category : undefined;
  if (category === undefined) {
    if (CHOICE_NAMES.includes(name)) {
      const choice = readUserChoice({ $choice_ts: at ?? null, ...properties });
      return { event: { kind: 'choice', choice: choice.accepted ? 'granted' : 'denied', ...stamp }, choice };
    }
    const profile = name === PROFILE_NAME ? readProfile(properties, identifiers) : undefined;
    if (profile) {
      const { account, properties: said } = profile;
      return { event: { kind: 'profile', account, properties: said, ...stamp }, profile };
    }
  }
  const left = { ...properties };
  const event = readKnown(name, left, category);
  if (typeof event === 'object') return { event: { ...event, ...stamp }, ...rest(left) };
  // What another client means by a name of ours is its own affair; ours has to be right.
  if (event && ours) throw new BadActivity(event);
  const other: IncomingEvent = { kind: 'other', category: ACTIVITY_CATEGORY, action: name, segments: [], ...stamp };
  const wrong = problemOf(other as VitrineEvent);
  if (wrong) throw new BadActivity(wrong);
  return { event: other, ...rest(properties) };
}

type Properties = Record<string, Json>;
type Named = { kind: string; category?: string; action?: string };
type Unstamped = Without<IncomingEvent, 'analyticsId'>;

/**
 * Takes out of the properties what the vocabulary has a field for.
 * @returns the event, or what is wrong with it, or nothing where the vocabulary has no kind of this name
 */
function readKnown(name: string, properties: Properties, category?: string): Unstamped | string | undefined {
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
  if (kind !== 'vital' && !isPairs(event.segments)) return 'segments: expected pairs';
  if ((kind === 'widget' || kind === 'media') && !isScope(event.scope)) return 'scope: expected {"kind", "id"}';
  // `problemOf` takes these for texts.
  for (const field of ['media', 'redirectUrl', 'currency'])
    if (event[field] !== undefined && typeof event[field] !== 'string') return `${keyOf(field)}: expected a text`;
  return problemOf(event as unknown as VitrineEvent) ?? (event as unknown as Unstamped);
}

/** What an event's name says. A category of the shop's own words marks a name of the shop's own. */
function kindOf(name: string, category: string | undefined): Named | undefined {
  if (category !== undefined) return { kind: 'other', category, action: name };
  const [, kind, action] = ACTED.exec(name) ?? [];
  if (kind && action) return { kind, action };
  return Object.hasOwn(NAMES, name) ? NAMES[name] : undefined;
}

function take(properties: Properties, key: string): Json | undefined {
  const value = Object.hasOwn(properties, key) ? properties[key] : undefined;
  delete properties[key];
  return value ?? undefined;
}

/** Names of properties, and of the fields they are in the vocabulary. */
const FIELDS: Record<string, [key: string, field: string][]> = Object.fromEntries(
  Object.entries({
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
  }).map(([kind, fields]) => [kind, fields.split(' ').map((field) => [keyOf(field), field])]),
);

function keyOf(field: string): string {
  return field === 'products' ? '$items' : field.replace(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`);
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

/** Reads a user choice object, as an event carries it and as its own endpoint takes it. @throws {BadActivity} */
export function readUserChoice(body: JsonObject): UserChoice {
  check('user choice', body);
  const { $processing_id, $processing_token, $choice_ts, $choice_acceptance_value: accepted } = body;
  // The script of the original sends a token in the id's place.
  const processing = readId('$processing_id', $processing_id ?? $processing_token);
  const at = readTime('$choice_ts', $choice_ts);
  if (at === undefined) throw new BadActivity('$choice_ts: is missing');
  if (typeof accepted !== 'boolean') throw new BadActivity('$choice_acceptance_value: expected true or false');
  return { processing, at, accepted, body };
}

/** Nothing where neither the event nor the activity names an account. */
function readProfile(properties: Properties, identifiers: readonly Identifier[]): ProfileChange | undefined {
  const { $user_account_id: account, ...said } = properties;
  const named =
    account == null
      ? identifiers.find((identifier) => identifier.kind === 'account')
      : (readAccount(properties) as Identifier & { kind: 'account' });
  return named && { compartment: named.compartment, account: named.id, properties: profileProperties(said) };
}

/** A profile's properties without what says whose it is and what the service says of it. @throws {BadActivity} */
export function profileProperties(body: JsonObject): JsonObject {
  const { $user_account_id, $compartment_id, $compartmentId, $creation_ts, $last_modified_ts, ...properties } = body;
  check('user profile', properties);
  return properties;
}

/* ------------------------------------------------------------------ parts */

function rest(properties: Properties): { properties?: JsonObject } {
  check('$properties', properties);
  return Object.keys(properties).length === 0 ? {} : { properties };
}

function optional<K extends string, V>(key: K, value: V | undefined): { [key in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { [key in K]: V });
}

/** Text or a number as text; nothing else, since `String` of a stranger's object asks it for its `toString`. */
function wordOf(value: Json | undefined): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** What a product is called is never a reason to refuse its sale. */
function nameOf(value: Json | undefined): string {
  return wordOf(value).replaceAll('\0', '').slice(0, LIMITS.text);
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A `typeof` for what `problemOf` takes for granted. */
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

function check(field: string, value: unknown): void {
  const wrong = jsonProblem(field, value);
  if (wrong) throw new BadActivity(wrong);
}

/** An id is text; some clients send it as a number. */
export function readId(field: string, value: Json | undefined, most = LIMITS.id): string {
  const id = typeof value === 'number' && Number.isFinite(value) ? String(value) : value;
  if (typeof id !== 'string' || id === '') throw new BadActivity(`${field}: is missing`);
  if (id.length > most) throw new BadActivity(`${field}: at most ${most} characters`);
  if (id.includes('\0')) throw new BadActivity(`${field}: contains a NUL character`);
  // The database would write two such ids as one.
  if (!id.isWellFormed()) throw new BadActivity(`${field}: contains half a character`);
  return id;
}

/** Milliseconds since 1970, which one client sends as a text. */
function readTime(field: string, value: Json | undefined): number | undefined {
  if (value == null) return;
  const time = typeof value === 'string' && /^\d{1,14}$/.test(value) ? Number(value) : value;
  if (typeof time !== 'number' || !Number.isSafeInteger(time) || time < 0 || time >= 1e14)
    throw new BadActivity(`${field}: expected milliseconds since 1970`);
  return time;
}

function readUrl(value: Json | undefined): string | undefined {
  return typeof value === 'string' && !value.includes('\0') ? value.slice(0, LIMITS.url) : undefined;
}
