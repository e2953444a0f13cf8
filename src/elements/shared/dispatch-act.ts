import { type ActEvent, eventName, LISTEN } from '../../events/dom.ts';
import { uuidv7 } from '../../events/id.ts';
import type { MediaEvent, WidgetEvent } from '../../events/vocabulary.ts';

/** What every act on a widget carries. */
export type Widget = Pick<WidgetEvent, 'instance' | 'scope' | 'pics' | 'abTesting' | 'segments'>;

type Act = WidgetEvent | MediaEvent;
type Unborn<E extends Act> = E extends Act ? Omit<E, 'id' | 'at'> : never;

const KEPT = 50;
/** Acts that no tracker took, and who did them; the element itself may be gone by the time that one listens. */
let unheard: { act: Act; by: WeakRef<Element> }[] = [];

/**
 * Says what happened, as a DOM event with an id and a time that never change. What no tracker hears is kept, the last
 * 50 acts of each widget, and said again when one starts.
 */
export function announce(by: Element, unborn: Unborn<Act>): void {
  const act: Act = { ...unborn, id: uuidv7(), at: Date.now() };
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
