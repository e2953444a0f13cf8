import type { FastifyRequest } from 'fastify';
import { invalidType, invalidValue, missing } from './errors.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The name of the function that the script calls (`callback`), or null for plain JSON. */
    jsonp: string | null;
  }
}

/** The characters of a callback's name. A longer one is refused with 400. */
const MAX_LENGTH = 128;
/** One name, or several with dots between them: `jQuery1102_7`, `angular.callbacks._0`. */
const FUNCTION = /^[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*$/;
/** Reserved words of JavaScript, and names that reach an object's prototype. */
const RESERVED = new Set(
  (
    'arguments await break case catch class const continue debugger default delete do else enum eval export extends ' +
    'false finally for function if implements import in instanceof interface let new null package private protected ' +
    'public return static super switch this throw true try typeof var void while with yield ' +
    '__proto__ constructor prototype'
  ).split(' '),
);

/**
 * The `callback` of a GET or HEAD; its answer is a script that calls this function. Other methods have none.
 * @throws {ContentError} 400 unless it is the name of a function: anything else would let the sender write the script
 */
export function callbackOf(request: FastifyRequest): string | null {
  const { callback } = request.query as Record<string, unknown>;
  if (callback === undefined || (request.method !== 'GET' && request.method !== 'HEAD')) return null;
  if (typeof callback !== 'string') throw invalidType('callback', 'array', 'string');
  if (callback === '') throw missing('callback');
  const isName = callback.length <= MAX_LENGTH && FUNCTION.test(callback);
  if (!isName || callback.split('.').some((name) => RESERVED.has(name)))
    throw invalidValue('callback', callback, 'the name of a function');
  return callback;
}

/**
 * The answer as a script. It begins with a comment, because a sender who chooses the first bytes could make the answer
 * look like another file type. U+2028 and U+2029 are escaped because they end a string before ECMAScript 2019.
 */
export function asScript(callback: string, json: string): string {
  return `/**/${callback}(${json.replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')});`;
}
