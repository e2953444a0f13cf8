import { LIMITS } from './limits.ts';
import {
  CHOICES,
  CONTENT_ACTIONS,
  LINK_ACTIONS,
  MEDIA_ACTIONS,
  type MediaEvent,
  PRODUCT_ACTIONS,
  type Product,
  type Segment,
  VITAL_NAMES,
  type VitrineEvent,
  WIDGET_ACTIONS,
  type WidgetEvent,
} from './vocabulary.ts';

/**
 * What is wrong with an event, as `field: reason`, or nothing. The service asks before it stores an event, and a
 * development build of the tracker when it takes one, so a developer reads the words that the service would say. The
 * build that visitors download leaves it to the service: these words are a sixth of what the tag may weigh.
 */
export function problemOf(event: VitrineEvent): string | undefined {
  switch (event.kind) {
    case 'widget':
    case 'media':
      return (
        text('instance_id', event.instance, LIMITS.id) ??
        optional('label', event.label, LIMITS.text) ??
        scopeProblem(event) ??
        (event.kind === 'media' ? digits('media_id', event.media) : undefined) ??
        (event.kind === 'media' ? optional('image', event.image, LIMITS.url) : undefined) ??
        whole('pics', event.pics) ??
        (event.abTesting === undefined ? undefined : whole('ab_testing', event.abTesting)) ??
        (event.kind === 'media' ? redirectProblem(event) : undefined) ??
        segmentsProblem(event.segments)
      );
    case 'checkout':
      return (
        text('transaction_id', event.transactionId, LIMITS.id) ??
        productsProblem(event.products) ??
        currencyProblem(event.currency) ??
        (event.referrer === undefined ? undefined : text('referrer', event.referrer, LIMITS.url)) ??
        segmentsProblem(event.segments)
      );
    case 'vital':
      return oneOf('name', event.name, VITAL_NAMES) ?? amount('value', event.value);
    case 'choice':
      return oneOf('choice', event.choice, CHOICES);
    case 'page':
      return (
        text('title', event.title, LIMITS.text, 0) ??
        (event.loadingTime === undefined ? undefined : amount('loading_time', event.loadingTime)) ??
        segmentsProblem(event.segments)
      );
    case 'product':
      return (
        oneOf('action', event.action, PRODUCT_ACTIONS) ??
        text('session', event.session, LIMITS.id) ??
        optional('product', event.product, LIMITS.id) ??
        optional('configuration_id', event.configurationId, LIMITS.id) ??
        jsonProblem('configuration', event.configuration) ??
        jsonProblem('metadata', event.metadata) ??
        expected(event.metric === undefined || Number.isFinite(event.metric), 'metric', 'a number') ??
        segmentsProblem(event.segments)
      );
    case 'cart':
      return (
        (event.products.length === 0 ? undefined : productsProblem(event.products)) ??
        currencyProblem(event.currency) ??
        segmentsProblem(event.segments)
      );
    case 'goal':
      return (
        text('goal', event.goal, LIMITS.id) ??
        expected(event.revenue === undefined || Number.isFinite(event.revenue), 'revenue', 'a number') ??
        segmentsProblem(event.segments)
      );
    case 'search':
      return (
        text('keyword', event.keyword, LIMITS.text) ??
        optional('category', event.category, LIMITS.text) ??
        (event.count === undefined ? undefined : whole('count', event.count)) ??
        segmentsProblem(event.segments)
      );
    case 'content':
      return (
        oneOf('action', event.action, CONTENT_ACTIONS) ??
        text('name', event.name, LIMITS.text) ??
        optional('piece', event.piece, LIMITS.url) ??
        optional('target', event.target, LIMITS.url) ??
        optional('interaction', event.interaction, LIMITS.text) ??
        expected(
          (event.action === 'interaction') === (event.interaction !== undefined),
          'interaction',
          'a text with the action interaction, and with no other',
        ) ??
        segmentsProblem(event.segments)
      );
    case 'other':
      return (
        text('category', event.category, LIMITS.text) ??
        text('action', event.action, LIMITS.text) ??
        optional('name', event.name, LIMITS.text) ??
        expected(event.value === undefined || Number.isFinite(event.value), 'value', 'a number') ??
        segmentsProblem(event.segments)
      );
    case 'link':
      return (
        oneOf('action', event.action, LINK_ACTIONS) ??
        text('target', event.target, LIMITS.url) ??
        segmentsProblem(event.segments)
      );
    case 'profile':
      return text('account', event.account, LIMITS.id) ?? jsonProblem('properties', event.properties);
    default:
      // What a page pushes is anything.
      return 'kind: is missing';
  }
}

/** A UUID of any version, in lower case. */
export function isUuid(value: string): boolean {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(value);
}

/** Whether text may lead a shopper somewhere: an absolute http or https URL without a user name in it. */
export function isWebUrl(value: string): boolean {
  if (value.length > LIMITS.url || !/^https?:\/\/[^\\\s]+$/i.test(value)) return false;
  try {
    const url = new URL(value);
    return (url.protocol === 'https:' || url.protocol === 'http:') && !url.username && !url.password;
  } catch {
    return false;
  }
}

