import type { ElementError } from '../events/dom.ts';

/**
 * Why the content API could not be had. `message` is for a developer: the server's own words where it gave any, else
 * the field or attribute that is wrong. Who gives up by a signal has the signal's reason instead.
 */
export class VitrineError extends Error implements ElementError {
  /**
   * Of an answer: `not_found` where what was asked for is not there, `refused` for any other refusal, `malformed` where
   * it is not the content API's. `network` where there was none. Of elements alone: `markup` and `media`.
   */
  readonly code: ElementError['code'];
  /** HTTP status of an answer that is refused or cannot be read at all; a malformed field has only its name. */
  readonly status: number | undefined;

  constructor(code: ElementError['code'], message: string, status?: number) {
    super(message);
    this.code = code;
    this.status = status;
  }
}
