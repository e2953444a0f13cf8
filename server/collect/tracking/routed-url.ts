import { rawTokenOf, type TokenPlace } from '../../http/caller.ts';

/** The path at which the router has the one route of all tracking paths. */
export const TRACK_ROUTE = '/track/event';

const TOKEN = 'auth_token=';

/**
 * The URL that the router sees. The router would decode a tracking path itself, and would answer a path that it cannot
 * decode without this protocol's shape and without CORS. So it sees the query at most, and the wire decodes the URL as it
 * came.
 */
export function routedUrl(url: string): string {
  if (!url.startsWith('/track/') || /^\/track\/bulk(\?|$)/.test(url)) return url;
  const query = url.indexOf('?');
  // The wire's decoder reads the query itself. The framework only needs the token of it, and not where that is plain.
  return query < 0 || plainToken(url) !== undefined ? TRACK_ROUTE : TRACK_ROUTE + url.slice(query);
}

/** The token as nearly all senders write it. Parsing the query only for the token would cost as much as the routing. */
function plainToken(url: string): string | undefined {
  const name = url.lastIndexOf(TOKEN);
  const query = url.indexOf('?');
  if (query < 0 || name <= query || (url[name - 1] !== '&' && name - 1 !== query)) return;
  const end = url.indexOf('&', name);
  const token = url.slice(name + TOKEN.length, end < 0 ? url.length : end);
  return /^[\w-]+$/.test(token) ? token : undefined;
}

/** The place of the token in a tracking request. */
export const TRACKING_TOKEN: TokenPlace = {
  name: 'auth_token',
  // `routedUrl` leaves out a query whose token is plain.
  rawTokenOf: (request) => rawTokenOf(request) ?? plainToken(request.originalUrl),
};