/** What is wrong with an action, or with the scope it happened in. */
export function scopeProblem({ kind, action, scope }: WidgetEvent | MediaEvent): string | undefined {
  const wrong = oneOf('action', action, kind === 'widget' ? WIDGET_ACTIONS : MEDIA_ACTIONS);
  if (wrong || scope.kind === 'best') return wrong;
  if (scope.kind !== 'not_found') return digits(`${scope.kind}_id`, scope.id);
  return kind === 'widget' && action === 'render' ? undefined : 'action: a stream that was not found can only render';
}

function redirectProblem({ action, redirectUrl }: MediaEvent): string | undefined {
  if (redirectUrl === undefined) return;
  if (action !== 'shop') return 'redirect_url: only the action shop redirects';
  return expected(isWebUrl(redirectUrl), 'redirect_url', 'an absolute http or https URL');
}

/** What is wrong with the segments of an event, as `segments: reason`. */
export function segmentsProblem(segments: readonly Segment[]): string | undefined {
  if (segments.length > LIMITS.segments) return `segments: at most ${LIMITS.segments}`;
  const keys = new Set<string>();
  for (const [key, value] of segments) {
    if (key.includes(':')) return 'segments: a key contains no colon';
    const wrong = text('segments', key, LIMITS.segmentKey) ?? text('segments', value, LIMITS.segmentValue, 0);
    if (wrong) return wrong;
    if (keys.has(key)) return `segments: two values for the key ${JSON.stringify(key)}`;
    keys.add(key);
  }
}

function productsProblem(products: readonly Product[]): string | undefined {
  if (products.length === 0) return 'products: at least one, as products[]=ID:AMOUNT';
  if (products.length > LIMITS.products) return `products: at most ${LIMITS.products}`;
  for (const { id, amount, quantity = 1, name, category } of products) {
    const wrong =
      text('products', id, LIMITS.id) ??
      optional('products', name, LIMITS.text) ??
      optional('products', category, LIMITS.text);
    if (wrong) return wrong;
    if (amount !== undefined && !Number.isFinite(amount))
      return 'products: an amount is a number, as in products[]=ID:120.50';
    // What is no number is more than nothing and less than nothing.
    if (!(quantity > 0 && quantity <= LIMITS.quantity))
      return `products: a quantity is more than 0 and at most ${LIMITS.quantity}`;
  }
}

function currencyProblem(currency: string): string | undefined {
  return expected(/^[A-Z]{3}$/.test(currency), 'currency_code', 'three letters of ISO 4217');
}

/** Keys that would reach into an object's prototype when somebody copies it carelessly. */
const POISON = new Set(['__proto__', 'constructor', 'prototype']);

/** What is wrong with what a shop or a stranger says in keys of its own: it is kept as it is, within bounds. */
export function jsonProblem(field: string, value: unknown): string | undefined {
  if (value === undefined) return;
  if (typeof value !== 'object' || !value || Array.isArray(value)) return `${field}: expected an object`;
  let left = LIMITS.jsonValues;
  const wrong = (some: unknown, depth: number): string | undefined => {
    if (--left < 0) return `${field}: at most ${LIMITS.jsonValues} values`;
    if (typeof some === 'string') return text(field, some, LIMITS.jsonText, 0);
    if (some === null || typeof some === 'boolean') return;
    if (typeof some === 'number') return expected(Number.isFinite(some), field, 'finite numbers');
    if (typeof some !== 'object') return `${field}: expected what JSON can say`;
    if (depth > LIMITS.jsonDepth) return `${field}: at most ${LIMITS.jsonDepth} levels`;
    for (const [key, inner] of Object.entries(some)) {
      if (POISON.has(key)) return `${field}: ${key} is no key`;
      const found = text(field, key, LIMITS.id, 0) ?? wrong(inner, depth + 1);
      if (found) return found;
    }
  };
  return wrong(value, 1);
}

function amount(field: string, value: number): string | undefined {
  return expected(Number.isFinite(value) && value >= 0, field, 'a number of at least 0');
}

function optional(field: string, value: string | undefined, most: number): string | undefined {
  return value === undefined ? undefined : text(field, value, most, 0);
}

function digits(field: string, value: string): string | undefined {
  return expected(/^\d{1,19}$/.test(value), field, 'an integer');
}

function whole(field: string, value: number): string | undefined {
  return expected(Number.isInteger(value) && value >= 0 && value <= 1e9, field, 'a whole number');
}

function oneOf(field: string, value: string, values: readonly string[]): string | undefined {
  return values.includes(value) ? undefined : expected(false, field, `one of ${values.join(', ')}`);
}

function expected(met: boolean, field: string, what: string): string | undefined {
  return met ? undefined : `${field}: expected ${what}`;
}

function text(field: string, value: string, most: number, least = 1): string | undefined {
  if (typeof value !== 'string' || value.length < least) return `${field}: is missing`;
  if (value.length > most) return `${field}: at most ${most} characters`;
  // PostgreSQL cannot store U+0000, and nothing a shopper does contains it.
  return value.includes('\0') ? `${field}: contains a NUL character` : undefined;
}
