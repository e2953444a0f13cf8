import { STATUS_CODES } from 'node:http';
import type { FastifyError } from 'fastify';
import { StorageError } from '../store/storage-error.ts';

export const VERSION = 'v1.0';
/** Seconds that a sender waits after a 503, for `Retry-After`. */
export const RETRY_AFTER_SECONDS = 2;

/** The detail of every 503 to a sender of events. */
export const EVENTS_UNAVAILABLE = `The service cannot store events now; try again in ${RETRY_AFTER_SECONDS} seconds.`;

/** The base of every error that has an HTTP status. The message is for the sender, so it holds no secret and no path. */
export class HttpError extends Error {
  override name = 'HttpError';
  readonly status: number;
  /** Seconds, for `Retry-After`. Without it a 503 has `RETRY_AFTER_SECONDS`, and other answers have no such header. */
  readonly retryAfter: number | undefined;

  constructor(status: number, message: string, retryAfter?: number) {
    super(message);
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

/** An error as the specifications shape it, with a reason that a person can act on. */
export function errorBody(code: number, detail: string) {
  return { metadata: { code, message: STATUS_CODES[code] ?? 'Error', version: VERSION }, data: { message: detail } };
}

/**
 * Whether a store, or the disk of the media, cannot be written: it is full, read-only, busy or broken. The request
 * succeeds later, at the latest when the operator has repaired that. A damaged database is not such a case.
 */
export function isStorageDown(error: { code?: string | undefined }): boolean {
  if (error instanceof StorageError) return error.kind !== 'corrupt';
  return /^(ENOSPC|EDQUOT|EROFS|EACCES|EPERM|EIO)$/.test(error.code ?? '');
}

/** Whether events cannot be stored. The event store logs such a failure itself, once for all requests that meet it. */
export function isSilent(error: unknown): boolean {
  return error instanceof StorageError && error.silent;
}

/** Whether this process or this machine has no file descriptor left. It passes within seconds. */
export function isOutOfFiles({ code }: { code?: string | undefined }): boolean {
  return code === 'EMFILE' || code === 'ENFILE';
}

/**
 * The answer to any error. A mistake of the sender keeps its message; a failure of the service does not name its
 * cause, which goes to the log.
 */
export function toHttpError(error: FastifyError): HttpError {
  if (error instanceof HttpError) return error;
  if (isSilent(error)) return new HttpError(503, EVENTS_UNAVAILABLE);
  if (isStorageDown(error)) return tryAgain('The service cannot store anything now');
  if (isOutOfFiles(error)) return tryAgain('The service is too busy now');
  const { statusCode = 500, message } = error;
  return statusCode >= 400 && statusCode <= 499
    ? new HttpError(statusCode, message)
    : new HttpError(500, 'Internal error.');
}

function tryAgain(reason: string): HttpError {
  return new HttpError(503, `${reason}; try again in ${RETRY_AFTER_SECONDS} seconds.`);
}
