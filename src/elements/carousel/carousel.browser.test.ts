import axe from 'axe-core';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { cdp, page, server, userEvent } from 'vitest/browser';
import { LISTEN } from '../../events/dom.ts';
import { instanceId } from '../../events/id.ts';
import { EventRecorder, settings } from '../testing/event-recorder.ts';
import type { VitrineCarousel } from './carousel.ts';
import './define.ts';

let recorder: EventRecorder;
beforeEach(async () => {
  await page.viewport(900, 700);
  recorder = new EventRecorder();
  // Development builds say there, once, what is wrong.
  vi.spyOn(console, 'error').mockImplementation(() => {});
});
afterEach(() => {
  vi.restoreAllMocks();
  recorder.end();
  document.body.replaceChildren();
  document.documentElement.dir = '';
});

function place(attributes: string, scenario?: string) {
  const { attributes: own, requests } = settings(scenario);
  document.body.insertAdjacentHTML('beforeend', `<vitrine-carousel ${attributes} ${own}></vitrine-carousel>`);
  return { carousel: document.body.lastElementChild as VitrineCarousel, requests };
}

async function shown(attributes = 'stream="42"', scenario?: string) {
  const placed = place(attributes, scenario);
  await expect.poll(() => slides(placed.carousel).length).toBeGreaterThan(0);
  return placed.carousel;
}

const slides = (carousel: Element) => [...(carousel.shadowRoot?.querySelectorAll<HTMLElement>('.loaded .slide') ?? [])];
const row = (carousel: Element) => carousel.shadowRoot?.querySelector('.loaded') as HTMLElement;
const message = (carousel: Element) => carousel.shadowRoot?.querySelector('[part=message]')?.textContent;
const focused = (carousel: Element) => carousel.shadowRoot?.activeElement;
const inView = (carousel: Element) => slides(carousel).flatMap((slide, at) => (slide.inert ? [] : [at + 1]));
const settled = (carousel: Element) =>
  new Promise((resolve) => row(carousel).addEventListener('scrollend', resolve, { once: true }));

test('an answer of a thousand media makes no more tiles than were asked for', async () => {
  expect(slides(await shown('stream="42" limit="7"', 'endless'))).toHaveLength(7);
  expect(slides(await shown('stream="42"', 'endless'))).toHaveLength(20);
  expect(recorder.acts.filter(({ action, kind }) => kind === 'widget' && action === 'render')).toMatchObject([
    { pics: 7 },
    { pics: 20 },
  ]);
});

describe('what assistive technology is told', () => {
  test('a carousel of labelled slides', async () => {
    await shown('stream="42" limit="3" label="At your homes"');
    await expect.element(page.elementLocator(document.body)).toMatchAriaInlineSnapshot(`
      - region "At your homes":
        - button "Previous photos" [disabled]
        - button "Next photos" [disabled]
        - group "1 of 3":
          - button "Caption of 101":
            - img "Caption of 101"
        - group "2 of 3":
          - button "Caption of 102":
            - img "Caption of 102"
        - group "3 of 3":
          - button "Video: Caption of 103":
            - img "Video: Caption of 103"
        - status
    `);
    const described = (selector: string) =>
      document.querySelector('vitrine-carousel')?.shadowRoot?.querySelector(selector)?.ariaRoleDescription;
    expect([described('section'), described('.slide')]).toEqual(['carousel', 'slide']);
  });

  test('axe finds nothing wrong', async () => {
    const carousel = await shown();
    const { violations } = await axe.run(carousel);
    expect(violations).toEqual([]);
  });

  test('slides out of view are inert', async () => {
    const carousel = await shown();
    await expect.poll(() => inView(carousel)).toEqual([1, 2, 3, 4]);
  });

  test('where it has moved to is said when it has come to rest', async () => {
    await shown();
    await page.getByRole('button', { name: 'Next photos' }).click();
    await expect.element(page.getByRole('status')).toHaveTextContent('Photos 5 to 8 of 12');
  });

  test('in the language of the page, or of its own attribute', async () => {
    document.body.innerHTML = `<div lang="de-AT"><vitrine-carousel stream="42" ${settings().attributes}></vitrine-carousel></div>`;
    await expect.element(page.getByRole('button', { name: 'Nächste Fotos' })).toBeVisible();
    const carousel = document.querySelector('vitrine-carousel') as VitrineCarousel;
    carousel.locale = 'en';
    await expect.element(page.getByRole('button', { name: 'Next photos' })).toBeVisible();
  });
});

