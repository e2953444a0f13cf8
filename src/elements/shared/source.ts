import type { Source } from '../../content/address.ts';
import { VitrineError } from '../../content/error.ts';
import type { Segment } from '../../events/vocabulary.ts';
import type { Attribute, PropertiesOf } from './attributes.ts';

/** Attributes that name a source of media. An element has one of them, and may have `instance` beside it. */
export const SOURCE_ATTRIBUTES = {
  /** The content API's id of a stream, which is a product. */
  stream: {} as Attribute<string>,
  /** The shop's own id of a product. */
  streamKey: { attribute: 'stream-key' } as Attribute<string>,
  /** The content API's id of a category. */
  category: {} as Attribute<string>,
  /** The shop's own key of a category. */
  categoryKey: { attribute: 'category-key' } as Attribute<string>,
  /** The best media of the whole shop. */
  best: { type: Boolean } as Attribute<boolean>,
};

type SourceAttributes = PropertiesOf<typeof SOURCE_ATTRIBUTES> & { instance?: string | null };

export const SOURCES = Object.keys(SOURCE_ATTRIBUTES) as (keyof typeof SOURCE_ATTRIBUTES)[];

/**
 * The source that attributes name. `instance` alone means the source that the widget instance is set to. Beside another
 * source it only names the widget in reports, and causes no request.
 * @throws {VitrineError} `markup`, when there is no source or more than one
 */
export function sourceOf(attributes: SourceAttributes): Source {
  const [kind, other] = SOURCES.filter((name) => attributes[name]);
  if (other) throw new VitrineError('markup', `${kind} and ${other}: expected one source`);
  if (kind) return { kind, id: kind === 'best' ? '' : String(attributes[kind]) };
  if (attributes.instance) return { kind: 'instance', id: attributes.instance };
  throw new VitrineError('markup', 'expected instance, stream, stream-key, category, category-key or best');
}

/**
 * Segments as an attribute has them, `country:US, section:abc`: a key ends at the first colon, a value at the next comma.
 * A script may set pairs instead, whose values may contain commas.
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
