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

/** Lies over the whole viewport. */
function layer(style: string, contents = ''): HTMLElement {
  const element = document.createElement('div');
  element.style.cssText = `position: fixed; inset: 0; ${style}`;
  element.innerHTML = contents;
  document.body.append(element);
  return element;
}
/** A box in the shadow root of a component that is in the shadow root of another, as a carousel may be. */
function nested(name: string): HTMLElement {
  let root: ShadowRoot | undefined;
  for (let depth = 0; depth < 2; depth++) {
    const host = document.createElement('div');
    (root ?? document.body).append(host);
    root = host.attachShadow({ mode: 'open' });
  }
  return box(name, '', root as unknown as Element);
}

test.each([
  ['an opaque wall', 'background: #fff', ''],
  ['a wall of another colour space', 'background: oklch(0.9 0.1 100)', ''],
  ['a wall with text on it', '', '<div style="position: absolute; inset: 0; background: white"><p>Cookies?</p></div>'],
])('what %s covers is not seen until it has gone', async (_, style, contents) => {
  box('shown', 'position: fixed; top: 0; z-index: 2');
  box('behind', 'position: fixed; top: 0; left: 200px');
  nested('in a component');
  const wall = layer(style, contents);
  await expect.poll(() => seen).toEqual(['shown']);
  await aWhile();
  expect(seen).toEqual(['shown']);
  wall.remove();
  await expect.poll(() => seen.toSorted(), { timeout: 5000 }).toEqual(['behind', 'in a component', 'shown']);
});

test.each([
  ['a transparent layer, or a link stretched over it', ''],
  ['a dimmed backdrop', 'background: rgb(0 0 0 / 50%)'],
  ['a dimmed backdrop of another colour space', 'background: oklch(0.2 0 0 / 0.5)'],
  ['a backdrop that is dimmed as a whole', 'background: #000; opacity: 0.5'],
  ['a gradient', 'background: linear-gradient(transparent, black)'],
  ['an overlay that is shown when hovered over', 'background: #fff; opacity: 0'],
  ['a layer that takes no pointer', 'background: #fff; pointer-events: none'],
])('what is under %s is seen', async (_, style) => {
  box('under', '');
  nested('in a component');
  layer(style);
  await expect.poll(() => seen.toSorted()).toEqual(['in a component', 'under']);
});

test('neither what is in it, nor what holds it, nor what is beneath covers', async () => {
  const opaque = 'background: #fff; position: absolute; inset: 0';
  layer('background: #fff; z-index: -1');
  box('full', 'position: relative').innerHTML = `<p style="${opaque}">Photo</p>`;
  const card = layer('background: #fff; inset: 100px auto auto 0; width: 100px; height: 100px');
  box('in a card that it is behind of', 'position: relative; z-index: -1', card);
  box('takes no pointer', 'position: fixed; left: 200px; top: 0; pointer-events: none');
  const faded = layer('opacity: 0', `<p style="${opaque}; margin: 0">Quick view</p>`);
  await expect.poll(() => seen.toSorted()).toEqual(['full', 'in a card that it is behind of', 'takes no pointer']);
  expect(document.elementFromPoint(50, 50)).toBe(faded.firstChild);
});

test('of what a sticky header hides a part, the part of less than half is seen', async () => {
  layer('background: #fff; inset: 0 0 auto 0; height: 60px; z-index: 1');
  box('mostly behind it', 'position: fixed; top: 0');
  box('half of it shown', 'position: fixed; top: 20px; left: 200px');
  await expect.poll(() => seen).toEqual(['half of it shown']);
  await aWhile();
  expect(seen).toEqual(['half of it shown']);
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
