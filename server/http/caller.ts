import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyRequest } from 'fastify';
import type { Access, Token } from '../store/access.ts';

/** The sender of a request: its token and, for a page, the page's origin. Or why the request is refused. */
export type Caller =
  | { token: Token; origin?: string }
  | {
      refused: string;
      /** Its token or key is unknown. */
      unknown?: true;
      /** Its token is private, and the request comes from a page. */
      secret?: true;
      /** Its token is public, and the origin of its page is not registered. */
      origin?: true;
    };

/** Where a protocol carries its token. */
export interface TokenPlace {
  name: string;
  rawTokenOf(request: FastifyRequest): string | undefined;
}
export const AUTH_TOKEN: TokenPlace = { name: 'auth_token', rawTokenOf };

/** The refusal of an unknown token. Tokens are stored hashed, so an operator who lost one has to make another. */
export const UNKNOWN_TOKEN = 'is not known here: npm run admin -- token add public makes one for pages';

/** The refusal of a request that names no page, for a customer that takes events of pages only. */
export const PAGES_ONLY =
  'The request names no registered page (Origin, Referer), and only pages track here: npm run admin -- permit trackers yes';

/**
 * Reads `auth_token`, or the token of another protocol, and `Origin`. A public token is for pages, and only for those of
 * registered origins. A request without an Origin (of an image, a followed link, a server) needs none. A private token
 * never belongs into a page.
 * @param tracks whether the request brings events. A request that names no page may bring events with a public token only
 *   if the customer permits it
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
 * Whether a page sent the request: one of another origin, or a request that changes something. Images and scripts of a
 * page come without an Origin, but with `Sec-Fetch-Site`.
 */
export function isFromPage({ origin, 'sec-fetch-site': site }: IncomingHttpHeaders): boolean {
  return origin !== undefined || site === 'cross-site' || site === 'same-site';
}

/**
 * The origin of the page that sent the request, by `Origin` or by `Referer`. A page in a sandbox has the Origin `null`, as
 * has a POST of a page with `Referrer-Policy: no-referrer`. An app may send a Referer without an origin
 * (`android-app://…`).
 */
export function pageOriginOf({ origin, referer }: IncomingHttpHeaders): string | undefined {
  const page = origin === undefined || origin === 'null' ? URL.parse(referer ?? '')?.origin : origin;
  return page === 'null' ? undefined : page;
}

/** `auth_token` as it was sent. Of several, the last counts. */
export function rawTokenOf(request: FastifyRequest): string | undefined {
  return lastOf(request, 'auth_token');
}

/** A parameter of the query as it was sent. Of several, the last counts. */
export function lastOf(request: FastifyRequest, name: string): string | undefined {
  const sent = (request.query as Record<string, unknown>)[name];
  const raw: unknown = Array.isArray(sent) ? sent.at(-1) : sent;
  return typeof raw === 'string' ? raw : undefined;
}

/** An origin as browsers write it, of characters that mean nothing to a shell. */
const PLAIN_ORIGIN = /^[a-z][a-z0-9+.-]*:\/\/[a-z0-9._:[\]-]{1,200}$/;

/**
 * Why a page may not do what it asks. The message holds the command that registers its origin, and somebody may copy it
 * out of the log into a shell. Whoever is no browser chooses the header `Origin`, so only a plain one stands there.
 * @param customer its key or id
 */
export function unregistered(origin: string, customer: string | number): string {
  if (origin === 'null')
    return 'A page that hides its origin, as a sandboxed frame does, may do nothing here but track';
  const [named, argument] = PLAIN_ORIGIN.test(origin)
    ? [`origin ${origin}`, origin]
    : ['origin of this page', 'ORIGIN'];
  return `The ${named} is not registered: npm run admin -- origin add ${argument} --customer ${customer}`;
}
