import type { FastifyServerOptions } from 'fastify';
import Type from 'typebox';

/**
 * The options of the schema validator. By default it checks only finite numbers against a minimum and a maximum, so
 * `1e999`, which is Infinity, would pass.
 */
export const VALIDATION: Pick<FastifyServerOptions, 'ajv'> = { ajv: { customOptions: { strictNumbers: false } } };

/** A parameter that is on or off, as programs of several languages write it. Read it with `isOn`. */
export function Switch(description: string) {
  return Type.Optional(Type.Enum(['true', 'false', '1', '0', 'TRUE', 'FALSE', 'True', 'False'], { description }));
}

export function isOn(written: string | undefined): boolean {
  return written !== undefined && /^(1|true)$/i.test(written);
}

/** The id of a row. A number beyond the maximum is not exact, and would be the id of another row. */
export function Id(description: string) {
  return Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER, description });
}
