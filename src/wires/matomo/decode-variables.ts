import { LIMITS } from '../../events/limits.ts';
import type { Segment } from '../../events/vocabulary.ts';
import { cut, type Parameters, readJson } from './query.ts';

/** Reads custom dimensions, as in `dimension3=autumn`, by their numbers. */
export function readDimensions(parameters: Parameters): Record<string, string> | undefined {
  const found: [number: string, value: string][] = [];
  for (const [name, value] of parameters) {
    const number = /^dimension([1-9]\d{0,2})$/.exec(name)?.[1];
    if (number && value && found.length < LIMITS.segments) found.push([number, cut(value, LIMITS.segmentValue)]);
  }
  return found.length ? Object.fromEntries(found) : undefined;
}

/**
 * Reads custom variables: `{"1": ["key", "value"]}`. `others` has those that are no segments, by a colon in the key or
 * past the limit of segments.
 */
export function readVariables(parameters: Parameters): { segments: Segment[]; others: Segment[] } {
  const segments = new Map<string, string>();
  const others: Segment[] = [];
  for (const name of ['cvar', '_cvar']) {
    const said = readJson(parameters.get(name));
    for (const pair of typeof said === 'object' && said ? Object.values(said) : []) {
      if (!Array.isArray(pair) || pair.length < 2) continue;
      const [key, value] = [variable(pair[0], LIMITS.segmentKey), variable(pair[1], LIMITS.segmentValue)];
      if (!key || value === undefined || UNSAFE_KEY.test(key) || segments.has(key)) continue;
      if (!key.includes(':') && segments.size < LIMITS.segments) segments.set(key, value);
      else if (others.length < LIMITS.segments) others.push([key, value]);
    }
  }
  return { segments: [...segments], others };
}

function variable(part: unknown, max: number): string | undefined {
  if (typeof part !== 'string' && typeof part !== 'number' && typeof part !== 'boolean') return;
  const text = String(part).toWellFormed();
  return text.includes('\0') ? undefined : cut(text, max);
}

/** Keys that would reach into an object's prototype when the object is copied carelessly. */
const UNSAFE_KEY = /^(__proto__|constructor|prototype)$/;
