import { LIMITS } from './limits.ts';
import {
  CHOICES,
  MEDIA_ACTIONS,
  type MediaEvent,
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
        scopeProblem(event) ??
        (event.kind === 'media' ? digits('media_id', event.media) : undefined) ??
        whole('pics', event.pics) ??
        (event.abTesting === undefined ? undefined : whole('ab_testing', event.abTesting)) ??
        (event.kind === 'media' ? redirectProblem(event) : undefined) ??
        segmentsProblem(event.segments)
      );
    case 'checkout':
      return (
        text('transaction_id', event.transactionId, LIMITS.id) ??
        productsProblem(event.products) ??
        expected(/^[A-Z]{3}$/.test(event.currency), 'currency_code', 'three letters of ISO 4217') ??
        (event.referrer === undefined ? undefined : text('referrer', event.referrer, LIMITS.url)) ??
        segmentsProblem(event.segments)
      );
    case 'vital':
      return (
        oneOf('name', event.name, VITAL_NAMES) ??
        expected(Number.isFinite(event.value) && event.value >= 0, 'value', 'a number of at least 0')
      );
    case 'choice':
      return oneOf('choice', event.choice, CHOICES);
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
  for (const { id, amount } of products) {
    const wrong = text('products', id, LIMITS.id);
    if (wrong) return wrong;
    if (!Number.isFinite(amount)) return 'products: an amount is a number, as in products[]=ID:120.50';
  }
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
