import type { ShownMedia } from '../../content/media/shown-media.ts';
import { observe } from '../../exposure/exposure.ts';
import { dispatchAct, type Widget } from './dispatch-act.ts';

/** Media that were seen in this page view, each with its widget: one that several elements show counts once. */
const seen = new Set<string>();
/** The address of this page view, without its fragment. */
let address: string | undefined;

/**
 * Dispatches the render of a media once, when its tile has been seen.
 * @param exposure the share and duration of `observe`
 */
export function observeTile(
  element: Element,
  tile: Element,
  widget: Widget,
  media: ShownMedia,
  exposure: [ratio: number, duration: number] | null | undefined,
): void {
  const key = `${widget.instance} ${media.id}`;
  startPageView();
  if (seen.has(key)) return;
  observe(
    tile,
    () => {
      seen.add(key);
      dispatchAct(element, 'render', widget, media);
    },
    ...(exposure ?? []),
  );
}

/**
 * Forgets the media that were seen at another address: in a single-page app another address is another page view. An
 * element calls this also when it is removed. A router has set the new address by then, so that coming back counts, too.
 */
export function startPageView(): void {
  const [current] = location.href.split('#');
  if (address !== current) seen.clear();
  address = current;
}