describe('acts', () => {
  test('the render of the widget carries all that is known of it', async () => {
    await shown('stream-key="mug 42" segments="country:US, section:a:b" ab-testing="3"');
    await expect.poll(() => recorder.actions).toEqual(['render']);
    expect(recorder.acts[0]).toEqual({
      kind: 'widget',
      action: 'render',
      id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7/),
      at: expect.any(Number),
      instance: instanceId('vitrine-carousel', 'streamKey', 'mug 42'),
      label: 'mug 42',
      scope: { kind: 'stream', id: '42' },
      pics: 12,
      abTesting: 3,
      segments: [
        ['country', 'US'],
        ['section', 'a:b'],
      ],
    });
  });

  test.each([
    ['stream-key="mug 42" label="Worn by customers"', 'Worn by customers'],
    ['category-key="ceramics"', 'ceramics'],
    ['stream="42"', undefined],
    [`stream="42" label="${'x'.repeat(2000)}"`, 'x'.repeat(1024)],
  ])('%.60s: reports call it %.20s', async (attributes, label) => {
    await shown(attributes);
    await expect.poll(() => recorder.acts[0]).toMatchObject({ action: 'render', pics: 12 });
    expect(recorder.acts[0]?.label).toBe(label);
  });

  test('of what is done with a media, the picture is told that its tile has, by its absolute URL', async () => {
    const carousel = await shown('stream="42" instance="pictures"');
    await expect.poll(() => recorder.seen).toContain('101');
    const [first] = slides(carousel) as [HTMLElement];
    await page.elementLocator(first.querySelector('button') as Element).click();
    await expect.poll(() => recorder.actions).toContain('view 101');
    const { src } = first.querySelector('img') as HTMLImageElement;
    expect(src).toMatch(/^http:.*101/);
    const images = recorder.acts.flatMap((act) => (act.kind === 'media' && act.media === '101' ? [act.image] : []));
    expect(images).toEqual([src, src, src]);
  });

  test('a widget instance names itself', async () => {
    await shown('instance="w1"');
    await expect.poll(() => recorder.acts[0]).toMatchObject({ instance: 'w1', scope: { kind: 'stream', id: '42' } });
  });

  test('only media that can be seen are rendered, each once, also when the element is moved', async () => {
    // Of an instance of its own: what a test before it has shown for a second was seen.
    const carousel = await shown('stream="42" instance="seen"');
    // In which order it tells of those that come into view together is Firefox's own.
    const seen = () => recorder.seen.toSorted();
    await expect.poll(seen).toEqual(['101', '102', '103', '104']);
    document.body.append(carousel);
    await page.getByRole('button', { name: 'Next photos' }).click();
    await expect.poll(seen).toEqual(['101', '102', '103', '104', '105', '106', '107', '108']);
  });

  test('in a single-page app each address is a page view of its own, and so is coming back to one', async () => {
    const home = location.href;
    const view = async (address: string) => {
      history.pushState(null, '', address);
      document.body.replaceChildren();
      const before = recorder.seen.length;
      await shown('stream="42" instance="single page"');
      await expect.poll(() => recorder.seen.slice(before).toSorted()).toEqual(['101', '102', '103', '104']);
    };
    try {
      await view('/mug');
      await view('/jug');
      await view('/mug');
      // A page without photos in between.
      history.pushState(null, '', '/about');
      document.body.replaceChildren();
      await view('/mug');
      // A place on the same page is no other page, nor is the element put there again.
      const all = recorder.seen.length;
      history.pushState(null, '', '#reviews');
      document.body.replaceChildren();
      await shown('stream="42" instance="single page"');
      await new Promise((resolve) => setTimeout(resolve, 1500));
      expect(recorder.seen.length).toBe(all);
    } finally {
      history.replaceState(null, '', home);
    }
  });

  test('the page may say when a media counts as seen', async () => {
    await shown('stream="42" instance="seen later" exposure="[0.5, 60000]"');
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(recorder.seen).toEqual([]);
  });

  test('a button moves by what is in view, and says so once', async () => {
    const carousel = await shown();
    await page.getByRole('button', { name: 'Next photos' }).click();
    await expect.poll(() => recorder.actions).toEqual(['render', 'move']);
    expect(inView(carousel)).toEqual([5, 6, 7, 8]);
    await page.getByRole('button', { name: 'Previous photos' }).click();
    await expect.poll(() => recorder.actions).toEqual(['render', 'move', 'move']);
    expect(inView(carousel)).toEqual([1, 2, 3, 4]);
  });

  test('a wheel or finger that comes to rest elsewhere is a move, one that comes back is none', async () => {
    const carousel = await shown();
    await expect.poll(() => inView(carousel)).toEqual([1, 2, 3, 4]);
    row(carousel).addEventListener('scroll', () => row(carousel).scrollTo({ left: 0 }), { once: true });
    row(carousel).scrollTo({ left: 600 });
    await settled(carousel);
    await expect.poll(() => row(carousel).scrollLeft).toBe(0);
    expect(recorder.actions).toEqual(['render']);
    row(carousel).scrollTo({ left: 600 });
    await expect.poll(() => recorder.actions).toEqual(['render', 'move']);
  });

  test('a click is told before the viewer opens', async () => {
    const carousel = await shown();
    slides(carousel)[1]?.querySelector('button')?.click();
    await expect.poll(() => recorder.actions).toEqual(['render', 'click 102', 'view 102']);
  });

  test('acts that no tracker took are dispatched again, unchanged, when one starts', async () => {
    recorder.end();
    const passive = new EventRecorder(false);
    const carousel = await shown();
    slides(carousel)[0]?.querySelector('button')?.click();
    await expect.poll(() => passive.actions).toEqual(['render', 'click 101', 'view 101']);
    passive.end();
    const tracker = new EventRecorder();
    window.dispatchEvent(new Event(LISTEN));
    expect(tracker.acts.filter(({ action, kind }) => kind === 'widget' || action !== 'render')).toEqual(
      passive.acts.filter(({ action, kind }) => kind === 'widget' || action !== 'render'),
    );
    window.dispatchEvent(new Event(LISTEN));
    expect(tracker.actions).toEqual(['render', 'click 101', 'view 101']);
    tracker.end();
  });
});

