import { afterEach, beforeEach, expect, test } from 'vitest';
import { cdp, server } from 'vitest/browser';
import { observe, unobserve } from './exposure.ts';

let seen: string[];
beforeEach(() => {
  seen = [];
});
afterEach(() => {
  document.body.querySelectorAll('*').forEach(unobserve);
  document.body.replaceChildren();
  hide(false);
});

/** A browser that tests drive never hides a page, so the two ways by which a page learns of it are played. */
function hide(hidden: boolean): void {
  Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden });
  document.dispatchEvent(new Event('visibilitychange'));
}

function box(name: string, style: string, parent: Element = document.body, duration = 50): HTMLElement {
  const element = document.createElement('div');
  element.style.cssText = `width: 100px; height: 100px; ${style}`;
  parent.append(element);
  observe(element, () => seen.push(name), 0.5, duration);
  return element;
}

/** Long enough for anything that is in view to have been seen. */
const aWhile = () => new Promise((resolve) => setTimeout(resolve, 300));

test('what is in view is seen once, what is not is not', async () => {
  box('shown', '');
  box('below', 'margin-top: 200vh');
  const mostly = box('mostly out', 'position: fixed; top: 0; left: -60px');
  await expect.poll(() => seen).toEqual(['shown']);
  await aWhile();
  mostly.style.left = '-40px';
  await expect.poll(() => seen).toEqual(['shown', 'mostly out']);
});

test('what is too tall for its half ever to be in view is seen when it fills half of the viewport', async () => {
  const page = document.createElement('div');
  page.style.cssText = 'position: absolute; inset: 0 0 auto 0; height: 900vh';
  document.body.append(page);
  const at = 'position: absolute; width: 300px;';
  box('fills all', `${at} height: 300vh; top: -100vh`, page);
  box('fills a third', `${at} height: 300vh; top: 67vh`, page);
  box('a strip', `${at} height: 300vh; left: -290px`, page);
  box('a third of one that fits', `${at} height: 90vh; top: -60vh`, page);
  await expect.poll(() => seen).toEqual(['fills all']);
  await aWhile();
  expect(seen).toEqual(['fills all']);
  scrollTo(0, innerHeight * 0.67);
  await expect.poll(() => seen).toEqual(['fills all', 'fills a third']);
  scrollTo(0, 0);
});

test.each(['visibility: hidden', 'opacity: 0'])('what has %s is not seen until it is shown', async (style) => {
  const wall = document.createElement('div');
  wall.style.cssText = style;
  document.body.append(wall);
  box('behind', '', wall);
  box('shown', '');
  await expect.poll(() => seen).toEqual(['shown']);
  await aWhile();
  expect(seen).toEqual(['shown']);
  wall.style.cssText = '';
  await expect.poll(() => seen).toEqual(['shown', 'behind']);
});

test('what a scroller clips is not seen until it is scrolled to', async () => {
  const scroller = document.createElement('div');
  scroller.style.cssText = 'width: 100px; height: 100px; overflow: auto; white-space: nowrap';
  document.body.append(scroller);
  box('first', 'display: inline-block', scroller);
  box('second', 'display: inline-block', scroller);
  await expect.poll(() => seen).toEqual(['first']);
  await aWhile();
  expect(seen).toEqual(['first']);
  scroller.scrollLeft = 100;
  await expect.poll(() => seen).toEqual(['first', 'second']);
});

test('leaving the view or hiding the page breaks the time, and coming back starts it anew', async () => {
  const element = box('late', '', document.body, 200);
  box('witness', '', document.body, 1);
  await expect.poll(() => seen).toEqual(['witness']);
  hide(true);
  await aWhile();
  expect(seen).toEqual(['witness']);
  element.style.display = 'none';
  hide(false);
  await aWhile();
  expect(seen).toEqual(['witness']);
  element.style.display = '';
  await expect.poll(() => seen).toEqual(['witness', 'late']);
});

test('an element that is forgotten is not seen', async () => {
  unobserve(box('forgotten', ''));
  box('kept', '');
  await expect.poll(() => seen).toEqual(['kept']);
  await aWhile();
  expect(seen).toEqual(['kept']);
});

test('a hundred cards that come into view together are seen, by never more than one timer', async () => {
  const { setTimeout: set, clearTimeout: clear } = window;
  const pending = new Set<number>();
  let most = 0;
  window.setTimeout = ((callback: () => void, delay: number) => {
    const id = set(() => {
      pending.delete(id);
      callback();
    }, delay);
    pending.add(id);
    most = Math.max(most, pending.size);
    return id;
  }) as typeof setTimeout;
  window.clearTimeout = (id) => {
    pending.delete(id as number);
    clear(id);
  };
  try {
    for (let at = 0; at < 100; at++) box(`card ${at}`, 'width: 10px; height: 10px; float: left');
    while (seen.length < 100) await new Promise((resolve) => set(resolve, 20));
    expect(most).toBe(1);
  } finally {
    Object.assign(window, { setTimeout: set, clearTimeout: clear });
  }
});

test('what takes long to tell is told in several tasks, and all of it', async () => {
  const tasks: string[][] = [];
  for (let at = 0; at < 6; at++) {
    const element = box(`slow ${at}`, 'width: 10px; height: 10px; float: left');
    observe(
      element,
      () => {
        if (!tasks.at(-1)?.length) queueMicrotask(() => tasks.push([]));
        if (!tasks.length) tasks.push([]);
        tasks.at(-1)?.push(`slow ${at}`);
        const end = performance.now() + 10;
        while (performance.now() < end);
      },
      0.5,
      50,
    );
  }
  await expect.poll(() => tasks.flat()).toHaveLength(6);
  expect(tasks.filter(({ length }) => length).map(({ length }) => length)).toEqual([1, 1, 1, 1, 1, 1]);
});

// Only Chromium can be told to collect garbage.
test.skipIf(server.browser !== 'chromium')('an element that the page has thrown away is not kept', async () => {
  const gone = ['', 'margin-top: 200vh'].map((style) => new WeakRef(box('gone', style, document.body, 60_000)));
  // In view, and not.
  await aWhile();
  document.body.replaceChildren();
  await aWhile();
  await (cdp() as { send(method: string): Promise<unknown> }).send('HeapProfiler.collectGarbage');
  expect(gone.map((element) => element.deref())).toEqual([undefined, undefined]);
});
