import axe from 'axe-core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import '../carousel/define.ts';
import type { VitrineCarousel } from '../carousel/carousel.ts';
import { EventRecorder, settings } from '../testing/event-recorder.ts';
import type { VitrineViewer } from './viewer.ts';

let recorder: EventRecorder;
beforeEach(async () => {
  await page.viewport(1100, 700);
  recorder = new EventRecorder();
});
afterEach(() => {
  recorder.end();
  document.body.replaceChildren();
  document.documentElement.dir = '';
  document.documentElement.lang = '';
});

/** A carousel whose slide was clicked, and the viewer that has opened. */
async function opened(at = 0, { attributes = 'stream="42"', scenario = 'shop', viewer = '' } = {}) {
  document.body.insertAdjacentHTML(
    'beforeend',
    `${viewer}<vitrine-carousel id="photos" ${attributes} ${settings(scenario).attributes}></vitrine-carousel>`,
  );
  const carousel = document.querySelector('vitrine-carousel') as VitrineCarousel;
  const slide = () => carousel.shadowRoot?.querySelectorAll<HTMLElement>('.loaded .slide button')[at];
  await expect.poll(slide).toBeTruthy();
  slide()?.focus();
  slide()?.click();
  const shown = (viewer ? document : carousel.shadowRoot)?.querySelector('vitrine-viewer') as VitrineViewer;
  await expect.poll(() => dialog(shown)?.open).toBe(true);
  await expect.poll(() => recorder.actions.at(-1)).toMatch(/^view/);
  return { carousel, viewer: shown, slide: slide() as HTMLElement };
}

const dialog = (viewer: VitrineViewer) => viewer.shadowRoot?.querySelector('dialog');
const inside = <E extends Element>(viewer: VitrineViewer, selector: string) =>
  [...(viewer.shadowRoot?.querySelectorAll<HTMLElement>(selector) ?? [])] as unknown as E[];
const current = (viewer: VitrineViewer) => inside<HTMLElement>(viewer, '.slide').filter(({ inert }) => !inert);
const rested = (viewer: VitrineViewer) =>
  new Promise((resolve) => inside(viewer, '.row')[0]?.addEventListener('scrollend', resolve, { once: true }));
/** It has come to this media, and what that says has been said. */
async function restedAt(viewer: VitrineViewer, at: number) {
  const [row] = inside<HTMLElement>(viewer, '.row') as [HTMLElement];
  await expect.poll(() => Math.abs(row.scrollLeft)).toBe(at * row.clientWidth);
  await new Promise((resolve) => setTimeout(resolve, 200));
}