describe('the keyboard', () => {
  test('arrows, Home and End go from slide to slide, and the row follows', async () => {
    const carousel = await shown();
    const button = (at: number) => slides(carousel)[at]?.querySelector('button');
    button(0)?.focus();
    await userEvent.keyboard('{ArrowRight}{ArrowRight}');
    expect(focused(carousel)).toBe(button(2));
    await userEvent.keyboard('{End}');
    expect(focused(carousel)).toBe(button(11));
    await expect.poll(() => inView(carousel)).toEqual([9, 10, 11, 12]);
    await userEvent.keyboard('{ArrowRight}');
    expect(focused(carousel)).toBe(button(11));
    await userEvent.keyboard('{Home}');
    expect(focused(carousel)).toBe(button(0));
    await expect.poll(() => inView(carousel)).toEqual([1, 2, 3, 4]);
  });

  test('on a button, arrows move the row', async () => {
    const carousel = await shown();
    (page.getByRole('button', { name: 'Next photos' }).element() as HTMLElement).focus();
    await userEvent.keyboard('{ArrowRight}');
    await expect.poll(() => inView(carousel)).toEqual([5, 6, 7, 8]);
    await userEvent.keyboard('{End}');
    await expect.poll(() => inView(carousel)).toEqual([9, 10, 11, 12]);
    // A button that can do no more keeps the focus.
    expect(focused(carousel)).toBe(page.getByRole('button', { name: 'Next photos' }).element());
  });

  test('a slide of which only a part is in view is brought in by the focus', async () => {
    await page.viewport(390, 700);
    const carousel = await shown();
    slides(carousel)[1]?.querySelector('button')?.focus();
    await userEvent.keyboard('{ArrowRight}');
    await expect.poll(() => inView(carousel)).toEqual([2, 3, 4]);
    const { left, right } = (slides(carousel)[2] as HTMLElement).getBoundingClientRect();
    expect([left >= 0, right <= 390]).toEqual([true, true]);
  });

  test('a key with a modifier is the browser’s', async () => {
    const carousel = await shown();
    const event = new KeyboardEvent('keydown', { key: 'ArrowLeft', altKey: true, bubbles: true, cancelable: true });
    slides(carousel)[2]?.querySelector('button')?.dispatchEvent(event);
    expect(event.defaultPrevented).toBe(false);
  });

  test('from right to left, the left arrow goes forwards', async () => {
    document.documentElement.dir = 'rtl';
    const carousel = await shown();
    await expect.poll(() => inView(carousel)).toEqual([1, 2, 3, 4]);
    const boxes = slides(carousel).map((slide) => slide.getBoundingClientRect().left);
    expect(boxes[0]).toBeGreaterThan(boxes[1] as number);
    await page.getByRole('button', { name: 'Next photos' }).click();
    await expect.poll(() => inView(carousel)).toEqual([5, 6, 7, 8]);
    slides(carousel)[5]?.querySelector('button')?.focus();
    await userEvent.keyboard('{ArrowLeft}');
    expect(focused(carousel)).toBe(slides(carousel)[6]?.querySelector('button'));
  });
});

