import { Task, TaskStatus } from '@lit/task';
import { html, LitElement, nothing } from 'lit';
import { VitrineError } from '../../content/error.ts';
import type { ShownMedia } from '../../content/media/shown-media.ts';
import { findAll } from '../../events/unclobbered.ts';
import type { Segment } from '../../events/vocabulary.ts';
import { observe, unobserve } from '../../exposure/exposure.ts';
import { announce } from '../shared/dispatch-act.ts';
import { report } from '../shared/dispatch-error.ts';
import { type Loaded, load } from '../shared/load-media.ts';
import { localeOf, stringsFor } from '../shared/locale.ts';
import { isRtl, onRest, stepOf, visibleRange } from '../shared/snap-scroller.ts';
import { SOURCES } from '../shared/source.ts';
import type { VitrineViewer } from '../viewer/viewer.ts';
import styles from './carousel.styles.ts';
import english, { LOCALES } from './strings.ts';

/**
 * Customers' photos and videos in a row that scrolls sideways; a click opens one in `<vitrine-viewer>`, whose code is
 * loaded when the shopper reaches for it.
 *
 * The content API and its key are those of the page's script tag, or of `data-api` and `data-key` on the element.
 * The element fills the height that the page gives it: `vitrine-carousel { display: block; height: 14rem }` in the
 * page's own CSS reserves the place before any script has run.
 *
 * @element vitrine-carousel
 * @attribute {string} instance - Id of a widget instance: it names the source and order. Beside another source it
 * only names the widget in reports.
 * @attribute {string} stream - The content API's id of a stream (a product).
 * @attribute {string} stream-key - The shop's own id of a product.
 * @attribute {string} category - The content API's id of a category.
 * @attribute {string} category-key - The shop's own key of a category.
 * @attribute {boolean} best - The customer's best photos, of any product.
 * @attribute {string} sorting - recent (default), shuffled, photorank, rated or media_position.
 * @attribute {number} limit - How many media, 1 to 50; 20 by default.
 * @attribute {string} segments - Pairs that group reports: `country:US, section:abc`.
 * @attribute {number} ab-testing - Number of an A/B experiment.
 * @attribute {string} label - Names the carousel for screen readers, and in reports.
 * @attribute {array} exposure - When a media counts as seen: with which share of its tile in the viewport, and for how
 * many milliseconds; `[0.5, 1000]` unless told.
 * @attribute {string} locale - Language of its own words; by default that of the text around it.
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
export class VitrineCarousel extends LitElement {
  static override styles = styles;
  static override properties = {
    instance: {},
    stream: {},
    streamKey: { attribute: 'stream-key' },
    category: {},
    categoryKey: { attribute: 'category-key' },
    best: { type: Boolean },
    sorting: {},
    limit: { type: Number },
    segments: {},
    abTesting: { attribute: 'ab-testing', type: Number },
    label: {},
    locale: {},
    exposure: { type: Array },
  };

  declare instance?: string | null;
  declare stream?: string | null;
  declare streamKey?: string | null;
  declare category?: string | null;
  declare categoryKey?: string | null;
  declare best?: boolean;
  declare sorting?: string | null;
  declare limit?: number | null;
  /** As the attribute has them, or as pairs. Read when the media are loaded. */
  declare segments?: string | readonly Segment[] | null;
  /** Read when the media are loaded. */
  declare abTesting?: number | null;
  /** Reports call it as it is called when the media are loaded. */
  declare label?: string | null;
  declare locale?: string | null;
  declare exposure?: [ratio: number, duration: number] | null;

  /** First and last slide in view. */
  #first = 0;
  #last = 0;
  /** The first photo is there, and the others may come: on a slow line they would all come late together. */
  #warm = false;
  #strings = english;
  /** Said once a movement has come to rest. */
  #status = '';
  /** First slide in view when the row last came to rest. */
  #restedAt = 0;
  /** What `updated` has already announced. */
  #shown?: Loaded;
  #clip?: IntersectionObserver;

  #load = new Task(this, {
    args: () => [...SOURCES.map((name) => this[name]), this.instance, this.sorting, this.limit, this.locale],
    task: async (_, { signal }): Promise<Loaded> => {
      const strings = stringsFor(this, english, LOCALES);
      try {
        return await load(this, signal);
      } finally {
        const loaded = await strings;
        if (!signal.aborted) this.#strings = loaded;
      }
    },
    onError: (error) => {
      if ((error as Error).name !== 'AbortError') report(this, error);
    },
  });

  override connectedCallback(): void {
    super.connectedCallback();
    if (!this.hasUpdated) return;
    if (this.#load.status === TaskStatus.COMPLETE) this.#watch();
    else this.#load.run();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#load.abort();
    this.#clip?.disconnect();
    for (const slide of this.#track?.children ?? []) unobserve(slide);
    forgetOtherPage();
  }

  protected override render() {
    const { carousel, label, empty, failed } = this.#strings;
    const skeleton = () => html`<div class="track">${SKELETON}</div>`;
    return html`<section part="base" aria-roledescription=${carousel} aria-label=${this.label || label}>
      ${this.#load.render({
        pending: skeleton,
        complete: ({ media }) => (media.length ? this.#slides(media) : quiet(empty)),
        error: () => quiet(failed),
      })}
      <vitrine-viewer exportparts=${VIEWER_PARTS} .locale=${localeOf(this)}></vitrine-viewer>
    </section>`;
  }

  protected override updated(): void {
    const { status, value } = this.#load;
    if (status !== TaskStatus.COMPLETE || value === this.#shown || !value) return;
    this.#shown = value;
    this.#restedAt = 0;
    this.#status = '';
    announce(this, 'render', value.widget);
    if (this.#track) {
      onRest(this.#track, () => this.#rest());
      this.#watch();
    } else report(this, new VitrineError('media', 'the source has no media'));
  }

  get #track(): HTMLElement | null {
    return this.renderRoot.querySelector('.track.loaded');
  }

  #slides(media: ShownMedia[]) {
    const { previous, next } = this.#strings;
    return html`
      ${this.#arrow('previous', previous, -1, this.#first <= 0)}
      ${this.#arrow('next', next, 1, this.#last >= media.length - 1)}
      <div
        class="track loaded"
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
    const { slide, position, photoBy, video } = this.#strings;
    const { images, width, height } = media;
    const text = media.caption || photoBy(media.uploader);
    const wanted = this.#warm || !index;
    return html`<div
      class="slide"
      part="slide"
      role="group"
      aria-roledescription=${slide}
      aria-label=${position(index + 1, total)}
    >
      <button part="media" aria-haspopup="dialog" @click=${(event: Event) => this.#open(index, event.currentTarget as HTMLElement)}>
        <img
          part="image"
          alt=${media.video ? `${video}: ${text}` : text}
          width=${width || nothing}
          height=${height || nothing}
          sizes=${SIZES}
          srcset=${wanted ? srcsetOf(images) : nothing}
          src=${wanted ? images.normal : nothing}
          loading="lazy"
          fetchpriority="low"
          decoding="async"
          @load=${({ target }: Event) => this.#onPhoto(target, media)}
          @error=${this.#onBroken}
        />
        ${media.video ? PLAY : nothing}
      </button>
    </div>`;
  }

  #watch(): void {
    const slides = [...(this.#track?.children ?? [])] as HTMLElement[];
    this.#clip?.disconnect();
    this.#clip = new IntersectionObserver(
      (entries) => {
        for (const { target, isIntersecting } of entries) (target as HTMLElement).inert = !isIntersecting;
        this.#look();
      },
      { root: this.#track, threshold: [0, 0.9] },
    );
    slides.forEach((slide, index) => {
      this.#clip?.observe(slide);
      const photo = slide.querySelector('img') as HTMLImageElement;
      if (photo.naturalWidth) this.#onPhoto(photo, this.#load.value?.media[index] as ShownMedia);
    });
  }

  #look(): void {
    // Gone meanwhile, when another source is being loaded.
    if (!this.#track) return;
    [this.#first, this.#last] = visibleRange(this.#track);
    this.requestUpdate();
  }

  #rest(): void {
    if (!this.isConnected || !this.#track) return;
    this.#look();
    if (this.#first === this.#restedAt) return;
    const { media, widget } = this.#load.value as Loaded;
    this.#restedAt = this.#first;
    this.#status = this.#strings.showing(this.#first + 1, this.#last + 1, media.length);
    announce(this, 'move', widget);
  }

  /** Moves by as many slides as are in view; scroll-snap finds the edge of one, and styles say how fast. */
  #scroll(screens: number): void {
    const track = this.#track as HTMLElement;
    track.scrollBy({ left: (isRtl(this) ? -screens : screens) * track.clientWidth });
  }

  #onKey(event: KeyboardEvent): void {
    const step = stepOf(event, isRtl(this));
    if (!step) return;
    event.preventDefault();
    const slides = [...(this.#track?.children ?? [])] as HTMLElement[];
    const at = slides.indexOf((event.target as Element).closest('.slide') as HTMLElement);
    if (at < 0) {
      this.#scroll(step);
      return;
    }
    const slide = slides[Math.max(0, Math.min(slides.length - 1, at + step))] as HTMLElement;
    // What is inert takes no focus.
    slide.inert = false;
    slide.querySelector('button')?.focus({ preventScroll: true });
    // Focus by itself leaves a slide where it is as long as a part of it can be seen.
    slide.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }

  async #open(index: number, opener: HTMLElement): Promise<void> {
    const { media, widget } = this.#load.value as Loaded;
    announce(this, 'click', widget, media[index] as ShownMedia);
    try {
      await loadViewer();
      // The page's own viewer for this carousel, wherever it stands, else the one within.
      const { id } = this;
      const [ofPage] = id ? findAll(`vitrine-viewer[for="${CSS.escape(id)}"]`, this.getRootNode()) : [];
      const viewer = ofPage || this.renderRoot.querySelector('vitrine-viewer');
      await (viewer as VitrineViewer).show(media, index, { widget, opener });
    } catch (error) {
      report(this, new VitrineError('network', `viewer: ${error}`));
    }
  }

  #warmUp(): void {
    this.#warm = true;
    this.requestUpdate();
  }

  /** A photo that is there can be seen, and makes room on the line for the others. */
  #onPhoto(photo: EventTarget | null, media: ShownMedia): void {
    this.#warmUp();
    const { widget } = this.#load.value as Loaded;
    const key = `${widget.instance} ${media.id}`;
    forgetOtherPage();
    if (seen.has(key)) return;
    observe(
      (photo as Element).closest('.slide') as Element,
      () => {
        seen.add(key);
        announce(this, 'render', widget, media);
      },
      ...(this.exposure ?? []),
    );
  }

  #onBroken({ target }: Event): void {
    this.#warmUp();
    const image = target as HTMLImageElement;
    image.classList.add('broken');
    report(this, new VitrineError('media', `${image.currentSrc}: is not a picture`));
  }
}

/** Media that were seen on this page, each with the widget it was seen in: once, however many elements show it. */
const seen = new Set<string>();
/** Where they were seen. */
let address: string | undefined;

/**
 * In a single-page app another address is another page view. Its router takes the elements of the page before away when
 * the address is the new one, so that coming back is noticed, too.
 */
function forgetOtherPage(): void {
  const [here] = location.href.split('#');
  if (address !== here) seen.clear();
  address = here;
}

/** The longer side of most pictures that cover a tile of 14rem. */
const SIZES = '18rem';
const SKELETON = Array.from({ length: 6 }, () => html`<div class="slide"></div>`);
const PLAY = html`<span class="badge" part="badge"></span>`;
const VIEWER_PARTS = 'dialog, photo, panel, caption, product, shop, close';

const quiet = (text: string) => html`<p class="quiet" part="message">${text}</p>`;

const loadViewer = () => import('../viewer/define.ts');
/** The shopper reaches for a photo; should it fail, the click will say so. */
const prefetchViewer = () => {
  loadViewer().catch(() => {});
};

/** The API scales pictures to fit 150, 320 and 640 px squares, so these are widths of their longer sides. */
function srcsetOf({ mobile, normal }: ShownMedia['images']): string {
  return `${mobile ? `${mobile} 320w,` : ''}${normal} 640w`;
}

declare global {
  interface HTMLElementTagNameMap {
    'vitrine-carousel': VitrineCarousel;
  }
}
