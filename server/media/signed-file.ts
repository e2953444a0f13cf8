import { createHmac } from 'node:crypto';
import { seal, unseal } from '../http/signed-token.ts';

/** How long who uploads sees her own picture while it waits for a moderator. */
export const UPLOADER_MS = 600_000;
/** How long the addresses in a list of what waits are good: a moderator looks at one after the other. */
export const MODERATOR_MS = 3_600_000;

/**
 * Adds to the path of a file what opens it although it is not shown.
 * @param hash of the media that the path is of
 */
export function signFile(path: string, hash: string, until: number, secret: Buffer): string {
  return `${path}?key=${seal(String(until), secretOf(hash, secret))}`;
}

/** Whether a key opens the files of this media now. */
export function opensFile(key: string, hash: string, now: number, secret: Buffer): boolean {
  return Number(unseal(key, secretOf(hash, secret)) ?? 0) > now;
}

/** Each media has its own, so that a key says no more than its end. */
function secretOf(hash: string, secret: Buffer): Buffer {
  return createHmac('sha256', secret).update(`file ${hash}`).digest();
}
