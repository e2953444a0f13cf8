import { readDocument } from '../events/unclobbered.ts';

/**
 * Reports when an element has been seen: at least half of its box was in the viewport for one second without a break, while
 * the page was visible. A box that is too tall for that has to fill half of the viewport. The observer's root is the viewport,
 * so that the part that a scroller clips does not count.
 *
 * An element that is hidden, transparent or covered at the end of the second has not been seen. A cookie wall covers; a
 * transparent link over a photo does not. Chromium's own observer of visibility takes both for a cover.
 *
 * One timer, and one observer for each ratio, serve all elements of the page.
 */

interface Observed {
  callback: () => void;
  duration: number;
  observer: IntersectionObserver;
  /** Start of the time in view, by the clock of `performance.now()`. */
  since: number;
}

/** The map is weak, as observers are: an element that the page drops can be collected. */
const observed = new WeakMap<Element, Observed>();
const inView = new Map<Element, Observed>();
/** Observers by their ratio. */
const observers = new Map<number, IntersectionObserver>();
/** Milliseconds of callbacks in one task. The remaining ones run in a further task, so that input is not delayed. */
const MAX_TASK_MS = 4;
/** Milliseconds until a hidden or covered element in view is checked again: no observer reports that it is shown. */
const HIDDEN_DELAY_MS = 1000;
let timer: ReturnType<typeof setTimeout> | undefined;

/**
 * Calls back once, when the element has been seen, and then stops observing it. The caller decides whether a media in several
 * elements counts once.
 * @param ratio share of the element's box that has to be in the viewport, above 0 and up to 1
 * @param duration milliseconds that it has to stay there, unbroken
 */
export function observe(element: Element, callback: () => void, ratio = 0.5, duration = 1000): void {
  let observer = observers.get(ratio);
  if (!observer) {
    // A listener on `window` needs the capture phase for an event that may not bubble.
    addEventListener('visibilitychange', restartAll, true);
    // For boxes that are taller than the viewport the observer needs smaller thresholds. Each is half of the one before, so
    // that one of them lies between half of the viewport and all of it.
    const threshold = [ratio, ratio / 2, ratio / 4, ratio / 8];
    observer = new IntersectionObserver((entries) => updateInView(entries, ratio), { threshold });
    observers.set(ratio, observer);
  }
  unobserve(element);
  observed.set(element, { callback, duration, observer, since: 0 });
  observer.observe(element);
}

/** Stops observing an element. */
export function unobserve(element: Element): void {
  observed.get(element)?.observer.unobserve(element);
  observed.delete(element);
  inView.delete(element);
}

function updateInView(entries: IntersectionObserverEntry[], ratio: number): void {
  for (const { target, intersectionRatio, time } of entries) {
    const one = observed.get(target);
    const screens = target.clientHeight / innerHeight;
    // A box that is too tall is measured by the share of the viewport that it fills.
    if (intersectionRatio * (screens * ratio > 1 ? screens : 1) < ratio) inView.delete(target);
    else if (one && !inView.has(target)) {
      one.since = time;
      inView.set(target, one);
    }
  }
  schedule();
}

/** Starts the time of all elements anew: a hidden page breaks it, and the observer does not report that. */
function restartAll(): void {
  for (const one of inView.values()) one.since = performance.now();
  schedule();
}

function schedule(): void {
  clearTimeout(timer);
  if (readDocument('hidden')) return;
  let due = Number.POSITIVE_INFINITY;
  for (const { since, duration } of inView.values()) due = Math.min(due, since + duration);
  if (due < Number.POSITIVE_INFINITY) timer = setTimeout(reportDue, due - performance.now());
}

function reportDue(): void {
  const now = performance.now();
  for (const [element, one] of inView) {
    if (now - one.since < one.duration) continue;
    if (isHidden(element) || isCovered(element)) one.since = now + HIDDEN_DELAY_MS;
    else {
      unobserve(element);
      one.callback();
      if (performance.now() - now > MAX_TASK_MS) break;
    }
  }
  schedule();
}

function isHidden(element: Element): boolean {
  // Browsers before 2024 know only a part of this.
  return element.checkVisibility?.({ opacityProperty: true, visibilityProperty: true }) === false;
}

/**
 * Whether something opaque that is no part of the element, and does not hold it, is above its middle: of what is in view by
 * half or more, the middle is. Where the element itself is not hit, as with `pointer-events: none`, nobody can tell.
 */
function isCovered(element: Element): boolean {
  const { x, y, width, height } = element.getBoundingClientRect();
  const hits = document.elementsFromPoint(x + width / 2, y + height / 2);
  // In the document, what is in a shadow root is hit as its host.
  let own = element;
  for (let host: Element | undefined = own; host; host = (own.getRootNode() as ShadowRoot).host) own = host;
  return hits.slice(0, hits.indexOf(own) + 1).some((hit) => {
    if (hit.contains(own) || own.contains(hit) || isHidden(hit)) return false;
    const { backgroundColor, opacity } = getComputedStyle(hit);
    // A colour through which something shines is `rgba(…)` or has a slash before its alpha.
    return opacity === '1' && !/rgba|\//.test(backgroundColor);
  });
}
