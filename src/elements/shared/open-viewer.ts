import type { ShownMedia } from '../../content/media/shown-media.ts';
import { findAll } from '../../events/unclobbered.ts';
import type { ShowOptions, VitrineViewer } from '../viewer/viewer.ts';

/** The viewer's parts that an element exports from its own viewer. */
export const VIEWER_PARTS = 'dialog, photo, panel, caption, product, shop, close';

const loadViewer = () => import('../viewer/define.ts');

/** Loads the viewer's code before it is needed. A failure is reported by `openViewer`. */
export function prefetchViewer(): void {
  loadViewer().catch(() => {});
}

/** Opens the page's viewer for an element (`<vitrine-viewer for="…">`), else the viewer in the element's shadow root. */
export async function openViewer(
  element: HTMLElement,
  media: readonly ShownMedia[],
  index: number,
  options: ShowOptions,
): Promise<void> {
  await loadViewer();
  const { id } = element;
  const [ofPage] = id ? findAll(`vitrine-viewer[for="${CSS.escape(id)}"]`, element.getRootNode()) : [];
  const viewer = ofPage || element.shadowRoot?.querySelector('vitrine-viewer');
  await (viewer as VitrineViewer).show(media, index, options);
}
