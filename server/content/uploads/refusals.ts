import { MediaRefused, NoPoster, NotMedia } from '../../media/errors.ts';
import { CustomerRemovedError } from '../../store/content/content-store.ts';
import { ContentError, notFound } from '../errors.ts';

/** `001-content-api-v2.2.txt`, "Error Code": the table's example is 'Invalid media file type.'. */
export function badUpload(reason: string, status: 400 | 413 = 400, detail?: string): ContentError {
  return new ContentError(status, `An error was thrown while uploading the file: '${reason}'`, detail);
}

/** What is wrong with a file, in the specification's words. Anything else is passed on: it is our mistake. */
export function refusalOfMedia(error: unknown): unknown {
  if (error instanceof NotMedia) return badUpload('Invalid media file type.', 400, error.message);
  if (error instanceof CustomerRemovedError) return notFound('Customer', error.customerId);
  if (error instanceof NoPoster) return badUpload(`${error.message} Send a picture as the part "poster".`);
  return error instanceof MediaRefused ? badUpload(error.message) : error;
}

export function tooBusy(): ContentError {
  return new ContentError(503, 'The service is busy with other uploads; come again in a few seconds.');
}

/** Seconds after which somebody who stashed too much may try again: what waits is used, or expires after a day. */
const STASH_RETRY_AFTER = 600;

/** @param ofAddress whether it is the address that has too much; else it is all addresses together */
export function stashesFull(ofAddress: boolean): ContentError {
  return ofAddress
    ? new ContentError(
        429,
        'Too many files of this address are stashed already; upload some of them first.',
        undefined,
        STASH_RETRY_AFTER,
      )
    : new ContentError(
        503,
        'Too many files are stashed already; upload some of them first.',
        undefined,
        STASH_RETRY_AFTER,
      );
}
