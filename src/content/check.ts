import { malformed } from './request.ts';
import { text } from './text.ts';

/**
 * An answer that has not been checked: the specification's shape, in which any field may be missing or of another type. A
 * field has the type `unknown`; `text`, `whole` and the like convert it.
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
 * The id of an entity whose ids are not digits: a widget instance or style, a stash.
 * @throws {VitrineError} `malformed`, naming the field
 */
export function nameOf(entity: unknown, field: string): string {
  const found = text((entity as { id?: unknown } | null)?.id);
  if (!found) throw malformed(`${field}.id: is missing`);
  return found;
}

/** The value, if it is an object; else an empty object. */
export function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}
