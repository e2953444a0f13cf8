import { HttpError } from '../http/errors.ts';

/** A request of the administration that is refused. The message says what to do instead. */
export class AdminError extends HttpError {
  override name = 'AdminError';
}
