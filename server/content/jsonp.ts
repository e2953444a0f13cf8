import type { FastifyRequest } from 'fastify';
import { invalidType, invalidValue, missing } from './errors.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The function that the answer shall be handed to (`callback`), or null for plain JSON. */
    jsonp: string | null;
  }
}

const MAX_LENGTH = 128;
/** A name, or names with dots between them: `jQuery1102_7`, `angular.callbacks._0`. */
const FUNCTION = /^[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*$/;
/** Words that are no names in a script, and names that lead to every object's prototype. */
const REFUSED = new Set(
  (
    'arguments await break case catch class const continue debugger default delete do else enum eval export extends ' +
    'false finally for function if implements import in instanceof interface let new null package private protected ' +
    'public return static super switch this throw true try typeof var void while with yield ' +
    '__proto__ constructor prototype'
  ).split(' '),
);

/**
 * The `callback` of a GET: the answer becomes a script that calls it. Other methods have none.
 * @throws {ContentError} 400 unless it is the name of a function: anything else would be a script of the sender's
 */
export function callbackOf(request: FastifyRequest): string | null {
  const { callback } = request.query as Record<string, unknown>;
  if (callback === undefined || (request.method !== 'GET' && request.method !== 'HEAD')) return null;
  if (typeof callback !== 'string') throw invalidType('callback', 'array', 'string');
  if (callback === '') throw missing('callback');
  const isName = callback.length <= MAX_LENGTH && FUNCTION.test(callback);
  if (!isName || callback.split('.').some((name) => REFUSED.has(name)))
    throw invalidValue('callback', callback, 'the name of a function');
  return callback;
}

/**
 * The answer as a script. The comment before it keeps the first bytes ours: a sender who chooses them could make the
 * answer pass for a file of another type. The two line separators end a string in scripts before 2019.
 */
export function asScript(callback: string, json: string): string {
  return `/**/${callback}(${json.replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')});`;
}
