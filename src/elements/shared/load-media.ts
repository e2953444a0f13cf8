import { VitrineError } from '../../content/error.ts';
import { fetchMedia } from '../../content/media/first-page.ts';
import type { ShownMedia } from '../../content/media/shown-media.ts';
import { instanceId } from '../../events/id.ts';
import { LIMITS } from '../../events/limits.ts';
import { apiSettingsOf } from './api-settings.ts';
import { dispatchAct, type Widget } from './dispatch-act.ts';
import { segmentsOf, sourceOf } from './source.ts';
import type { WidgetProperties } from './widget-attributes.ts';

/** The media of an element, and the fields that its acts share. */
export interface LoadedMedia {
  media: ShownMedia[];
  widget: Widget;
}

/**
 * Fetches the media that an element's attributes name. The render of a widget whose stream was not found is dispatched
 * here; other acts are the caller's.
 * @throws {VitrineError} `markup`, and the errors of `fetchMedia`
 */
export async function loadMedia(element: HTMLElement & WidgetProperties, signal: AbortSignal): Promise<LoadedMedia> {
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
    const { media, scope } = await fetchMedia(apiSettingsOf(element), source, { sorting, count: limit, signal });
    return { media, widget: { ...widget, scope, pics: media.length } };
  } catch (error) {
    if (error instanceof VitrineError && error.code === 'not_found' && source.kind.startsWith('stream'))
      dispatchAct(element, 'render', { ...widget, scope: { kind: 'not_found' }, pics: 0 });
    throw error;
  }
}
