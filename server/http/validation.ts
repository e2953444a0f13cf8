import type { FastifyServerOptions } from 'fastify';
import Type from 'typebox';

/**
 * How requests are held to their schemas. By default the validator holds only finite numbers to a minimum or a maximum,
 * so that `1e999`, which is Infinity, would pass both.
 */
export const VALIDATION: Pick<FastifyServerOptions, 'ajv'> = { ajv: { customOptions: { strictNumbers: false } } };

/** A parameter that is on or off, as programs of several languages write it: see `isOn`. */
export function Switch(description: string) {
  return Type.Optional(Type.Enum(['true', 'false', '1', '0', 'TRUE', 'FALSE', 'True', 'False'], { description }));
}

export function isOn(written: string | undefined): boolean {
  return written !== undefined && /^(1|true)$/i.test(written);
}

/** The id of a row. Beyond the maximum a number is no longer exact, and would stand for another id. */
export function Id(description: string) {
  return Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER, description });
}
