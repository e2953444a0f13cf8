import { createHmac, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { notFound } from './errors.ts';

/** The decimal digits of a signature of 128 bits. */
const MAC_DIGITS = 39;
/** A user's id is a safe integer, with at most 16 digits. */
const UPLOAD_ID = new RegExp(`^([1-9]\\d{0,15})(\\d{${MAC_DIGITS}})$`);

/**
 * The id with which a page uploads as a user that it created. Every media shows the user's own id, so that id must not be
 * enough. The upload id is the user's id followed by a signature of this service, and has only digits, since clients
 * expect them in ids.
 */
export function uploadIdOf(userId: number, secret: Buffer): string {
  return `${userId}${macOf(String(userId), secret)}`;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** The upload id in the path; null if the path has a user's own id or no user. */
    uploadId: string | null;
  }
}

/**
 * Replaces an upload id in the path by the user's own id.
 * @throws {ContentError} 404 if its signature is wrong
 */
export function resolveUploadId(request: FastifyRequest, secret: Buffer): void {
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
