import { css, html } from 'lit';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { page } from 'vitest/browser';
import english from '../carousel/strings.ts';
import { EventRecorder, settings } from '../testing/event-recorder.ts';
import { MediaWidget } from './media-widget.ts';
import { WIDGET_ATTRIBUTES, WidgetElement } from './widget-attributes.ts';

/** Another element than the carousel: a list, which has no more of its own than this layout. */
class MediaList extends WidgetElement {
  static override properties = WIDGET_ATTRIBUTES;
  static override styles = css`
    ul {
      display: flex;
    }
    button,
    img {
      width: 6rem;
      height: 6rem;
    }
  `;
  connected: boolean[] = [];
  #widget: MediaWidget<'carousel'> = new MediaWidget(this, {
    name: 'carousel',
    english,
    skeleton: () => html`<p>Loading</p>`,
    render: (media) => html`<ul>${media.map((one, at) => html`<li>${this.#widget.tile(one, at)}</li>`)}</ul>`,
    sizes: '10rem',
    connected: (isNew) => this.connected.push(isNew),
  });
  protected override render() {
    return this.#widget.render();
  }
}
customElements.define('media-list', MediaList);

let recorder: EventRecorder;
beforeEach(async () => {
  await page.viewport(900, 700);
  recorder = new EventRecorder();
  vi.spyOn(console, 'error').mockImplementation(() => {});
});
afterEach(() => {
  vi.restoreAllMocks();
  recorder.end();
  document.body.replaceChildren();
});

function place(attributes: string, scenario?: string) {
  const { attributes: own, requests } = settings(scenario);
  document.body.insertAdjacentHTML('beforeend', `<media-list ${attributes} ${own}></media-list>`);
  const list = document.body.lastElementChild as MediaList;
  const tiles = () => [...(list.shadowRoot?.querySelectorAll<HTMLElement>('li button') ?? [])];
  const text = () => list.shadowRoot?.textContent?.trim();
  return { list, requests, tiles, text };
}

test('an element that has only a layout loads its media, and tells that they were rendered and seen', async () => {
  const { list, tiles, text } = place('stream="42" limit="3" exposure="[0.5, 1]"');
  await expect.poll(text).toBe('Loading');
  await expect.poll(() => tiles().length).toBe(3);
  expect(recorder.acts[0]).toMatchObject({ kind: 'widget', action: 'render', pics: 3, segments: [] });
  await expect.poll(() => recorder.seen.toSorted()).toEqual(['101', '102', '103']);
  expect(list.connected).toEqual([true]);
});

test('a click on a tile opens the viewer within the element', async () => {
  const { list, tiles } = place('stream="42" limit="3"');
  await expect.poll(() => tiles().length).toBe(3);
  tiles()[1]?.click();
  const dialog = () => list.shadowRoot?.querySelector('vitrine-viewer')?.shadowRoot?.querySelector('dialog');
  await expect.poll(() => dialog()?.open).toBe(true);
  await expect.poll(() => recorder.actions).toEqual(['render', 'click 102', 'view 102']);
});

test('an element that moves within the page keeps its media and requests nothing', async () => {
  const { list, tiles, requests } = place('stream="42" limit="3"');
  await expect.poll(() => tiles().length).toBe(3);
  const before = (await requests()).length;
  document.body.prepend(list);
  await list.updateComplete;
  expect(tiles()).toHaveLength(3);
  expect(list.connected).toEqual([true, false]);
  expect((await requests()).length).toBe(before);
  expect(recorder.actions).toEqual(['render']);
});

test('another source is loaded and rendered anew; a property that names none is not', async () => {
  const { list, tiles } = place('stream="42" limit="3"');
  await expect.poll(() => tiles().length).toBe(3);
  list.label = 'At your homes';
  await list.updateComplete;
  list.limit = 5;
  await expect.poll(() => tiles().length).toBe(5);
  expect(list.connected).toEqual([true, true]);
  expect(recorder.actions).toEqual(['render', 'render']);
});

test('a failure is an event and a message, and another source shows media again', async () => {
  const { list, tiles, text } = place('stream="42" category="7"');
  await expect.poll(text).toBe(english.failed);
  expect(recorder.errors).toEqual(['markup: stream and category: expected one source']);
  list.category = null;
  await expect.poll(() => tiles().length).toBeGreaterThan(3);
});
