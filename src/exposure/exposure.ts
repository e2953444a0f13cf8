import { readDocument } from '../events/unclobbered.ts';

/**
 * Was it seen? At least half of the box in the viewport, for one second unbroken, while the page is visible. The
 * root is the viewport, so what a scroller clips is not seen. Of a box that is too tall for that, half of the viewport is
 * filled. What is hidden, transparent or covered when the second is over was not seen: a cookie wall covers, a transparent
 * link over the photo does not (Chromium's own observer of visibility takes both for a cover). One observer and one timer
 * serve the whole page, however many elements are watched.
 */

interface Watched {
  callback: () => void;
  duration: number;
  observer: IntersectionObserver;
  /** When it came into view, by `performance.now()`'s clock. */
  since: number;
}

/** Weak, as observers are: an element that the page throws away is not kept by being waited for. */
const watched = new WeakMap<Element, Watched>();
const inView = new Map<Element, Watched>();
/** One for each ratio in use, which is one. */
const observers = new Map<number, IntersectionObserver>();
/** Milliseconds after which a task makes room for others. */
const TASK = 4;
/** Milliseconds after which what is in view, but hidden or covered, is looked at again: no observer tells that it is shown. */
const HIDDEN_DELAY_MS = 1000;
let timer: ReturnType<typeof setTimeout> | undefined;

/**
 * Calls back once, when the element has been seen, and forgets it. Whoever shows one media in several elements
 * decides what counts once.
 * @param ratio share of the element's box that has to be in the viewport, above 0 and up to 1
 * @param duration milliseconds that it has to stay there, unbroken
 */
export function observe(element: Element, callback: () => void, ratio = 0.5, duration = 1000): void {
  let observer = observers.get(ratio);
  if (!observer) {
    // In the capture phase, as it need not bubble.
    addEventListener('visibilitychange', restart, true);
    // Of a box that is taller than the viewport, smaller shares come into view or leave it. Each is half of the one before,
    // so that one of them lies between half of the viewport and all of it.
    const threshold = [ratio, ratio / 2, ratio / 4, ratio / 8];
    observer = new IntersectionObserver((entries) => look(entries, ratio), { threshold });
    observers.set(ratio, observer);
  }
  unobserve(element);
  watched.set(element, { callback, duration, observer, since: 0 });
  observer.observe(element);
}

/** Forgets an element, seen or not. */
export function unobserve(element: Element): void {
  watched.get(element)?.observer.unobserve(element);
  watched.delete(element);
  inView.delete(element);
}

function look(entries: IntersectionObserverEntry[], ratio: number): void {
  for (const { target, intersectionRatio, time } of entries) {
    const one = watched.get(target);
    const screens = target.clientHeight / innerHeight;
    // Of a box that is too tall, what is in view is measured by the viewport.
    if (intersectionRatio * (screens * ratio > 1 ? screens : 1) < ratio) inView.delete(target);
    else if (one && !inView.has(target)) {
      one.since = time;
      inView.set(target, one);
    }
  }
  wait();
}

/** Hiding the page breaks the second; the observer says nothing about it, since what intersects stays. */
function restart(): void {
  for (const one of inView.values()) one.since = performance.now();
  wait();
}

function wait(): void {
  clearTimeout(timer);
  if (readDocument('hidden')) return;
  let due = Number.POSITIVE_INFINITY;
  for (const { since, duration } of inView.values()) due = Math.min(due, since + duration);
  if (due < Number.POSITIVE_INFINITY) timer = setTimeout(ripen, due - performance.now());
}

function ripen(): void {
  const now = performance.now();
  for (const [element, one] of inView) {
    if (now - one.since < one.duration) continue;
    if (isHidden(element) || isCovered(element)) one.since = now + HIDDEN_DELAY_MS;
    else {
      unobserve(element);
      one.callback();
      // Many that were seen together are told in several tasks, so that none of them keeps the shopper waiting.
      if (performance.now() - now > TASK) break;
    }
  }
  wait();
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
