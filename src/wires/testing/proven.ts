import fc from 'fast-check';
import { EVENTS } from '../../events/testing/any-event.ts';
import type { EventKind, StampedEvent } from '../../events/vocabulary.ts';
import type { Coverage, KindCoverage } from '../wire.ts';

/** `encode`: our pages write it. `decode`: our service reads it. */
export type Direction = 'encode' | 'decode';
export const DIRECTIONS: readonly Direction[] = ['encode', 'decode'];

/** The kinds that a test proves of a wire, and the directions. */
export interface Proven {
  wire: string;
  kinds: readonly EventKind[];
  directions: readonly Direction[];
}

/** The fields of a wire's request that a test shows. */
export interface Understood {
  wire: string;
  request: string;
  fields: readonly string[];
}

declare module 'vitest' {
  interface TaskMeta {
    proves?: Proven;
    understands?: Understood;
  }
}

/**
 * Marks a test as the one that proves that a wire carries these kinds as its table says, in both directions unless
 * one is named; `docs/wires.md` links it.
 * @example test('decode(encode(event)) is what the table says', proves('matomo', kindsOf(COVERAGE)), () => { … });
 */
export function proves(
  wire: string,
  kinds: readonly EventKind[],
  ...directions: Direction[]
): { meta: { proves: Proven } } {
  return { meta: { proves: { wire, kinds, directions: directions.length ? directions : DIRECTIONS } } };
}

/**
 * Marks a test as the one that shows what our service makes of these fields of a request, as the wire's `FIELDS` tell.
 * @example test('a visit that is told is a new one', understands('matomo', 'GET|POST /matomo.php', 'new_visit'), …);
 */
export function understands(wire: string, request: string, ...fields: string[]): { meta: { understands: Understood } } {
  return { meta: { understands: { wire, request, fields } } };
}

/** The kinds that a wire carries, in both directions unless one is named. */
export function kindsOf(coverage: Coverage, ...directions: Direction[]): EventKind[] {
  const asked = directions.length ? directions : DIRECTIONS;
  const table = Object.entries(coverage) as [EventKind, KindCoverage | null][];
  return table.flatMap(([kind, carried]) =>
    carried && asked.every((one) => (carried.only ?? one) === one) ? [kind] : [],
  );
}

/** Arbitrary events of the kinds that a wire carries in both directions. */
export function eventsOf(coverage: Coverage): fc.Arbitrary<StampedEvent> {
  return fc.oneof(...kindsOf(coverage).map((kind): fc.Arbitrary<StampedEvent> => EVENTS[kind]));
}

/** The fields of an event that come out of `decode` as they went into `encode`: all but those that the table says are lost. */
export function kept(event: StampedEvent, coverage: Coverage): Partial<StampedEvent> {
  const lost = new Set(Object.keys(coverage[event.kind]?.loses ?? {}));
  return Object.fromEntries(Object.entries(event).filter(([field]) => !lost.has(field)));
}
