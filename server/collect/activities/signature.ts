import { createHmac, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { type Caller, isFromPage } from '../../http/caller.ts';
import type { Access } from '../../store/access.ts';

/** Milliseconds between a request's time and this service's clock. Past it, the signature counts as replayed. */
export const MAX_SKEW_MS = 5 * 60_000;

/** The owner of the key that a request names, or why there is none. The MAC is checked when the body has arrived. */
export async function signerOf({ headers }: FastifyRequest, access: Access): Promise<Caller> {
  const { 'x-mics-key-id': keyId, 'x-mics-ts': ts } = headers;
  if (isFromPage(headers)) return { refused: 'X-Mics-Key-Id: a signing key does not belong into a page' };
  const signer = await access.signer(String(keyId));
  if (!signer) return { refused: 'X-Mics-Key-Id: is not known here', unknown: true };
  if (!/^\d{1,14}$/.test(String(ts))) return { refused: 'X-Mics-Ts: expected milliseconds since 1970' };
  if (Math.abs(Date.now() - Number(ts)) > MAX_SKEW_MS)
    return { refused: 'X-Mics-Ts: is more than 5 minutes from our clock' };
  return { token: signer.token };
}

/**
 * Whether `X-Mics-Mac` is the HMAC-SHA256 of `uri\nkeyId\nts\nbody` in hex. A real client signs the URI without `/v1/`,
 * others sign the whole path; both are accepted.
 */
export async function isSigned(
  { headers, originalUrl }: FastifyRequest,
  body: Uint8Array,
  access: Access,
): Promise<boolean> {
  const { 'x-mics-key-id': keyId, 'x-mics-ts': ts, 'x-mics-mac': mac } = headers;
  const signer = await access.signer(String(keyId));
  if (!signer || !/^[0-9a-f]{64}$/i.test(String(mac))) return false;
  const sent = Buffer.from(String(mac), 'hex');
  const uris = [
    originalUrl,
    originalUrl.slice(1),
    originalUrl.replace(/^\/v1\//, ''),
    originalUrl.replace(/^\/v1/, ''),
  ];
  return uris.some((uri) => {
    return timingSafeEqual(sent, macOf(signer.secret, uri, String(keyId), String(ts), body));
  });
}

export function macOf(secret: string, uri: string, keyId: string, ts: string, body: string | Uint8Array): Buffer {
  return createHmac('sha256', secret).update(`${uri}\n${keyId}\n${ts}\n`).update(body).digest();
}
