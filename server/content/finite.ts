import { invalidValue } from './errors.ts';

/** Throws for a number as large as `1e999`: to the validator it is Infinity, which it takes and holds to no limit. */
export function checkFinite(parameters: unknown): void {
  for (const [name, value] of Object.entries(parameters ?? {}))
    if (typeof value === 'number' && !Number.isFinite(value)) throw invalidValue(name, value, 'a finite number');
}
