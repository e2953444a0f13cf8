import type { FastifyReply, FastifyRequest } from 'fastify';
import { rawTokenOf } from '../http/caller.ts';
import type { PublicAddress } from '../http/public-address.ts';
import type { Access, Token } from '../store/access.ts';
import { ContentError, invalidCredentials, notAllowed } from './errors.ts';
import { createLinks, type Links } from './paging/links.ts';

/** Who asks, and how links in the answer are written. */
export interface Asker {
  token: Token;
  links: Links;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set before any handler of the content API runs; null elsewhere. */
    asker: Asker | null;
  }
}

/**
 * Finds out who asks. `request.caller` has judged token and origin already; what it refuses is "Invalid Credentials"
 * when the token is none of ours, and "not allowed" when a good token comes from where it must not.
 * @param address where the asker reaches this service
 * @throws {ContentError} 401, 403, and 400 without an address
 */
export async function askerOf(
  request: FastifyRequest,
  reply: FastifyReply,
  access: Access,
  address: PublicAddress | undefined,
): Promise<Asker> {
  const { caller } = request;
  const query = request.query as Record<string, unknown>;
  const raw = rawTokenOf(request);
  const token = raw === undefined ? undefined : await access.token(raw);
  const refused = !caller || 'refused' in caller ? caller?.refused : undefined;
  if (raw === undefined || !token) throw invalidCredentials(refused);
  if (!caller || 'refused' in caller) throw notAllowed(refused);
  if (!address) throw new ContentError(400, 'The header "Host" is not the name of a host.');
  reply.header('cache-control', CACHING[token.kind]);
  return { token, links: createLinks(address, raw, [query.version].flat().at(-1) as string | undefined) };
}

/**
 * What pages read may be a minute old, and is shown at once while it is asked for anew. What a private token reads is
 * kept nowhere.
 */
const CACHING = {
  public: 'public, max-age=60, stale-while-revalidate=600',
  private: 'private, no-store',
} as const;

/** The asker of a request that has passed the hook. */
export function asking(request: FastifyRequest): Asker {
  if (!request.asker) throw new ContentError(401, 'Invalid Credentials.');
  return request.asker;
}
