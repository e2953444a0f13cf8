import { LIMITS } from '../../events/limits.ts';
import { jsonProblem } from '../../events/problems.ts';
import type { Json, JsonObject } from '../../events/vocabulary.ts';

/** A part of an activity is wrong. The message is `field: reason`. */
export class ActivityError extends Error {}

/** Whether a value is an object, and no list. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Checks an object whose keys are the sender's own. @throws {ActivityError} */
export function check(field: string, value: unknown): void {
  const wrong = jsonProblem(field, value);
  if (wrong) throw new ActivityError(wrong);
}

/** Reads an id, which is a text. Some clients send a number. @throws {ActivityError} */
export function readId(field: string, value: Json | undefined, max = LIMITS.id): string {
  const id = typeof value === 'number' && Number.isFinite(value) ? String(value) : value;
  if (typeof id !== 'string' || id === '') throw new ActivityError(`${field}: is missing`);
  if (id.length > max) throw new ActivityError(`${field}: at most ${max} characters`);
  if (id.includes('\0')) throw new ActivityError(`${field}: contains a NUL character`);
  // The database writes every lone surrogate as U+FFFD, so that two ids could become one.
  if (!id.isWellFormed()) throw new ActivityError(`${field}: contains half a character`);
  return id;
}

/** Reads milliseconds since 1970. One client sends them as a text. @throws {ActivityError} */
export function readTime(field: string, value: Json | undefined): number | undefined {
  if (value == null) return;
  const time = typeof value === 'string' && /^\d{1,14}$/.test(value) ? Number(value) : value;
  if (typeof time !== 'number' || !Number.isSafeInteger(time) || time < 0 || time >= 1e14)
    throw new ActivityError(`${field}: expected milliseconds since 1970`);
  return time;
}

export function readUrl(value: Json | undefined): string | undefined {
  return typeof value === 'string' && !value.includes('\0') ? value.slice(0, LIMITS.url) : undefined;
}

/** A text, or a number as text. Any other value is empty, since `String` would call the `toString` that a sender gave it. */
export function wordOf(value: Json | undefined): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