describe('acts', () => {
  test('from the click to the close, in their order and each with its media', async () => {
    const { viewer } = await opened(1);
    await page.getByRole('button', { name: 'Next photo', exact: true }).click();
    const [video] = inside<HTMLVideoElement>(viewer, 'video');
    video?.play().catch(() => {});
    await expect.poll(() => recorder.actions.at(-1)).toBe('play_click 103');
    await page.getByRole('button', { name: 'Previous photo', exact: true }).click();
    await page.getByRole('button', { name: 'Close' }).click();
    await expect.poll(() => recorder.actions.at(-1)).toMatch(/^close/);
    expect(recorder.actions).toEqual([
      'render',
      'click 102',
      'view 102',
      'move 103',
      'view 103',
      'play_click 103',
      'move 102',
      'view 102',
      'close 102',
    ]);
    for (const act of recorder.acts)
      expect(act).toMatchObject({
        scope: { kind: 'stream', id: '42' },
        pics: 12,
        instance: recorder.acts[0]?.instance,
      });
    for (const act of recorder.acts)
      if (act.kind === 'media') expect(act.image).toMatch(new RegExp(`^http://.*/${act.media}-normal`));
    expect(new Set(recorder.acts.map(({ id }) => id)).size).toBe(recorder.acts.length);
  });

  test('a swipe that comes to rest on another media has moved to it, one that comes back has not', async () => {
    const { viewer } = await opened();
    const [row] = inside<HTMLElement>(viewer, '.row') as [HTMLElement];
    row.addEventListener('scroll', () => row.scrollTo({ left: 0 }), { once: true });
    row.scrollTo({ left: row.clientWidth });
    await rested(viewer);
    await expect.poll(() => row.scrollLeft).toBe(0);
    row.scrollTo({ left: row.clientWidth * 0.8 });
    await expect.poll(() => recorder.actions.at(-1)).toBe('view 102');
    expect(recorder.actions).toEqual(['render', 'click 101', 'view 101', 'move 102', 'view 102']);
  });

  test('a button pressed as a movement ends says each media once', async () => {
    const { viewer } = await opened(1);
    const [row] = inside<HTMLElement>(viewer, '.row') as [HTMLElement];
    const [back] = inside<HTMLElement>(viewer, '.previous') as [HTMLElement];
    const ended = rested(viewer).then(() => {
      back.click();
      return rested(viewer);
    });
    await page.getByRole('button', { name: 'Next photo', exact: true }).click();
    await ended;
    expect(row.scrollLeft).toBe(row.clientWidth);
    expect(recorder.actions.slice(2)).toEqual(['view 102', 'move 103', 'view 103', 'move 102', 'view 102']);
  });

  test('a finger that takes hold of a button’s movement decides where it goes', async () => {
    const { viewer } = await opened(1);
    const [row] = inside<HTMLElement>(viewer, '.row') as [HTMLElement];
    row.addEventListener(
      'scroll',
      () => {
        row.dispatchEvent(new PointerEvent('pointerdown'));
        row.scrollTo({ left: 0 });
      },
      { once: true },
    );
    await page.getByRole('button', { name: 'Next photo', exact: true }).click();
    await expect.poll(() => recorder.actions.at(-1)).toBe('view 101');
    expect(recorder.actions.slice(2)).toEqual(['view 102', 'move 103', 'view 103', 'move 101', 'view 101']);
    expect(current(viewer)).toEqual([inside(viewer, '.slide')[0]]);
  });

  test('going fast says each media once', async () => {
    const { viewer } = await opened();
    await userEvent.keyboard('{ArrowRight}{ArrowRight}{ArrowRight}');
    await restedAt(viewer, 3);
    expect(recorder.actions.slice(2)).toEqual([
      'view 101',
      'move 102',
      'view 102',
      'move 103',
      'view 103',
      'move 104',
      'view 104',
    ]);
    expect(current(viewer)).toEqual([inside(viewer, '.slide')[3]]);
  });

  test.each([
    ['a click', { button: 'left' }],
    ['a middle click', { button: 'middle' }],
  ] as const)('%s on the link is a shop act, and the link is left to the browser', async (_, options) => {
    await opened();
    const prevented: boolean[] = [];
    const stay = (event: Event) => {
      prevented.push(event.defaultPrevented);
      event.preventDefault();
    };
    window.addEventListener('click', stay);
    window.addEventListener('auxclick', stay);
    const link = page.getByRole('link', { name: 'Shop this product: Mug 42' }).first();
    await link.click(options);
    await expect.poll(() => recorder.actions.at(-1)).toBe('shop 101');
    expect(recorder.acts.at(-1)).toMatchObject({ redirectUrl: 'https://shop.test/products/mug-42' });
    expect(link.element().getAttribute('href')).toBe('https://shop.test/products/mug-42');
    expect(prevented).toEqual([false]);
    window.removeEventListener('click', stay);
    window.removeEventListener('auxclick', stay);
  });

  test('a right click on the link is none', async () => {
    await opened();
    const link = page.getByRole('link', { name: 'Shop this product: Mug 42' }).first();
    await link.click({ button: 'right' });
    expect(recorder.actions).toEqual(['render', 'click 101', 'view 101']);
  });
});

