import { html, LitElement, nothing, type PropertyValues } from 'lit';
import { productsOf, type ShownProduct } from '../../content/media/products.ts';
import type { ShownMedia } from '../../content/media/shown-media.ts';
import { instanceId } from '../../events/id.ts';
import type { MediaAction } from '../../events/vocabulary.ts';
import { announce, type Widget } from '../shared/dispatch-act.ts';
import { localeOf, stringsFor } from '../shared/locale.ts';
import { isRtl, onRest, stepOf, visibleRange } from '../shared/snap-scroller.ts';
import english, { LOCALES } from './strings.ts';
import styles from './viewer.styles.ts';

export interface ShowOptions {
  /** The widget whose media these are; without one they are told of as best photos of the viewer's own instance. */
  widget?: Widget;
  /** Gets the focus back. By default what has it now. */
  opener?: HTMLElement | null;
}

/**
 * One media at a time, large, with its caption and its products, in a modal dialog. A carousel has one of its own; a
 * page may place one for its carousel (`<vitrine-viewer for="…">`), or show media itself with `show()`.
 *
 * @element vitrine-viewer
 * @attribute {string} for - Id of the carousel whose media this viewer shows, in place of the carousel's own viewer.
 * @attribute {string} locale - Language of its own words; by default that of the text around it.
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
export class VitrineViewer extends LitElement {
  static override styles = styles;
  static override properties = { for: {}, locale: {}, media: { state: true }, index: { state: true } };

  declare for?: string | null;
  declare locale?: string | null;
  declare private media: readonly ShownMedia[];
  declare private index: number;

  #strings = english;
  #widget: Widget | undefined;
  #opener: HTMLElement | null | undefined;
  /** A button's movement is under way to `index`, and nobody has taken hold of the track since. */
  #moving = false;
  /** The last call of `show`. */
  #showing = 0;

  constructor() {
    super();
    this.media = [];
    this.index = 0;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    // A dialog keeps its `open`, and could be neither seen nor opened again.
    this.media = [];
    this.#dialog?.close();
  }

  /** Opens with one of these media. Where there is none at `index`, or it is open there already, nothing happens. */
  async show(media: readonly ShownMedia[], index = 0, { widget, opener }: ShowOptions = {}): Promise<void> {
    const shown = this.#dialog?.open && media === this.media && index === this.index;
    if (shown || !media[index]) return;
    const showing = ++this.#showing;
    this.#strings = await stringsFor(this, english, LOCALES);
    this.#widget = widget;
    this.#opener = opener;
    this.media = media;
    this.index = index;
    this.#moving = false;
    await this.updateComplete;
    // Asked again while this was on its way (a double click), or gone from the page.
    if (showing !== this.#showing || !this.isConnected) return;
    this.#dialog?.showModal();
    this.#scrollTo(index, 'instant');
    this.#announce('view');
  }

  /** Closes as the shopper would. */
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
    const track = this.#track;
    // A track is drawn anew each time the viewer opens.
    if (!track || !changed.has('media') || changed.get('media')?.length) return;
    onRest(track, () => this.#onRest(track));
    const hold = () => {
      this.#moving = false;
    };
    track.addEventListener('pointerdown', hold);
    track.addEventListener('wheel', hold, { passive: true });
  }

  get #dialog(): HTMLDialogElement | null {
    return this.shadowRoot?.querySelector('dialog') ?? null;
  }

  get #track(): HTMLElement | null {
    return this.renderRoot.querySelector('.track');
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
      <div class="track">${media.map((one, at) => this.#slide(one, at))}</div>
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

  /** Only the one in view and its neighbours are drawn, so that fifty media cost no more than three. */
  #slide(media: ShownMedia, at: number) {
    const distance = Math.abs(at - this.index);
    const label = this.#strings.position(at + 1, this.media.length);
    return html`<div class="slide" role="group" aria-label=${label} ?inert=${distance > 0}>
      ${distance < 2 ? this.#contents(media) : nothing}
    </div>`;
  }

  #contents(media: ShownMedia) {
    const date = new Date(media.date);
    return html`<div class="photo" part="photo">${media.video ? this.#video(media) : this.#image(media)}</div>
      <div class="panel" part="panel">
        <p class="by">
          <span class="name"><bdi>${media.uploader || this.#strings.photoBy('')}</bdi></span>
          ${
            date.getTime()
              ? html`<time dir="auto" datetime=${media.date}
                  >${date.toLocaleDateString(localeOf(this), { dateStyle: 'long' })}</time
                >`
              : nothing
          }
        </p>
        ${media.caption ? html`<p class="caption" part="caption" dir="auto">${media.caption}</p>` : nothing}
        <ul>
          ${productsOf(media, localeOf(this)).map((product) => this.#product(product))}
        </ul>
      </div>`;
  }

  #image({ caption, uploader, images, width, height }: ShownMedia) {
    const side = Math.max(width, height);
    return html`<img
      alt=${caption || this.#strings.photoBy(uploader)}
      width=${width || nothing}
      height=${height || nothing}
      sizes="(width < 52rem) 100vw, 46rem"
      srcset="${images.normal} 640w${side > 640 && images.original ? `,${images.original} ${side}w` : ''}"
      src=${images.normal}
      loading="lazy"
      decoding="async"
    />`;
  }

  #video({ video, images, caption, uploader }: ShownMedia) {
    return html`<video
      controls
      playsinline
      preload="none"
      aria-label=${caption || this.#strings.photoBy(uploader)}
      poster=${images.normal}
      src=${video ?? nothing}
      @click=${startFilm}
      @play=${() => this.#announce('play_click')}
    ></video>`;
  }

  #product({ name, price, url, image }: ShownProduct) {
    const shop = () => this.#announce('shop', url);
    return html`<li part="product">
      ${image ? html`<img src=${image} alt="" width="64" height="64" loading="lazy" />` : nothing}
      <div><bdi>${name}</bdi>${price ? html`<span class="price"><bdi>${price}</bdi></span>` : nothing}</div>
      ${
        url
          ? html`<a class="shop" part="shop" href=${url} aria-label="${this.#strings.shop}: ${name}" @click=${shop} @auxclick=${(event: MouseEvent) => event.button === 1 && shop()}
              >${this.#strings.shop}</a
            >`
          : nothing
      }
    </li>`;
  }

  #announce(action: Exclude<MediaAction, 'render' | 'click'>, redirectUrl?: string): void {
    const widget: Widget = this.#widget ?? {
      instance: instanceId(this.localName, 'best', ''),
      scope: { kind: 'best' },
      pics: this.media.length,
      segments: [],
    };
    const said = { ...widget, ...(redirectUrl && { redirectUrl }) };
    announce(this, action, said, this.media[this.index] as ShownMedia);
  }

  #move(step: number): void {
    const to = Math.max(0, Math.min(this.media.length - 1, this.index + step));
    if (to === this.index) return;
    this.#scrollTo(to);
    this.#arrive(to);
    // Where nobody wants motion it is there already.
    this.#moving = visibleRange(this.#track as HTMLElement)[0] !== to;
  }

  /** Styles say how fast, where `behavior` does not. */
  #scrollTo(index: number, behavior?: ScrollBehavior): void {
    const track = this.#track as HTMLElement;
    const width = track.clientWidth;
    track.scrollTo({ left: (isRtl(this) ? -width : width) * index, behavior });
  }

  #arrive(index: number): void {
    const { activeElement } = this.shadowRoot as ShadowRoot;
    // What has the focus in the media that leaves loses it, and with it the keyboard would lose the dialog.
    if (activeElement?.closest('.slide'))
      this.renderRoot.querySelector<HTMLElement>(index > this.index ? '.next' : '.previous')?.focus();
    this.renderRoot.querySelectorAll('video').forEach((video) => void video.pause());
    this.index = index;
    this.#announce('move');
    this.#announce('view');
  }

  /** By finger or wheel. A button's movement has arrived before it comes to rest. */
  #onRest(track: HTMLElement): void {
    const [at] = visibleRange(track);
    if (at === this.index) this.#moving = false;
    // Else this may be the end of the movement before, told after a button has begun the next.
    else if (at >= 0 && !this.#moving && this.#dialog?.open) this.#arrive(at);
  }

  #onKey(event: KeyboardEvent): void {
    const step = stepOf(event, isRtl(this));
    // In a video the arrows seek.
    if (!step || event.target instanceof HTMLVideoElement) return;
    event.preventDefault();
    this.#move(step);
  }

  #onClick({ target }: Event): void {
    if (target === this.#dialog) this.close();
  }

  #onClose(): void {
    // Taken off the page while it was open, it was not the shopper who closed it.
    if (!this.media.length) return;
    this.#announce('close');
    this.media = [];
    // The dialog gives the focus back by itself; not to a button in Safari, which a click does not focus.
    this.#opener?.focus();
  }
}

/** Chromium starts a film by the button in its controls only; a shopper presses the picture, which others start too. */
function startFilm({ currentTarget, offsetY }: MouseEvent): void {
  const film = currentTarget as HTMLVideoElement;
  const onControls = offsetY > film.clientHeight - 80;
  if (onControls || film.played.length) return;
  // After the browser has done what it does of its own.
  setTimeout(() => {
    if (film.paused) film.play().catch(() => {});
  });
}

declare global {
  interface HTMLElementTagNameMap {
    'vitrine-viewer': VitrineViewer;
  }
}
