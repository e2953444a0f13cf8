import type { FastifyRequest } from 'fastify';
import { lastOf, type TokenPlace } from '../../http/caller.ts';
import type { Access } from '../../store/access.ts';
import { PUBLIC_COUNTS, PUBLIC_READS, unauthorized } from './errors.ts';

/** The token stands in a bearer header, or else in `?bearer_token=`. */
export const BEARER: TokenPlace = {
  name: 'bearer_token',
  rawTokenOf(request) {
    const [, bearer] = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
    return bearer ?? lastOf(request, 'bearer_token');
  },
};

/** The token's places, for the OpenAPI document. */
export const SECURITY: Record<string, string[]>[] = [{ bearer: [] }, { bearerToken: [] }];

/**
 * The customer of the request's token, whose id is the `orgId` of this protocol.
 * @param what only a private token reads events (see `PUBLIC_READS`). A public token counts them if the customer permits it
 * @throws {ProductEventError} 401 without a known token, 403 where the token may not do this
 */
export async function customerOf(
  request: FastifyRequest,
  access: Access,
  what: 'create' | 'read' | 'count',
): Promise<number> {
  const { caller } = request;
  const raw = BEARER.rawTokenOf(request);
  if (!caller || 'refused' in caller) {
    const known = raw !== undefined && (await access.token(raw)) !== undefined;
    throw unauthorized(known ? 403 : 401, caller?.refused ?? 'bearer_token: is missing');
  }
  const { kind, customerId } = caller.token;
  if (kind !== 'private' && what === 'read') throw unauthorized(403, PUBLIC_READS);
  if (kind !== 'private' && what === 'count' && !(await access.permits(customerId, 'views')))
    throw unauthorized(403, PUBLIC_COUNTS);
  demandOrg(lastOf(request, 'orgId'), customerId);
  return customerId;
}

/** @throws {ProductEventError} 403 when an organization is named that is not the token's */
export function demandOrg(orgId: string | undefined, customerId: number): void {
  if (orgId && orgId !== String(customerId)) throw unauthorized(403, 'orgId: is not the organization of this token');
}
