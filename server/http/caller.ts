import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyRequest } from 'fastify';
import type { Access, Token } from '../store/access.ts';

/** Who asks: a token and, when a page asks, the origin of that page. Or why nobody may. */
export type Caller =
  | { token: Token; origin?: string }
  | {
      refused: string;
      /** It named a token or a key that nobody has. */
      unknown?: true;
      /** Its token is known and private. */
      secret?: true;
      /** Its token is known, and its page's origin is not registered. */
      origin?: true;
    };

/** Where a protocol carries its token. */
export interface TokenPlace {
  name: string;
  rawTokenOf(request: FastifyRequest): string | undefined;
}
export const AUTH_TOKEN: TokenPlace = { name: 'auth_token', rawTokenOf };

/** What somebody reads whose token nobody has. Tokens are stored hashed, so none can be looked up. */
export const UNKNOWN_TOKEN = 'is not known here: npm run admin -- token add public makes one for pages';

/** What somebody reads who names no page, where the customer takes events of pages only. */
export const PAGES_ONLY =
  'The request names no registered page (Origin, Referer), and only pages track here: npm run admin -- permit trackers yes';

/**
 * Reads `auth_token`, or what another protocol has in its place, and `Origin`. A public token stands in pages and counts only for those of registered origins;
 * a request without an Origin (an image, a followed link, a server) is taken as it is. A private token never
 * belongs into a page.
 * @param tracks whether the request brings events: who names no page may do that with a public token, if the customer
 *   lets it
 */
export async function callerOf(
  request: FastifyRequest,
  access: Access,
  place = AUTH_TOKEN,
  tracks = false,
): Promise<Caller> {
  const { name } = place;
  const raw = place.rawTokenOf(request);
  if (!raw) return { refused: `${name}: is missing` };
  const token = await access.token(raw);
  if (!token) return { refused: `${name}: ${UNKNOWN_TOKEN}`, unknown: true };
  const { origin } = request.headers;
  if (token.kind === 'private' && isFromPage(request.headers))
    return { refused: `${name}: a private token does not belong into a page`, secret: true };
  if (token.kind === 'public' && tracks && (origin === undefined || origin === 'null')) {
    const page = pageOriginOf(request.headers);
    const { customerId } = token;
    if ((await access.permits(customerId, 'trackers')) || (page && (await access.allowsOrigin(customerId, page))))
      return { token, ...(origin && { origin }) };
    return { refused: PAGES_ONLY };
  }
  if (origin === undefined) return { token };
  if (!(await access.allowsOrigin(token.customerId, origin)))
    return { refused: unregistered(origin, token.customerId), origin: true };
  return { token, origin };
}

/**
 * Whether a page of another origin asks, or one that changes something. Images and scripts of a page come without an
 * Origin, but browsers say where they come from.
 */
export function isFromPage({ origin, 'sec-fetch-site': site }: IncomingHttpHeaders): boolean {
  return origin !== undefined || site === 'cross-site' || site === 'same-site';
}

/**
 * The origin of the page that asks, by `Origin` or by `Referer`. A page in a sandbox, and one with
 * `Referrer-Policy: no-referrer` that posts, says `null`; an app may have a Referer of its own (`android-app://…`).
 */
export function pageOriginOf({ origin, referer }: IncomingHttpHeaders): string | undefined {
  const page = origin === undefined || origin === 'null' ? URL.parse(referer ?? '')?.origin : origin;
  return page === 'null' ? undefined : page;
}

/** The token as it was sent; of several, the last. */
export function rawTokenOf(request: FastifyRequest): string | undefined {
  return lastOf(request, 'auth_token');
}

/** A parameter of the query as it was sent; of several, the last. */
export function lastOf(request: FastifyRequest, name: string): string | undefined {
  const said = (request.query as Record<string, unknown>)[name];
  const raw: unknown = Array.isArray(said) ? said.at(-1) : said;
  return typeof raw === 'string' ? raw : undefined;
}

function unregistered(origin: string, customerId: number): string {
  if (origin === 'null')
    return 'A page that hides its origin, as a sandboxed frame does, may do nothing here but track';
  const shown = /^[\x21-\x7e]{1,200}$/.test(origin) ? origin : 'of this page';
  return `The origin ${shown} is not registered: npm run admin -- origin add ${shown} --customer ${customerId}`;
}
