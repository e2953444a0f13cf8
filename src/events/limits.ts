/** `LIMITS.url` and so on. A namespace, unlike an object, leaves the numbers that a bundle does not use out of it. */
export * as LIMITS from './limit.ts';
