import type { Source } from '../../content/address.ts';
import { VitrineError } from '../../content/error.ts';
import type { Segment } from '../../events/vocabulary.ts';

/** The attributes that say where an element's media come from. */
export interface SourceAttributes {
  instance?: string | null;
  stream?: string | null;
  streamKey?: string | null;
  category?: string | null;
  categoryKey?: string | null;
  best?: boolean;
}

/** Of these an element has one. */
export const SOURCES = ['stream', 'streamKey', 'category', 'categoryKey', 'best'] as const;

/**
 * The one source that attributes name. `instance` alone means what the widget instance is set to; beside another
 * source it only names the widget in reports, and costs no request.
 * @throws {VitrineError} `markup`, when there is none or more than one
 */
export function sourceOf(attributes: SourceAttributes): Source {
  const [kind, other] = SOURCES.filter((name) => attributes[name]);
  if (other) throw new VitrineError('markup', `${kind} and ${other}: expected one source`);
  if (kind) return { kind, id: kind === 'best' ? '' : String(attributes[kind]) };
  if (attributes.instance) return { kind: 'instance', id: attributes.instance };
  throw new VitrineError('markup', 'expected instance, stream, stream-key, category, category-key or best');
}

/**
 * Segments as an attribute has them, `country:US, section:abc`: the key ends at the first colon, the value at the
 * next comma. A script may set pairs, whose values may contain commas.
 * @throws {VitrineError} `markup`
 */
export function segmentsOf(value: string | readonly Segment[] | null | undefined): Segment[] {
  if (typeof value !== 'string') return [...(value ?? [])];
  return value.split(',').map((pair) => {
    const colon = pair.indexOf(':');
    if (colon < 1) throw new VitrineError('markup', 'segments: expected key:value, key:value');
    return [pair.slice(0, colon).trim(), pair.slice(colon + 1).trim()];
  });
}
