import type { IncomingHttpHeaders } from 'node:http';
import type { Access } from '../../store/access.ts';

/** Who sent a request, as far as its headers say. */
export interface Sender {
  /** The origin of a page, by `Origin` or by `Referer`. */
  origin?: string;
  /** Whether a browser sent it for another site's page, even if neither header says for which. */
  fromPage: boolean;
}

export function senderOf(headers: IncomingHttpHeaders): Sender {
  const site = headers['sec-fetch-site'];
  const origin = headers.origin ?? originOf(headers.referer);
  return {
    ...(origin !== undefined && { origin }),
    fromPage: origin !== undefined || site === 'cross-site' || site === 'same-site',
  };
}

/**
 * What a request may do for a site. This protocol's pages carry no token, so a page may track when its origin is
 * registered. What comes from nowhere (an app, a server) needs a token of the customer: the public one to track, the
 * private one for the special parameters too. A private token never belongs into a page, and counts for nothing there.
 */
export function mayTrack(
  { origin, fromPage }: Sender,
  site: number,
  token: string | undefined,
  access: Access,
): { authenticated: boolean } | { refused: string } {
  const known = token ? access.token(token) : undefined;
  const kind = known?.customerId === site ? known.kind : undefined;
  if (origin !== undefined) {
    if (access.allowsOrigin(site, origin)) return { authenticated: false };
    const shown = /^[\x21-\x7e]{1,200}$/.test(origin) ? origin : 'of this page';
    return {
      refused: `The origin ${shown} is not registered: npm run admin -- origin add ${shown} --customer KEY`,
    };
  }
  if (kind === 'private' && fromPage) return { refused: 'token_auth: a private token does not belong into a page' };
  if (kind) return { authenticated: kind === 'private' };
  return { refused: `token_auth: ${token ? 'is not known here' : 'is missing, and so are Origin and Referer'}` };
}

/** Whether somebody with a private token sent it, no page. */
export function isAuthenticated({ fromPage }: Sender, token: string | undefined, access: Access): boolean {
  return !fromPage && token !== undefined && access.token(token)?.kind === 'private';
}

function originOf(referer: string | undefined): string | undefined {
  if (!referer) return;
  try {
    return new URL(referer).origin;
  } catch {
    return 'null';
  }
}
