import type { ElementError } from '../events/dom.ts';

/**
 * Why media could not be had. `message` is for a developer: the server's own words where it gave any, else the field
 * or attribute that is wrong.
 */
export class VitrineError extends Error implements ElementError {
  readonly code: ElementError['code'];
  /** HTTP status, where there was an answer. */
  readonly status: number | undefined;

  constructor(code: ElementError['code'], message: string, status?: number) {
    super(message);
    this.code = code;
    this.status = status;
  }
}
