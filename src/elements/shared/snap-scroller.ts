/** A row of slides in a scroller with CSS scroll-snap: what of it can be seen, and when it has come to rest. */

/** More slides than any row has. */
const FAR = 1000;

export function isRtl(element: Element): boolean {
  return getComputedStyle(element).direction === 'rtl';
}

/** First and last slide of which at least nine tenths can be seen; `[-1, -1]` for none. */
export function visibleRange(scroller: Element): [first: number, last: number] {
  const view = scroller.getBoundingClientRect();
  const range: [number, number] = [-1, -1];
  Array.from(scroller.children).forEach((slide, index) => {
    const { left, right, width } = slide.getBoundingClientRect();
    if (Math.min(right, view.right) - Math.max(left, view.left) < width * 0.9) return;
    if (range[0] < 0) range[0] = index;
    range[1] = index;
  });
  return range;
}

/** Calls back whenever the scroller has come to rest, by finger, wheel, key or button. */
export function onRest(scroller: Element, callback: () => void): void {
  // Chromium, Firefox and Safari 26 say when a scroll has ended; elsewhere a pause of milliseconds means it. The scroller
  // is asked: on `window`, markup can put an element under a name that the browser does not have.
  const [ended, pause] = 'onscrollend' in scroller ? (['scrollend', 0] as const) : (['scroll', 150] as const);
  let timer: ReturnType<typeof setTimeout> | undefined;
  scroller.addEventListener(ended, () => {
    clearTimeout(timer);
    timer = setTimeout(callback, pause);
  });
}

/**
 * How many slides a key asks to move, forwards being positive: arrows as the text runs, Home and End as far as it
 * goes. Keys with a modifier are the browser's (Alt and an arrow leave the page).
 */
export function stepOf({ key, altKey, ctrlKey, metaKey }: KeyboardEvent, rtl: boolean): number | undefined {
  if (altKey || ctrlKey || metaKey) return;
  const forwards = rtl ? -1 : 1;
  const steps: Record<string, number> = {
    ArrowRight: forwards,
    ArrowLeft: -forwards,
    Home: -FAR,
    End: FAR,
  };
  return steps[key];
}
