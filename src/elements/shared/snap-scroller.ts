/** Helpers for a row of slides in a scroller with CSS scroll snap. */

/** Slides that Home and End move by; no row has so many. */
const ALL_SLIDES = 1000;

export function isRtl(element: Element): boolean {
  return getComputedStyle(element).direction === 'rtl';
}

/** Share of a slide's width in view from which the slide counts as visible. */
const MIN_VISIBLE = 0.9;

/** Index of the first and of the last visible slide; `[-1, -1]` when there is none. */
export function visibleRange(scroller: Element): [first: number, last: number] {
  const view = scroller.getBoundingClientRect();
  const range: [number, number] = [-1, -1];
  Array.from(scroller.children).forEach((slide, index) => {
    const { left, right, width } = slide.getBoundingClientRect();
    if (Math.min(right, view.right) - Math.max(left, view.left) < width * MIN_VISIBLE) return;
    if (range[0] < 0) range[0] = index;
    range[1] = index;
  });
  return range;
}

/** Milliseconds without a `scroll` event after which a scroller rests, in browsers without `scrollend`. */
const REST_DELAY_MS = 150;

/** Calls back each time the scroller has come to rest, whatever moved it. */
export function onRest(scroller: Element, callback: () => void): void {
  // Safari has `scrollend` since version 26. The test reads the scroller, not `window`: there, markup can define a name that
  // the browser does not have (`<a id="onscrollend">`).
  const [ended, pause] = 'onscrollend' in scroller ? (['scrollend', 0] as const) : (['scroll', REST_DELAY_MS] as const);
  let timer: ReturnType<typeof setTimeout> | undefined;
  scroller.addEventListener(ended, () => {
    clearTimeout(timer);
    timer = setTimeout(callback, pause);
  });
}

/**
 * The number of slides that a key moves by; a positive number moves towards the end of the row. In a right-to-left row the
 * left arrow does. Keys with a modifier are the browser's: Alt and an arrow leave the page.
 */
export function stepOf({ key, altKey, ctrlKey, metaKey }: KeyboardEvent, rtl: boolean): number | undefined {
  if (altKey || ctrlKey || metaKey) return;
  const forwards = rtl ? -1 : 1;
  const steps: Record<string, number> = {
    ArrowRight: forwards,
    ArrowLeft: -forwards,
    Home: -ALL_SLIDES,
    End: ALL_SLIDES,
  };
  return steps[key];
}
