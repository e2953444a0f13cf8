import { html, LitElement, nothing, type PropertyValues } from 'lit';
import type { ShownMedia } from '../../content/media/shown-media.ts';
import { instanceId } from '../../events/id.ts';
import type { MediaAction } from '../../events/vocabulary.ts';
import type { Attribute, ElementWith } from '../shared/attributes.ts';
import { dispatchAct, type Widget } from '../shared/dispatch-act.ts';
import { localeOf, stringsFor } from '../shared/locale.ts';
import { isRtl, onRest, stepOf, visibleRange } from '../shared/snap-scroller.ts';
import { LOCALE_ATTRIBUTE } from '../shared/widget-attributes.ts';
import { contentsOf } from './contents.ts';
import english from './strings.ts';
import styles from './viewer.styles.ts';

/** Attributes of the viewer. */
const VIEWER_ATTRIBUTES = {
  /** Id of the carousel whose media this viewer shows, in place of the carousel's own viewer. */
  for: {} as Attribute<string>,
  ...LOCALE_ATTRIBUTE,
};

const ViewerElement: ElementWith<typeof VIEWER_ATTRIBUTES> = LitElement;

export interface ShowOptions {
  /** The widget whose media these are. Without a widget, acts name them as best photos of the viewer's own instance. */
  widget?: Widget;
  /** The element that gets the focus when the viewer closes; by default the one that has the focus now. */
  opener?: HTMLElement | null;
}

/**
 * One media at a time, large, with its caption and its products, in a modal dialog. A carousel has one of its own; a
 * page may place one for its carousel (`<vitrine-viewer for="…">`), or show media itself with `show()`.
 *
 * @element vitrine-viewer
 *
 * @fires vitrine-view - A media is shown: the one opened, and each that the shopper moves to.
 * @fires vitrine-move - The shopper has moved to this media; the `vitrine-view` of it follows.
 * @fires vitrine-play-click - The shopper has started its video.
 * @fires vitrine-shop - The shopper follows "Shop this product"; `redirectUrl` says where to.
 * @fires vitrine-close - The shopper has closed the viewer, at this media.
 *
 * @csspart dialog - The dialog, which covers the viewport.
 * @csspart photo - Around a photo or video.
 * @csspart panel - Everything that is told about it.
 * @csspart caption - What its author wrote.
 * @csspart product - A product in it.
 * @csspart shop - The link to a product.
 * @csspart close - The button that closes.
 *
 * @cssproperty [--vitrine-radius=0.5rem] - Roundness.
 * @cssproperty [--vitrine-accent=CanvasText] - Colour of the link to a product and of the focus ring.
 * @cssproperty [--vitrine-accent-text=Canvas] - Colour of text on it.
 */
export class VitrineViewer extends ViewerElement {
  static override styles = styles;
  static override properties = { ...VIEWER_ATTRIBUTES, media: { state: true }, index: { state: true } };

  declare private media: readonly ShownMedia[];
  declare private index: number;

  #strings = english;
  #widget: Widget | undefined;
  #opener: HTMLElement | null | undefined;
  /** Whether a button scrolls the row to `index`, and no pointer or wheel has moved it since. */
  #isMoving = false;
  /** Number of the last call of `show`. */
  #showing = 0;

  constructor() {
    super();
    this.media = [];
    this.index = 0;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    // A dialog that leaves the page stays `open`, and could not be opened again.
    this.media = [];
    this.#dialog?.close();
  }

  /** Opens the viewer at a media. Nothing happens where `media` has none at `index`, or the viewer shows it already. */
  async show(media: readonly ShownMedia[], index = 0, { widget, opener }: ShowOptions = {}): Promise<void> {
    const shown = this.#dialog?.open && media === this.media && index === this.index;
    if (shown || !media[index]) return;
    const showing = ++this.#showing;
    this.#strings = await stringsFor(this, 'viewer', english);
    this.#widget = widget;
    this.#opener = opener;
    this.media = media;
    this.index = index;
    this.#isMoving = false;
    await this.updateComplete;
    // Meanwhile `show` may have been called again (a double click), or the viewer removed.
    if (showing !== this.#showing || !this.isConnected) return;
    this.#dialog?.showModal();
    this.#scrollTo(index, 'instant');
    this.#dispatch('view');
  }

  /** Closes the viewer, with the same act as a shopper's click. */
  close(): void {
    this.#dialog?.close();
  }

  protected override render() {
    const { label } = this.#strings;
    return html`<dialog part="dialog" aria-label=${label} @close=${this.#onClose} @click=${this.#onClick} @keydown=${this.#onKey}>
      ${this.media.length ? this.#card() : nothing}
    </dialog>`;
  }

  protected override updated(changed: PropertyValues<{ media?: readonly ShownMedia[] }>): void {
    const scroller = this.#scroller;
    // A row is rendered anew each time the viewer opens.
    if (!scroller || !changed.has('media') || changed.get('media')?.length) return;
    onRest(scroller, () => this.#onRest(scroller));
    const hold = () => {
      this.#isMoving = false;
    };
    scroller.addEventListener('pointerdown', hold);
    scroller.addEventListener('wheel', hold, { passive: true });
  }

  get #dialog(): HTMLDialogElement | null {
    return this.shadowRoot?.querySelector('dialog') ?? null;
  }

  get #scroller(): HTMLElement | null {
    return this.renderRoot.querySelector('.row');
  }