describe('the dialog', () => {
  test('tells assistive technology of one media', async () => {
    await opened(0, { attributes: 'stream="42" limit="2"' });
    await expect.element(page.getByRole('dialog')).toMatchAriaInlineSnapshot(`
      - dialog "Customer photos":
        - status: 1 of 2
        - button "Close"
        - button "Previous photo" [disabled]
        - button "Next photo"
        - group "1 of 2":
          - img "Caption of 101"
          - paragraph:
            - text: Ada Lovelace
            - time: May 2, 2026
          - paragraph: Caption of 101
          - list:
            - listitem:
              - text: Mug 42 €18.00
              - link "Shop this product: Mug 42":
                - /url: https://shop.test/products/mug-42
                - text: Shop this product
        - group "2 of 2":
          - img "Caption of 102"
          - paragraph:
            - text: Ada Lovelace
            - time: May 2, 2026
          - paragraph: Caption of 102
          - list:
            - listitem:
              - text: Mug 42 €18.00
              - link "Shop this product: Mug 42":
                - /url: https://shop.test/products/mug-42
                - text: Shop this product
    `);
  });

  test('axe finds nothing wrong', async () => {
    const { viewer } = await opened();
    await Promise.all(
      dialog(viewer)
        ?.getAnimations()
        .map(({ finished }) => finished) ?? [],
    );
    const { violations } = await axe.run(document.body, { rules: { region: { enabled: false } } });
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
  });

  test.each<[string, (viewer: VitrineViewer) => Promise<void>]>([
    ['Escape', () => userEvent.keyboard('{Escape}')],
    ['the button', () => page.getByRole('button', { name: 'Close' }).click()],
    ['a click beside it', async (viewer) => dialog(viewer)?.click()],
  ])('%s closes it and gives the focus back', async (_, close) => {
    const { carousel, viewer, slide } = await opened(2);
    await close(viewer);
    await expect.poll(() => recorder.actions.at(-1)).toBe('close 103');
    expect(dialog(viewer)?.open).toBe(false);
    expect(carousel.shadowRoot?.activeElement).toBe(slide);
    expect(inside(viewer, '.slide, video, img')).toEqual([]);
  });

  test('opens on a page whose language is written as no browser takes it', async () => {
    document.documentElement.lang = 'en_US';
    const { viewer } = await opened();
    expect(inside(viewer, 'time')[0]?.textContent).toMatch(/^\w+ \d+, \d{4}$/);
  });

  test('a double click is two clicks and one view', async () => {
    const { viewer, slide } = await opened();
    viewer.close();
    await expect.poll(() => recorder.actions.at(-1)).toMatch(/^close/);
    const from = recorder.actions.length;
    slide.click();
    slide.click();
    await expect.poll(() => recorder.actions.at(-1)).toMatch(/^view/);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(recorder.actions.slice(from)).toEqual(['click 101', 'click 101', 'view 101']);
  });

  test('nothing to show is not opened, and nothing to close is not closed', async () => {
    const viewer = document.body.appendChild(document.createElement('vitrine-viewer')) as VitrineViewer;
    viewer.close();
    await viewer.show([]);
    expect(dialog(viewer)?.open).toBe(false);
    expect(recorder.actions).toEqual([]);
  });

  test('taken off the page while it is open, it can be opened again', async () => {
    const { carousel, viewer, slide } = await opened();
    carousel.remove();
    document.body.append(carousel);
    await expect.poll(() => dialog(viewer)?.open).toBe(false);
    slide.click();
    await expect.poll(() => dialog(viewer)?.matches(':modal')).toBe(true);
  });

  test('opens again', async () => {
    const { viewer, slide } = await opened(2);
    await userEvent.keyboard('{Escape}');
    await expect.poll(() => recorder.actions.at(-1)).toBe('close 103');
    slide.click();
    await expect.poll(() => recorder.actions.at(-1)).toBe('view 103');
    expect(dialog(viewer)?.open).toBe(true);
    const [row] = inside<HTMLElement>(viewer, '.row') as [HTMLElement];
    expect(row.scrollLeft).toBe(row.clientWidth * 2);
  });

  test('arrows, Home and End move, and stop at the ends', async () => {
    const { viewer } = await opened();
    await userEvent.keyboard('{ArrowLeft}{End}');
    await restedAt(viewer, 11);
    await userEvent.keyboard('{ArrowRight}');
    await expect.element(page.getByText('12 of 12')).toBeVisible();
    expect(current(viewer)).toEqual([inside(viewer, '.slide')[11]]);
    expect(recorder.actions.slice(3)).toEqual(['move 112', 'view 112']);
  });

  test('arrows go on from a link in a media, which leaves with it', async () => {
    const { viewer } = await opened();
    inside<HTMLElement>(viewer, 'a.shop')[0]?.focus();
    await userEvent.keyboard('{ArrowRight}');
    await expect.poll(() => recorder.actions.at(-1)).toBe('view 102');
    await restedAt(viewer, 1);
    expect(viewer.shadowRoot?.activeElement?.ariaLabel).toBe('Next photo');
    await userEvent.keyboard('{ArrowRight}');
    await expect.poll(() => recorder.actions.at(-1)).toBe('view 103');
  });

  test('from right to left, the left arrow goes forwards', async () => {
    document.documentElement.dir = 'rtl';
    const { viewer } = await opened();
    await userEvent.keyboard('{ArrowLeft}');
    await restedAt(viewer, 1);
    expect(recorder.actions.slice(2)).toEqual(['view 101', 'move 102', 'view 102']);
    const [row] = inside<HTMLElement>(viewer, '.row') as [HTMLElement];
    expect(current(viewer)[0]?.getBoundingClientRect().left).toBeCloseTo(row.getBoundingClientRect().left, 0);
  });

  test('keeps the page behind it where it is, and nothing of the page changes', async () => {
    const { carousel } = await opened();
    await userEvent.keyboard('{Escape}');
    document.body.insertAdjacentHTML('beforeend', '<div style="height: 300vh"></div>');
    const { clientWidth: width, outerHTML } = document.documentElement;
    carousel.shadowRoot?.querySelector<HTMLElement>('.slide button')?.click();
    await expect.poll(() => recorder.actions.filter((one) => one === 'view 101')).toHaveLength(2);
    await userEvent.wheel(carousel, { delta: { y: 400 } });
    await userEvent.keyboard('{PageDown}');
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(window.scrollY).toBe(0);
    expect(document.documentElement.clientWidth).toBe(width);
    expect(document.documentElement.outerHTML).toBe(outerHTML);
  });

  test('a press on a film starts it, once', async () => {
    const { viewer } = await opened(2);
    const [video] = inside<HTMLVideoElement>(viewer, 'video') as [HTMLVideoElement];
    await userEvent.click(video);
    await expect.poll(() => recorder.actions.slice(3)).toEqual(['play_click 103']);
    expect(video.paused).toBe(false);
  });

  test('a film stops when the shopper moves on', async () => {
    const { viewer } = await opened(2);
    const [video] = inside<HTMLVideoElement>(viewer, 'video') as [HTMLVideoElement];
    video.play().catch(() => {});
    await expect.poll(() => recorder.actions.at(-1)).toBe('play_click 103');
    expect(video.paused).toBe(false);
    await userEvent.keyboard('{ArrowRight}');
    expect(video.paused).toBe(true);
  });
});

