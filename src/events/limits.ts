/**
 * `LIMITS.url` and so on: a namespace rather than an object, so that a bundle has the numbers it uses and not the
 * others.
 */
export * as LIMITS from './limit.ts';
