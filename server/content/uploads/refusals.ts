import { MediaError, NoPosterError, NotMediaError } from '../../media/errors.ts';
import { CustomerRemovedError } from '../../store/content/content-store.ts';
import { ContentError, notFound } from '../errors.ts';

/** `001-content-api-v2.2.txt`, "Error Code"; an example in the table is 'Invalid media file type.'. */
export function badUpload(reason: string, status: 400 | 413 = 400, detail?: string): ContentError {
  return new ContentError(status, `An error was thrown while uploading the file: '${reason}'`, detail);
}

/** Translates an error of media processing to the specification's words. An unexpected error is returned unchanged. */
export function toUploadError(error: unknown): unknown {
  if (error instanceof NotMediaError) return badUpload('Invalid media file type.', 400, error.message);
  if (error instanceof CustomerRemovedError) return notFound('Customer', error.customerId);
  if (error instanceof NoPosterError) return badUpload(`${error.message} Send a picture as the part "poster".`);
  return error instanceof MediaError ? badUpload(error.message) : error;
}

export function tooBusy(): ContentError {
  return new ContentError(503, 'The service is busy with other uploads; try again in a few seconds.');
}

/** Seconds until a client with too many stashed files may try again. Stashes end when they are used, or after a day. */
const STASH_RETRY_AFTER_S = 600;

/** @param ofAddress whether one address has too much stashed, or all addresses together */
export function stashesFull(ofAddress: boolean): ContentError {
  return ofAddress
    ? new ContentError(
        429,
        'Too many files of this address are stashed already; upload some of them first.',
        undefined,
        STASH_RETRY_AFTER_S,
      )
    : new ContentError(
        503,
        'Too many files are stashed already; upload some of them first.',
        undefined,
        STASH_RETRY_AFTER_S,
      );
}
