import type { Answer } from '../../src/content/resources.ts';
import { example } from '../http/example.ts';
import { ANSWER_VERSION } from './errors.ts';

/** The envelope of every answer that is not an error. */
export function ok<T>(data: T): Answer<T> {
  return { metadata: { code: 200, message: 'OK', version: ANSWER_VERSION }, data };
}

/** The `response` of a route's schema, with an example of `data`. */
export function answers(description: string, data: object) {
  return { 200: example(description, ok(data)) };
}
