import type { ShownMedia } from '../../content/media/shown-media.ts';
import { type ActEvent, eventName, LISTEN } from '../../events/dom.ts';
import { uuidv7 } from '../../events/id.ts';
import type { MediaAction, MediaEvent, WidgetAction, WidgetEvent } from '../../events/vocabulary.ts';

/** The fields that all acts on one widget share. */
export type Widget = Pick<WidgetEvent, 'instance' | 'label' | 'scope' | 'pics' | 'abTesting' | 'segments'>;

type Act = WidgetEvent | MediaEvent;

/** Undelivered acts that are kept for each widget. A further one replaces the oldest. */
const MAX_UNDELIVERED = 50;
/** Acts that no tracker took, with their elements. The references are weak: a page may remove an element before. */
let undelivered: { act: Act; source: WeakRef<Element> }[] = [];

/**
 * Dispatches an act on a widget, or on one of its media, as a DOM event. Its id and time never change. An act that no
 * tracker takes is kept, and dispatched again when a tracker starts.
 */
export function dispatchAct(source: Element, action: WidgetAction, widget: Widget): void;
export function dispatchAct(
  source: Element,
  action: MediaAction,
  widget: Widget & Pick<MediaEvent, 'redirectUrl'>,
  media: ShownMedia,
): void;
export function dispatchAct(
  source: Element,
  action: WidgetAction | MediaAction,
  widget: Widget,
  media?: ShownMedia,
): void {
  // The image is the same size in all acts on a media, whichever the browser loaded: reports group the acts by it.
  const subject = media ? { kind: 'media', media: media.id, image: media.images.normal } : { kind: 'widget' };
  const act = { ...subject, action, ...widget, id: uuidv7(), at: Date.now() } as Act;
  if (dispatch(source, act)) return;
  addEventListener(LISTEN, replay);
  undelivered.push({ act, source: new WeakRef(source) });
  const ofWidget = undelivered.filter((one) => one.act.instance === act.instance);
  if (ofWidget.length > MAX_UNDELIVERED)
    undelivered.splice(undelivered.indexOf(ofWidget[0] as (typeof undelivered)[number]), 1);
}

function replay(): void {
  const acts = undelivered;
  undelivered = acts.filter(({ act, source }) => {
    const element = source.deref();
    return !dispatch(element?.isConnected ? element : window, act);
  });
}

/** @returns whether a tracker has taken the act */
function dispatch(target: EventTarget, act: Act): boolean {
  const event: ActEvent = new CustomEvent(eventName(act.action), { bubbles: true, composed: true, detail: act });
  target.dispatchEvent(event);
  return event.heard === true;
}
