import { VitrineError } from '../../content/error.ts';
import { fetchMedia } from '../../content/media/first-page.ts';
import type { ShownMedia } from '../../content/media/shown-media.ts';
import { instanceId } from '../../events/id.ts';
import { LIMITS } from '../../events/limits.ts';
import type { Segment } from '../../events/vocabulary.ts';
import { settingsOf } from './api-settings.ts';
import { announce, type Widget } from './dispatch-act.ts';
import { type SourceAttributes, segmentsOf, sourceOf } from './source.ts';

/** What an element's attributes ask for. */
export interface WidgetAttributes extends SourceAttributes {
  label?: string | null;
  sorting?: string | null;
  /** Media at most, 1 to 50. */
  limit?: number | null;
  segments?: string | readonly Segment[] | null;
  abTesting?: number | null;
}

/** What it then has to show, and what every act on it carries. */
export interface Loaded {
  media: ShownMedia[];
  widget: Widget;
}

/**
 * Reads an element's attributes and fetches their media. A stream that was not found is announced as the render of a
 * widget without one; nothing else is announced here.
 * @throws {VitrineError} `markup`, and what `fetchMedia` throws
 */
export async function load(element: HTMLElement & WidgetAttributes, signal: AbortSignal): Promise<Loaded> {
  const { instance, label, streamKey, categoryKey, segments, abTesting, sorting, limit } = element;
  const source = sourceOf(element);
  const widget = {
    instance: instance || instanceId(element.localName, source.kind, source.id),
    // A script may have set a number.
    label: `${label || streamKey || categoryKey || ''}`.slice(0, LIMITS.text) || undefined,
    segments: segmentsOf(segments),
    ...(abTesting != null && { abTesting }),
  };
  try {
    const { media, scope } = await fetchMedia(settingsOf(element), source, { sorting, count: limit, signal });
    return { media, widget: { ...widget, scope, pics: media.length } };
  } catch (error) {
    if (error instanceof VitrineError && error.code === 'not_found' && source.kind.startsWith('stream'))
      announce(element, 'render', { ...widget, scope: { kind: 'not_found' }, pics: 0 });
    throw error;
  }
}
