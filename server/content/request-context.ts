import type { FastifyReply, FastifyRequest } from 'fastify';
import { rawTokenOf } from '../http/caller.ts';
import type { PublicAddress } from '../http/public-address.ts';
import type { Token } from '../store/access.ts';
import type { ContentStore } from '../store/content/content-store.ts';
import { Entities } from './entities.ts';
import { ContentError, invalidCredentials, notAllowed } from './errors.ts';
import { createLinks, type Links } from './paging/links.ts';

/** What a route of the content API knows of its request. */
export interface RequestContext {
  token: Token;
  /** The entities that this token can read. */
  entities: Entities;
  /** Writes the links of the answer. */
  links: Links;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set before any handler of the content API runs, and null elsewhere. */
    contentContext: RequestContext | null;
  }
}

/**
 * Authenticates a request. `request.caller` has already checked the token and the origin. An unknown token is answered
 * with "Invalid Credentials", and a known one from a forbidden place with "not allowed".
 * @param address the address of this service for the client
 * @throws {ContentError} 401, 403, and 400 without an address
 */
export async function authenticate(
  request: FastifyRequest,
  reply: FastifyReply,
  contentStore: ContentStore,
  address: PublicAddress | undefined,
): Promise<RequestContext> {
  const { caller } = request;
  const query = request.query as Record<string, unknown>;
  const raw = rawTokenOf(request);
  const token = raw === undefined ? undefined : await contentStore.access.token(raw);
  const refused = !caller || 'refused' in caller ? caller?.refused : undefined;
  if (raw === undefined || !token) throw invalidCredentials(refused);
  if (!caller || 'refused' in caller) throw notAllowed(refused);
  if (!address) throw new ContentError(400, 'The header "Host" is not the name of a host.');
  reply.header('cache-control', CACHE_CONTROL[token.kind]);
  const links = createLinks(address, raw, [query.version].flat().at(-1) as string | undefined);
  return { token, entities: new Entities(contentStore, token), links };
}

/**
 * An answer to a public token may be a minute old; a page shows an older one while it is revalidated. An answer to a
 * private token is never cached.
 */
const CACHE_CONTROL = {
  public: 'public, max-age=60, stale-while-revalidate=600',
  private: 'private, no-store',
} as const;

/** The context of a request that has passed the authentication hook. */
export function contextOf(request: FastifyRequest): RequestContext {
  if (!request.contentContext) throw new ContentError(401, 'Invalid Credentials.');
  return request.contentContext;
}
