import type { IncomingHttpHeaders } from 'node:http';
import { isFromPage, PAGES_ONLY, pageOriginOf, UNKNOWN_TOKEN, unregistered } from '../../http/caller.ts';
import type { Access } from '../../store/access.ts';

/** The page that sent a request, as far as the headers tell. */
export interface RequestOrigin {
  /** The origin of the page, by `Origin` or by `Referer`. */
  page?: string;
  /** Whether a page of another site sent the request, even if no header names the page. */
  fromPage: boolean;
}

export function requestOriginOf(headers: IncomingHttpHeaders): RequestOrigin {
  const page = pageOriginOf(headers);
  return { ...(page !== undefined && { page }), fromPage: page !== undefined || isFromPage(headers) };
}

/**
 * What a request may do for a site. Senders of this protocol need no token. A page may track when its origin is
 * registered. A request that names no page (of an app, a server, a page that hides where it is) may track by the id of
 * the site alone, if the customer permits it. The private token permits the special parameters; it never belongs into a
 * page, and permits nothing there.
 */
export async function authorize(
  { page, fromPage }: RequestOrigin,
  site: number,
  token: string | undefined,
  access: Access,
): Promise<{ authenticated: boolean } | { refused: string }> {
  const known = token ? await access.token(token) : undefined;
  const kind = known?.customerId === site ? known.kind : undefined;
  if (page !== undefined) {
    if (await access.allowsOrigin(site, page)) return { authenticated: false };
    return { refused: unregistered(page, 'KEY') };
  }
  if (token && !kind) return { refused: `token_auth: ${UNKNOWN_TOKEN}` };
  if (kind === 'private' && fromPage) return { refused: 'token_auth: a private token does not belong into a page' };
  if (kind === 'private') return { authenticated: true };
  return (await access.permits(site, 'trackers')) ? { authenticated: false } : { refused: PAGES_ONLY };
}

/** Whether the request came with a private token, and not from a page. */
export async function isAuthenticated(
  { fromPage }: RequestOrigin,
  token: string | undefined,
  access: Access,
): Promise<boolean> {
  return !fromPage && token !== undefined && (await access.token(token))?.kind === 'private';
}
