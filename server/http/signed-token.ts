import { createHmac, timingSafeEqual } from 'node:crypto';

const MAC_BYTES = 16;

/** Signs a text. The token is base64url, so it fits in a URL, and only this service can make it. */
export function sign(text: string, secret: Buffer): string {
  const payload = Buffer.from(text);
  return Buffer.concat([macOf(payload, secret), payload]).toString('base64url');
}

/** @returns the text of a token, or undefined if its signature is wrong */
export function verify(token: string, secret: Buffer): string | undefined {
  const bytes = Buffer.from(token, 'base64url');
  const payload = bytes.subarray(MAC_BYTES);
  if (bytes.length <= MAC_BYTES || !timingSafeEqual(bytes.subarray(0, MAC_BYTES), macOf(payload, secret))) return;
  return payload.toString();
}

function macOf(payload: Uint8Array, secret: Buffer): Buffer {
  return createHmac('sha256', secret).update(payload).digest().subarray(0, MAC_BYTES);
}
