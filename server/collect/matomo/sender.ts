import type { IncomingHttpHeaders } from 'node:http';
import { isFromPage, PAGES_ONLY, pageOriginOf, UNKNOWN_TOKEN } from '../../http/caller.ts';
import type { Access } from '../../store/access.ts';

/** Who sent a request, as far as its headers say. */
export interface Sender {
  /** The origin of a page, by `Origin` or by `Referer`. */
  origin?: string;
  /** Whether a browser sent it for another site's page, even if neither header says for which. */
  fromPage: boolean;
}

export function senderOf(headers: IncomingHttpHeaders): Sender {
  const origin = pageOriginOf(headers);
  return { ...(origin !== undefined && { origin }), fromPage: origin !== undefined || isFromPage(headers) };
}

/**
 * What a request may do for a site. This protocol's senders carry no token: a page may track when its origin is
 * registered, and what names no page (an app, a server, a page that hides where it is) by the id of the site alone, if
 * the customer lets it. The private token opens the special parameters; it never belongs into a page, and counts for
 * nothing there.
 */
export async function mayTrack(
  { origin, fromPage }: Sender,
  site: number,
  token: string | undefined,
  access: Access,
): Promise<{ authenticated: boolean } | { refused: string }> {
  const known = token ? await access.token(token) : undefined;
  const kind = known?.customerId === site ? known.kind : undefined;
  if (origin !== undefined) {
    if (await access.allowsOrigin(site, origin)) return { authenticated: false };
    const shown = /^[\x21-\x7e]{1,200}$/.test(origin) ? origin : 'of this page';
    return {
      refused: `The origin ${shown} is not registered: npm run admin -- origin add ${shown} --customer KEY`,
    };
  }
  if (token && !kind) return { refused: `token_auth: ${UNKNOWN_TOKEN}` };
  if (kind === 'private' && fromPage) return { refused: 'token_auth: a private token does not belong into a page' };
  if (kind === 'private') return { authenticated: true };
  return (await access.permits(site, 'trackers')) ? { authenticated: false } : { refused: PAGES_ONLY };
}

/** Whether somebody with a private token sent it, no page. */
export async function isAuthenticated(
  { fromPage }: Sender,
  token: string | undefined,
  access: Access,
): Promise<boolean> {
  return !fromPage && token !== undefined && (await access.token(token))?.kind === 'private';
}
