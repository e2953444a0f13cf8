import type { ShownMedia } from '../../content/media/shown-media.ts';
import { type ActEvent, eventName, LISTEN } from '../../events/dom.ts';
import { uuidv7 } from '../../events/id.ts';
import type { MediaAction, MediaEvent, WidgetAction, WidgetEvent } from '../../events/vocabulary.ts';

/** What every act on a widget carries. */
export type Widget = Pick<WidgetEvent, 'instance' | 'label' | 'scope' | 'pics' | 'abTesting' | 'segments'>;

type Act = WidgetEvent | MediaEvent;

const KEPT = 50;
/** Acts that no tracker took, and who did them; the element itself may be gone by the time that one listens. */
let unheard: { act: Act; by: WeakRef<Element> }[] = [];

/**
 * Says what happened to a widget, or to one of its media, as a DOM event with an id and a time that never change. What no
 * tracker hears is kept, the last 50 acts of each widget, and said again when one starts.
 */
export function announce(by: Element, action: WidgetAction, widget: Widget): void;
export function announce(
  by: Element,
  action: MediaAction,
  widget: Widget & Pick<MediaEvent, 'redirectUrl'>,
  media: ShownMedia,
): void;
export function announce(by: Element, action: WidgetAction | MediaAction, widget: Widget, media?: ShownMedia): void {
  // One size stands for the picture, whichever the browser took: reports know by it what the acts have in common.
  const what = media ? { kind: 'media', media: media.id, image: media.images.normal } : { kind: 'widget' };
  const act = { ...what, action, ...widget, id: uuidv7(), at: Date.now() } as Act;
  if (say(by, act)) return;
  addEventListener(LISTEN, repeat);
  unheard.push({ act, by: new WeakRef(by) });
  const same = unheard.filter((one) => one.act.instance === act.instance);
  if (same.length > KEPT) unheard.splice(unheard.indexOf(same[0] as (typeof unheard)[number]), 1);
}

function repeat(): void {
  const acts = unheard;
  unheard = acts.filter(({ act, by }) => {
    const element = by.deref();
    return !say(element?.isConnected ? element : window, act);
  });
}

function say(target: EventTarget, act: Act): boolean {
  const event: ActEvent = new CustomEvent(eventName(act.action), { bubbles: true, composed: true, detail: act });
  target.dispatchEvent(event);
  return event.heard === true;
}