test('a viewer of the page’s own stands in for the carousel’s', async () => {
  const { carousel, viewer } = await opened(0, {
    viewer: '<vitrine-viewer for="photos" locale="de"></vitrine-viewer>',
  });
  expect(viewer.parentElement).toBe(document.body);
  expect(dialog(carousel.shadowRoot?.querySelector('vitrine-viewer') as VitrineViewer)?.open).toBe(false);
  await expect.element(page.getByRole('button', { name: 'Schließen' })).toBeVisible();
});

test('what strangers wrote is text, isolated in its direction, and no link of theirs is one', async () => {
  const { viewer } = await opened(0, { scenario: 'hostile' });
  const [caption] = inside<HTMLElement>(viewer, '.caption') as [HTMLElement];
  expect(caption.textContent).toContain('<script>window.harmed=1</script>');
  expect(caption.textContent).toContain('\u202e');
  expect(getComputedStyle(caption).unicodeBidi).toMatch(/isolate|plaintext/);
  expect(inside<HTMLElement>(viewer, '.name bdi')[0]?.textContent).toContain('\u202e');
  const first = current(viewer)[0] as HTMLElement;
  expect([...first.querySelectorAll('a')].map(({ href }) => href)).toEqual([
    'https://shop.test/%22onclick=%22window.harmed=1',
  ]);
  expect(inside(viewer, 'script, [onerror], [onclick]')).toEqual([]);
  // A film without an address it can have is shown as its poster.
  expect(inside(viewer, 'video')).toEqual([]);
  expect('harmed' in window).toBe(false);
});
