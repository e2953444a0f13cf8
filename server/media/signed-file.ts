import { createHmac } from 'node:crypto';
import { sign, verify } from '../http/signed-token.ts';

/** The milliseconds for which an uploader can see the own picture while it is pending. */
export const UPLOADER_MS = 600_000;
/** The milliseconds for which a moderator can open the files in a list, one after the other. */
export const MODERATOR_MS = 3_600_000;

/**
 * Adds a key to the path of a file. The key opens the file although its media is not approved.
 * @param hash the hash of the media
 */
export function signFile(path: string, hash: string, until: number, secret: Buffer): string {
  return `${path}?key=${sign(String(until), secretOf(hash, secret))}`;
}

/** Whether a key opens the files of this media now. */
export function opensFile(key: string, hash: string, now: number, secret: Buffer): boolean {
  return Number(verify(key, secretOf(hash, secret)) ?? 0) > now;
}

/** Each media has a secret of its own, so that its keys contain nothing but their expiry. */
function secretOf(hash: string, secret: Buffer): Buffer {
  return createHmac('sha256', secret).update(`file ${hash}`).digest();
}