describe('movement', () => {
  // Only Chromium can be told what the shopper asked for.
  test.skipIf(server.browser !== 'chromium')('is smooth, and not where the shopper asked for less motion', async () => {
    const carousel = await shown();
    expect(getComputedStyle(row(carousel)).scrollBehavior).toBe('smooth');
    await emulateReducedMotion(true);
    expect(getComputedStyle(row(carousel)).scrollBehavior).toBe('auto');
    await emulateReducedMotion(false);
  });
});

/** Emulation reaches the page, and with it the frame that tests run in. */
async function emulateReducedMotion(reduce: boolean): Promise<void> {
  const features = [{ name: 'prefers-reduced-motion', value: reduce ? 'reduce' : '' }];
  const session = cdp() as { send(method: string, parameters: object): Promise<unknown> };
  await session.send('Emulation.setEmulatedMedia', { features });
}

describe('data', () => {
  test('a changed attribute hangs up on the request before it and asks anew', async () => {
    const { carousel, requests } = place('stream="42"', 'silent');
    await expect.poll(requests).toHaveLength(1);
    carousel.stream = '43';
    await expect
      .poll(async () => (await requests()).map(({ path, aborted }) => [path.split('?')[0], aborted]))
      .toEqual([
        ['/streams/42/media/recent', true],
        ['/streams/43/media/recent', false],
      ]);
    expect(recorder.errors).toEqual([]);
  });

  test('leaving the page hangs up, and coming back asks anew', async () => {
    const { carousel, requests } = place('stream="42"', 'silent');
    await expect.poll(requests).toHaveLength(1);
    carousel.remove();
    await expect.poll(async () => (await requests())[0]?.aborted).toBe(true);
    document.body.append(carousel);
    await expect.poll(requests).toHaveLength(2);
    expect(recorder.errors).toEqual([]);
  });

  test('another source is another widget', async () => {
    const carousel = await shown();
    carousel.stream = null;
    carousel.category = '7';
    await expect
      .poll(() => recorder.acts.filter(({ kind }) => kind === 'widget').map(({ scope }) => scope))
      .toEqual([
        { kind: 'stream', id: '42' },
        { kind: 'category', id: '7' },
      ]);
  });

  test('is asked for in one CORS-simple request', async () => {
    const { carousel, requests } = place('stream-key="mug 42" limit="5" sorting="rated"');
    await expect.poll(() => slides(carousel).length).toBe(5);
    const log = await requests();
    expect(log.map(({ method }) => method)).toEqual(['GET']);
    expect(log[0]?.path).toMatch(/^\/streams\/media\/rated\?.*tag_key=mug\+42&count=5/);
  });

  test('the page’s tag gives key and API, and no other script that has a key', async () => {
    const { attributes } = settings();
    // Neither is run.
    document.body.innerHTML =
      '<script type="text/plain" data-key="pk_live" src="https://pay.test/checkout.js"></script>' +
      '<script type="text/plain" src="https://ugc.test/vitrine.js"></script>';
    const tag = document.body.lastElementChild as HTMLScriptElement;
    tag.dataset.key = /data-key="(.*?)"/.exec(attributes)?.[1];
    tag.dataset.api = /data-api="(.*?)"/.exec(attributes)?.[1];
    document.body.insertAdjacentHTML('beforeend', '<vitrine-carousel stream="42"></vitrine-carousel>');
    await expect.poll(() => slides(document.querySelector('vitrine-carousel') as Element).length).toBe(12);
  });
});

