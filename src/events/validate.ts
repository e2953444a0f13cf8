import { LIMITS } from './limits.ts';
import {
  amount,
  currencyProblem,
  digits,
  expected,
  jsonProblem,
  oneOf,
  optional,
  productsProblem,
  segmentsProblem,
  text,
  whole,
} from './problems.ts';
import {
  CHOICES,
  CONTENT_ACTIONS,
  LINK_ACTIONS,
  MEDIA_ACTIONS,
  type MediaEvent,
  PRODUCT_ACTIONS,
  VITAL_NAMES,
  type VitrineEvent,
  WIDGET_ACTIONS,
  type WidgetEvent,
} from './vocabulary.ts';

/**
 * The problem of an event, as `field: reason` with the vocabulary's name of the field, or `undefined`. The service checks
 * each event before it stores it. A development build of the tracker checks each event that it accepts, so that a
 * developer reads the reason at once. The production build leaves the check to the service: these texts are a sixth of
 * what the tag may weigh.
 */
export function problemOf(event: VitrineEvent): string | undefined {
  switch (event.kind) {
    case 'widget':
    case 'media':
      return (
        text('instance', event.instance, LIMITS.id) ??
        optional('label', event.label, LIMITS.text) ??
        scopeProblem(event) ??
        (event.kind === 'media' ? digits('media', event.media) : undefined) ??
        (event.kind === 'media' ? optional('image', event.image, LIMITS.url) : undefined) ??
        whole('pics', event.pics) ??
        (event.abTesting === undefined ? undefined : whole('abTesting', event.abTesting)) ??
        (event.kind === 'media' ? redirectProblem(event) : undefined) ??
        segmentsProblem(event.segments)
      );
    case 'checkout':
      return (
        text('transactionId', event.transactionId, LIMITS.id) ??
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
        (event.loadingTime === undefined ? undefined : amount('loadingTime', event.loadingTime)) ??
        segmentsProblem(event.segments)
      );
    case 'product':
      return (
        oneOf('action', event.action, PRODUCT_ACTIONS) ??
        text('session', event.session, LIMITS.id) ??
        optional('product', event.product, LIMITS.id) ??
        optional('configurationId', event.configurationId, LIMITS.id) ??
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
      // A page may push any value.
      return 'kind: is missing';
  }
}

/** A UUID of any version, in lower case. */
export function isUuid(value: string): boolean {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(value);
}

/** Whether a text is a URL that a shopper may be led to: absolute, http or https, without a user name in it. */
export function isWebUrl(value: string): boolean {
  if (value.length > LIMITS.url || !/^https?:\/\/[^\\\s]+$/i.test(value)) return false;
  try {
    const url = new URL(value);
    return (url.protocol === 'https:' || url.protocol === 'http:') && !url.username && !url.password;
  } catch {
    return false;
  }
}

/** The problem of an act's action, or of its scope. */
export function scopeProblem({ kind, action, scope }: WidgetEvent | MediaEvent): string | undefined {
  const wrong = oneOf('action', action, kind === 'widget' ? WIDGET_ACTIONS : MEDIA_ACTIONS);
  if (wrong || scope.kind === 'best') return wrong;
  if (scope.kind !== 'not_found') return digits('scope.id', scope.id);
  return kind === 'widget' && action === 'render' ? undefined : 'action: a stream that was not found can only render';
}

function redirectProblem({ action, redirectUrl }: MediaEvent): string | undefined {
  if (redirectUrl === undefined) return;
  if (action !== 'shop') return 'redirectUrl: only the action shop redirects';
  return expected(isWebUrl(redirectUrl), 'redirectUrl', 'an absolute http or https URL');
}
