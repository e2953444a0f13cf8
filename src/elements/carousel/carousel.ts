import { html } from 'lit';
import type { ShownMedia } from '../../content/media/shown-media.ts';
import { MediaWidget } from '../shared/media-widget.ts';
import { prefetchViewer } from '../shared/open-viewer.ts';
import { isRtl, onRest, stepOf, visibleRange } from '../shared/snap-scroller.ts';
import { WIDGET_ATTRIBUTES, WidgetElement } from '../shared/widget-attributes.ts';
import styles from './carousel.styles.ts';
import english from './strings.ts';

/**
 * Customers' photos and videos in a row that scrolls sideways. A click opens one in `<vitrine-viewer>`, whose code is
 * loaded when the shopper reaches for the row.
 *
 * The content API and its key are those of the page's script tag, or of `data-api` and `data-key` on the element.
 * The element fills the height that the page gives it: `vitrine-carousel { display: block; height: 14rem }` in the
 * page's own CSS reserves the place before any script has run.
 *
 * @element vitrine-carousel
 *
 * @fires vitrine-render - The widget shows its media; again, with `kind: 'media'`, for each media that was seen.
 * @fires vitrine-move - The shopper has moved to other media.
 * @fires vitrine-click - The shopper has chosen a media.
 * @fires vitrine-error - What could not be done, as `ElementError`.
 *
 * @csspart base - Everything.
 * @csspart track - The row that scrolls.
 * @csspart slide - One media's tile.
 * @csspart media - The button in a tile.
 * @csspart image - The picture in it.
 * @csspart badge - The mark of a video.
 * @csspart button - Both arrows; `previous` and `next` are one each.
 * @csspart message - What stands there when there is nothing to show.
 *
 * @cssproperty [--vitrine-fit] - How many tiles fit; by default 2.3 to 5, by the element's width.
 * @cssproperty [--vitrine-gap=0.5rem] - Space between tiles.
 * @cssproperty [--vitrine-radius=0.5rem] - Roundness of tiles.
 * @cssproperty [--vitrine-accent=CanvasText] - Colour of the focus ring.
 */
export class VitrineCarousel extends WidgetElement {
  static override styles = styles;
  static override properties = WIDGET_ATTRIBUTES;

  /** First and last slide in view. */
  #first = 0;
  #last = 0;
  /** First slide in view when the row last came to rest. */
  #restedAt = 0;
  /** The text of the live region. It changes when the row has come to rest. */
  #status = '';
  #observer?: IntersectionObserver;

  #widget: MediaWidget<'carousel'> = new MediaWidget(this, {
    name: 'carousel',
    english,
    skeleton: () => SKELETON,
    render: (media) => this.#row(media),
    sizes: SIZES,
    connected: (isNew) => this.#watch(isNew),
  });

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#observer?.disconnect();
  }

  protected override render() {
    const { carousel, label } = this.#widget.strings;
    return html`<section part="base" aria-roledescription=${carousel} aria-label=${this.label || label}>
      ${this.#widget.render()}
    </section>`;
  }

  get #scroller(): HTMLElement | null {
    return this.renderRoot.querySelector('.row.loaded');
  }

  get #slides(): HTMLElement[] {
    return [...(this.#scroller?.children ?? [])] as HTMLElement[];
  }

  #row(media: readonly ShownMedia[]) {
    const { previous, next } = this.#widget.strings;
    return html`
      ${this.#arrow('previous', previous, -1, this.#first <= 0)}
      ${this.#arrow('next', next, 1, this.#last >= media.length - 1)}
      <div
        class="row loaded"
        part="track"
        @keydown=${this.#onKey}
        @pointerenter=${prefetchViewer}
        @focusin=${prefetchViewer}
      >
        ${media.map((one, index) => this.#slide(one, index, media.length))}
      </div>
      <p role="status">${this.#status}</p>
    `;
  }

  #arrow(name: string, label: string, direction: number, disabled: boolean) {
    return html`<button
      class="arrow ${name}"
      part="button ${name}"
      aria-label=${label}
      aria-disabled=${disabled}
      @click=${() => this.#scroll(direction)}
      @keydown=${this.#onKey}
    ></button>`;
  }

  #slide(media: ShownMedia, index: number, total: number) {
    const { slide, position } = this.#widget.strings;
    return html`<div
      class="slide"
      part="slide"
      role="group"
      aria-roledescription=${slide}
      aria-label=${position(index + 1, total)}
    >
      ${this.#widget.tile(media, index)}
    </div>`;
  }

  /** Observes which slides are in view. The others are inert, so that the keyboard does not reach them. */
  #watch(isNew: boolean): void {
    const scroller = this.#scroller as HTMLElement;
    if (isNew) {
      this.#restedAt = 0;
      this.#status = '';
      onRest(scroller, () => this.#onRest());
    }
    this.#observer?.disconnect();
    this.#observer = new IntersectionObserver(
      (entries) => {
        for (const { target, isIntersecting } of entries) (target as HTMLElement).inert = !isIntersecting;
        this.#readPosition();
      },
      { root: scroller, threshold: [0, 0.9] },
    );
    for (const slide of this.#slides) this.#observer.observe(slide);
  }

  #readPosition(): void {
    // There is no row while another source is loaded.
    if (!this.#scroller) return;
    [this.#first, this.#last] = visibleRange(this.#scroller);
    this.requestUpdate();
  }

  #onRest(): void {
    if (!this.isConnected || !this.#scroller) return;
    this.#readPosition();
    if (this.#first === this.#restedAt) return;
    this.#restedAt = this.#first;
    this.#status = this.#widget.strings.showing(this.#first + 1, this.#last + 1, this.#slides.length);
    this.#widget.dispatch('move');
  }

  /** Scrolls by as many slides as are in view. Scroll snap aligns the row, and the styles set the speed. */
  #scroll(screens: number): void {
    const scroller = this.#scroller as HTMLElement;
    scroller.scrollBy({ left: (isRtl(this) ? -screens : screens) * scroller.clientWidth });
  }

  #onKey(event: KeyboardEvent): void {
    const step = stepOf(event, isRtl(this));
    if (!step) return;
    event.preventDefault();
    const slides = this.#slides;
    const at = slides.indexOf((event.target as Element).closest('.slide') as HTMLElement);
    if (at < 0) {
      this.#scroll(step);
      return;
    }
    const slide = slides[Math.max(0, Math.min(slides.length - 1, at + step))] as HTMLElement;
    // An inert element takes no focus.
    slide.inert = false;
    slide.querySelector('button')?.focus({ preventScroll: true });
    // Focus alone does not move a slide of which a part is in view.
    slide.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }
}

/** The longer side of most pictures that cover a tile of 14rem. */
const SIZES = '18rem';
const SKELETON = html`<div class="row">${Array.from({ length: 6 }, () => html`<div class="slide"></div>`)}</div>`;