describe('when there is nothing to show', () => {
  test.each<[string, string, string | undefined]>([
    ['', 'shop', 'markup: expected instance, stream, stream-key, category, category-key or best'],
    ['stream="42" category="7"', 'shop', 'markup: stream and category: expected one source'],
    ['stream="42" segments="nonsense"', 'shop', 'markup: segments: expected key:value, key:value'],
    ['stream="42"', 'failing', 'refused: Internal'],
    ['stream="42"', 'refusing', 'refused: Invalid Credentials.'],
    ['stream="42"', 'html', 'malformed: data: expected an object'],
    ['stream="42"', 'nameless', 'malformed: data._embedded.media[1].id: expected digits'],
    ['category="1"', 'shop', 'not_found: No entity of type Stream was found with id 1.'],
  ])('%s at %s: a quiet message of the same height, and %s', async (attributes, scenario, error) => {
    const { carousel } = place(attributes, scenario);
    const height = carousel.offsetHeight;
    await expect.poll(() => recorder.errors).toEqual([error]);
    await expect.poll(() => message(carousel)).toBe('Photos can’t be shown right now');
    expect(carousel.offsetHeight).toBe(height);
    expect(recorder.acts).toEqual([]);
    expect(console.error).toHaveBeenCalledOnce();
  });

  test('an API that is down', async () => {
    const { carousel } = place('stream="42"', 'down');
    await expect.poll(() => message(carousel)).toBe('Photos can’t be shown right now');
    expect(recorder.errors).toEqual([expect.stringMatching(/^network: http/)]);
  });

  test('a stream that was not found is tracked', async () => {
    place('stream-key="none" ab-testing="1"');
    await expect.poll(() => recorder.acts).toHaveLength(1);
    expect(recorder.acts[0]).toMatchObject({ action: 'render', scope: { kind: 'not_found' }, pics: 0, abTesting: 1 });
    expect(recorder.errors).toEqual(['not_found: No entity of type Stream was found with id 1.']);
  });

  test('a stream without media is a render of none', async () => {
    const { carousel } = place('stream="42"', 'empty');
    await expect.poll(() => message(carousel)).toBe('No photos yet');
    expect(recorder.acts).toMatchObject([{ action: 'render', scope: { kind: 'stream', id: '42' }, pics: 0 }]);
    expect(recorder.errors).toEqual(['media: the source has no media']);
  });

  test('a picture that does not come leaves its place empty', async () => {
    const carousel = await shown('stream="42"', 'broken');
    await expect.poll(() => recorder.errors).toEqual([expect.stringMatching(/^media: .*\/images\/none/)]);
    const [, tile] = slides(carousel);
    expect(tile?.offsetWidth).toBe(slides(carousel)[0]?.offsetWidth);
    expect(getComputedStyle(tile?.querySelector('img') as Element).opacity).toBe('0');
    await expect.element(page.getByRole('button', { name: 'Caption of 2' })).toBeInTheDocument();
    await expect.poll(() => recorder.seen).toEqual(['1', '3']);
  });
});

