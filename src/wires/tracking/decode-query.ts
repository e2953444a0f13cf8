import { LIMITS } from '../../events/limits.ts';
import { productsOf } from '../../events/products.ts';
import { isUuid } from '../../events/validate.ts';
import type { IncomingEvent } from '../../events/vocabulary.ts';
import { isTime, limited, ParameterError, readNumber, readProduct, readSegments } from './decode-parameters.ts';
import type { PathAct } from './decode-path.ts';

/** A query, parsed. `values` has the last value of each name; the two lists have all of theirs. */
interface Query {
  values: Map<string, string>;
  segments: string[];
  products: string[];
}

/** Adds to an act what its query says of it. @throws {ParameterError} */
export function readQuery(act: PathAct, { values, segments, products }: Query): IncomingEvent {
  const event = act as Record<string, unknown>;
  const add = (name: string, value: unknown) => {
    if (value !== undefined) event[name] = value;
  };
  const one = (name: string) => values.get(name) || undefined;
  const id = one('event_id')?.toLowerCase();
  if (id !== undefined && !isUuid(id)) throw new ParameterError('event_id: expected a UUID');
  const at = readNumber(one('event_time'));
  if (at !== undefined && !isTime(at)) throw new ParameterError('event_time: expected milliseconds since 1970');
  const analyticsId = limited('analytics_id', one('analytics_id'), LIMITS.analyticsId);
  if (analyticsId === undefined) throw new ParameterError('analytics_id: is missing');
  add('id', id);
  add('at', at);
  add('analyticsId', analyticsId);
  add('previousId', limited('previous_id', one('previous_id'), LIMITS.analyticsId));
  add('pageUrl', limited('page_url', one('page_url'), LIMITS.url));
  add('pageReferrer', limited('page_referrer', one('page_referrer'), LIMITS.url));
  switch (act.kind) {
    case 'widget':
    case 'media':
      // A stream that was not found shows nothing, and its path takes no `pics`.
      add('pics', readNumber(one('pics')) ?? (act.scope.kind === 'not_found' ? 0 : undefined));
      add('abTesting', readNumber(one('ab_testing')));
      if (act.kind === 'media') add('redirectUrl', one('redirect_url'));
      add('segments', readSegments(segments));
      break;
    case 'checkout':
      add('products', productsOf(products.map(readProduct)));
      add('currency', (one('currency_code') ?? 'USD').toUpperCase());
      // The example of the specification has the name twice: `referrer=referrer=URL`.
      add('referrer', one('referrer')?.replace(/^referrer=/, ''));
      add('segments', readSegments(segments));
      break;
    case 'vital':
      add('value', readNumber(one('value')));
  }
  return event as unknown as IncomingEvent;
}

/** `[]`, percent-encoded. */
const LIST = '%5B%5D';

/**
 * Parses a query string. `segments[]`, `segments[0]` and the literal `segments=segments[]=…` of the specification's
 * example all name the list `segments`.
 * @throws {ParameterError}
 */
export function parseQuery(query: string): Query {
  const read: Query = { values: new Map(), segments: [], products: [] };
  const form = query.includes('+') ? query.replaceAll('+', ' ') : query;
  let sign = form.indexOf('=');
  for (let from = 0, end = 0; from < form.length; from = end + 1) {
    end = form.indexOf('&', from);
    if (end < 0) end = form.length;
    if (end === from) continue;
    // The next `=` is searched once. A query of names alone would otherwise be read to its end for each of them.
    if (sign >= 0 && sign < from) sign = form.indexOf('=', from);
    const equals = sign < 0 || sign > end ? end : sign;
    // Nearly all senders write a list as `URLSearchParams` does. Comparing costs less than decoding each name.
    const isList = form.endsWith(LIST, equals) && equals - from >= LIST.length;
    const written = decodeText(form.slice(from, isList ? equals - LIST.length : equals));
    const name = !isList && written.endsWith(']') ? written.replace(/\[\d*\]$/, '') : written;
    let value = decodeText(form.slice(equals + 1, end));
    if (!isList && name === written && value.startsWith('[]=', name.length) && value.startsWith(name))
      value = value.slice(name.length + 3);
    if (name === 'segments' || name === 'products') read[name].push(value);
    else read.values.set(name, value);
  }
  return read;
}

/** @throws {ParameterError} */
export function decodeText(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    throw new ParameterError(`${text.slice(0, 40)}: is not percent-encoded UTF-8`);
  }
}