  #card() {
    const { close, previous, next, position } = this.#strings;
    const { index, media } = this;
    return html`<div class="card">
      <p class="count" role="status" dir="auto">${position(index + 1, media.length)}</p>
      <button class="close" part="close" aria-label=${close} @click=${this.close}>
        <svg viewBox="0 0 24 24" aria-hidden="true"><path d="m6 6 12 12M18 6 6 18" /></svg>
      </button>
      ${this.#arrow('previous', previous, -1, index === 0)}
      ${this.#arrow('next', next, 1, index === media.length - 1)}
      <div class="row">${media.map((one, at) => this.#slide(one, at))}</div>
    </div>`;
  }

  #arrow(name: string, label: string, step: number, disabled: boolean) {
    return html`<button
      class="arrow ${name}"
      aria-label=${label}
      aria-disabled=${disabled}
      @click=${() => this.#move(step)}
    ></button>`;
  }

  /** A slide has contents only in view and beside it, so that fifty media cost no more than three. */
  #slide(media: ShownMedia, at: number) {
    const distance = Math.abs(at - this.index);
    const label = this.#strings.position(at + 1, this.media.length);
    return html`<div class="slide" role="group" aria-label=${label} ?inert=${distance > 0}>
      ${distance < 2 ? contentsOf(media, this.#contents) : nothing}
    </div>`;
  }

  get #contents() {
    return {
      strings: this.#strings,
      locale: localeOf(this),
      onPlay: () => this.#dispatch('play_click'),
      onShop: (url: string) => this.#dispatch('shop', url),
    };
  }

  #dispatch(action: Exclude<MediaAction, 'render' | 'click'>, redirectUrl?: string): void {
    const widget: Widget = this.#widget ?? {
      instance: instanceId(this.localName, 'best', ''),
      scope: { kind: 'best' },
      pics: this.media.length,
      segments: [],
    };
    const fields = { ...widget, ...(redirectUrl && { redirectUrl }) };
    dispatchAct(this, action, fields, this.media[this.index] as ShownMedia);
  }

  #move(step: number): void {
    const to = Math.max(0, Math.min(this.media.length - 1, this.index + step));
    if (to === this.index) return;
    this.#scrollTo(to);
    this.#arrive(to);
    // With reduced motion the row has arrived already.
    this.#isMoving = visibleRange(this.#scroller as HTMLElement)[0] !== to;
  }

  /** The styles set the speed, unless `behavior` does. */
  #scrollTo(index: number, behavior?: ScrollBehavior): void {
    const scroller = this.#scroller as HTMLElement;
    const width = scroller.clientWidth;
    scroller.scrollTo({ left: (isRtl(this) ? -width : width) * index, behavior });
  }

  #arrive(index: number): void {
    const { activeElement } = this.shadowRoot as ShadowRoot;
    // A focused element of the slide that leaves becomes inert and loses the focus, and the keyboard would leave the dialog.
    if (activeElement?.closest('.slide'))
      this.renderRoot.querySelector<HTMLElement>(index > this.index ? '.next' : '.previous')?.focus();
    this.renderRoot.querySelectorAll('video').forEach((video) => void video.pause());
    this.index = index;
    this.#dispatch('move');
    this.#dispatch('view');
  }

  /** Handles the end of a scroll by finger or wheel. A button's scroll has been handled when it began. */
  #onRest(scroller: HTMLElement): void {
    const [at] = visibleRange(scroller);
    if (at === this.index) this.#isMoving = false;
    // While a button moves the row, this is the late end of an earlier scroll.
    else if (at >= 0 && !this.#isMoving && this.#dialog?.open) this.#arrive(at);
  }

  #onKey(event: KeyboardEvent): void {
    const step = stepOf(event, isRtl(this));
    // In a video the arrow keys seek.
    if (!step || event.target instanceof HTMLVideoElement) return;
    event.preventDefault();
    this.#move(step);
  }

  #onClick({ target }: Event): void {
    if (target === this.#dialog) this.close();
  }

  #onClose(): void {
    // A viewer that was removed while it was open has no media: the shopper did not close it.
    if (!this.media.length) return;
    this.#dispatch('close');
    this.media = [];
    // The dialog restores the focus by itself, except to a button in Safari: a click does not focus it there.
    this.#opener?.focus();
  }
}
