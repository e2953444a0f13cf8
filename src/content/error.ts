import type { ElementError } from '../events/dom.ts';

/**
 * A failure of the content API or of an element. `message` is for developers: the server's own words where it gave any, else
 * the field or attribute that is wrong. A request that is aborted throws the signal's reason, not this error.
 */
export class VitrineError extends Error implements ElementError {
  /**
   * `not_found`: the entity does not exist. `refused`: any other error status. `malformed`: the answer is not one of the
   * content API. `network`: there was no answer. `markup` and `media`: an element's attributes or media are wrong.
   */
  readonly code: ElementError['code'];
  /** HTTP status of an answer that is refused or cannot be parsed. A malformed field has no status. */
  readonly status: number | undefined;

  constructor(code: ElementError['code'], message: string, status?: number) {
    super(message);
    this.code = code;
    this.status = status;
  }
}
