import { malformed } from './request.ts';
import { text } from './text.ts';

/**
 * What an answer is before it was looked at: the specification's shape, in which anything may be missing or of
 * another type. Reading a field of it gives `unknown`, which `text`, `whole` and their like make into something.
 */
export type Loose<T> = T extends null | undefined
  ? never
  : T extends readonly unknown[]
    ? unknown
    : T extends object
      ? { readonly [K in keyof T]?: Loose<T[K]> | null }
      : unknown;

/** @throws {VitrineError} `malformed`, naming the field */
export function objectAt<T>(value: unknown, field: string): Loose<T> & object {
  if (typeof value !== 'object' || !value) throw malformed(`${field}: expected an object`);
  return value as Loose<T> & object;
}

/** @throws {VitrineError} `malformed`, naming the field */
export function listAt(value: unknown, field: string): unknown[] {
  if (!Array.isArray(value)) throw malformed(`${field}: expected an array`);
  return value;
}

/**
 * The id of what is not known by digits: widget instances and styles, stashes.
 * @throws {VitrineError} `malformed`, naming the field
 */
export function nameOf(entity: unknown, field: string): string {
  const found = text((entity as { id?: unknown } | null)?.id);
  if (!found) throw malformed(`${field}.id: is missing`);
  return found;
}

/** An object with keys of its own choosing, or none. */
export function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}
