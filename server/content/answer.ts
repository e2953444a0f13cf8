import type { Answer } from '../../src/content/resources.ts';
import { ANSWER_VERSION } from './errors.ts';

/** What every answer that is not an error looks like. */
export function ok<T>(data: T): Answer<T> {
  return { metadata: { code: 200, message: 'OK', version: ANSWER_VERSION }, data };
}
