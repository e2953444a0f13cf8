import { createHmac, timingSafeEqual } from 'node:crypto';

const MAC_BYTES = 16;

/** Text that only we can have written, fit for a URL. */
export function seal(text: string, secret: Buffer): string {
  const payload = Buffer.from(text);
  return Buffer.concat([sign(payload, secret), payload]).toString('base64url');
}

/** The text of a seal that is ours, else nothing. */
export function unseal(sealed: string, secret: Buffer): string | undefined {
  const bytes = Buffer.from(sealed, 'base64url');
  const payload = bytes.subarray(MAC_BYTES);
  if (bytes.length <= MAC_BYTES || !timingSafeEqual(bytes.subarray(0, MAC_BYTES), sign(payload, secret))) return;
  return payload.toString();
}

function sign(payload: Uint8Array, secret: Buffer): Buffer {
  return createHmac('sha256', secret).update(payload).digest().subarray(0, MAC_BYTES);
}
