import { createHmac, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { notFound } from './errors.ts';

/** Decimal digits of 128 bits. */
const MAC_DIGITS = 39;
/** A user's id has at most 16 digits, as a safe integer has. */
const UPLOAD_ID = new RegExp(`^([1-9]\\d{0,15})(\\d{${MAC_DIGITS}})$`);

/**
 * The id under which a page uploads as a user that it made. The user's own id stands beside every media, so it must not
 * be enough: an upload id is that id and a signature which only this service can make. All of it are digits, as clients
 * expect of ids.
 */
export function uploadIdOf(userId: number, secret: Buffer): string {
  return `${userId}${macOf(String(userId), secret)}`;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** The upload id that the path named; null where it named a user's own id, or nobody. */
    uploadId: string | null;
  }
}

/**
 * Where a path names a user by an upload id, puts the user's own id in its place.
 * @throws {ContentError} 404 for one that this service did not make
 */
export function takeUploadId(request: FastifyRequest, secret: Buffer): void {
  const params = request.params as { user_id?: string };
  const [id, userId, mac] = UPLOAD_ID.exec(params.user_id ?? '') ?? [];
  if (id === undefined || userId === undefined || mac === undefined) return;
  if (!timingSafeEqual(Buffer.from(mac), Buffer.from(macOf(userId, secret)))) throw notFound('User', id);
  request.uploadId = id;
  params.user_id = userId;
}

function macOf(userId: string, secret: Buffer): string {
  const mac = createHmac('sha256', secret).update(`upload as ${userId}`).digest('hex').slice(0, 32);
  return BigInt(`0x${mac}`).toString().padStart(MAC_DIGITS, '0');
}