test('what strangers wrote is text, and nothing of it runs', async () => {
  const carousel = await shown('stream="42"', 'hostile');
  const image = slides(carousel)[0]?.querySelector('img');
  expect(image?.alt).toContain('<script>window.harmed=1</script>');
  expect(carousel.shadowRoot?.querySelectorAll('script, [onerror]')).toHaveLength(0);
  expect(slides(carousel)[2]?.querySelector('img')?.srcset).not.toContain('javascript');
  expect('harmed' in window).toBe(false);
});

test('nothing shifts, from before the element is defined until its pictures are there', async () => {
  const shifts: PerformanceEntry[] = [];
  const observer = new PerformanceObserver((list) => shifts.push(...list.getEntries()));
  observer.observe({ type: 'layout-shift' });
  const style = document.createElement('style');
  style.textContent = 'shop-photos { display: block; height: 14rem }';
  document.body.append(style);
  document.body.insertAdjacentHTML(
    'beforeend',
    `<shop-photos stream="42" ${settings().attributes}></shop-photos><p>The page goes on</p>`,
  );
  const frame = () => new Promise(requestAnimationFrame);
  await frame();
  await frame();
  const { VitrineCarousel } = await import('./carousel.ts');
  customElements.define('shop-photos', class extends VitrineCarousel {});
  const carousel = document.querySelector('shop-photos') as Element;
  await expect
    .poll(() => slides(carousel).filter((slide) => slide.querySelector('img')?.complete).length)
    .toBeGreaterThan(3);
  await frame();
  await frame();
  observer.takeRecords().forEach((entry) => {
    shifts.push(entry);
  });
  expect(shifts).toEqual([]);
});

test('how many fit follows the element’s own width', async () => {
  const carousel = await shown();
  for (const [width, fit] of [
    [360, 2.3],
    [600, 3.3],
    [900, 4],
    [1000, 5],
  ] as const) {
    carousel.style.width = `${width}px`;
    const [first, second] = slides(carousel).map((slide) => slide.getBoundingClientRect().left) as [number, number];
    expect((width + 8) / (second - first)).toBeCloseTo(fit, 1);
  }
});

test('the first picture has the line to itself, the others come after it, and none before the page’s own', async () => {
  const carousel = await shown();
  const images = slides(carousel).map((slide) => slide.querySelector('img') as HTMLImageElement);
  await expect.poll(() => images.slice(0, 3).every(({ naturalWidth }) => naturalWidth > 0)).toBe(true);
  const [first, ...others] = images.slice(0, 3).map(({ currentSrc }) => performance.getEntriesByName(currentSrc)[0]);
  for (const other of others) {
    expect(other?.startTime).toBeGreaterThanOrEqual((first as PerformanceResourceTiming).responseEnd);
  }
  expect(images.every((image) => image.fetchPriority === 'low' && image.decoding === 'async')).toBe(true);
  expect(images.every(({ loading }) => loading === 'lazy')).toBe(true);
  expect(images[0]?.getAttribute('width')).toBe('900');
});

test('the viewer’s code is not asked for before the shopper reaches for a photo', async () => {
  const carousel = await shown();
  const asked = () => performance.getEntriesByType('resource').some(({ name }) => name.includes('/viewer/define'));
  if (!customElements.get('vitrine-viewer')) expect(asked()).toBe(false);
  slides(carousel)[0]?.querySelector('button')?.focus();
  await expect.poll(asked).toBe(true);
});
