import { html, nothing, type ReactiveController, type ReactiveControllerHost } from 'lit';
import { VitrineError } from '../../content/error.ts';
import type { ShownMedia } from '../../content/media/shown-media.ts';
import type { WidgetAction } from '../../events/vocabulary.ts';
import { unobserve } from '../../exposure/exposure.ts';
import type { Translation } from '../locales/translation.ts';
import { dispatchAct } from './dispatch-act.ts';
import { dispatchError } from './dispatch-error.ts';
import { type LoadedMedia, loadMedia } from './load-media.ts';
import { localeOf, stringsFor } from './locale.ts';
import { openViewer, VIEWER_PARTS } from './open-viewer.ts';
import { SOURCES } from './source.ts';
import { observeTile, startPageView } from './tile-exposure.ts';
import type { WidgetProperties } from './widget-attributes.ts';

export interface MediaWidgetHost extends HTMLElement, ReactiveControllerHost, WidgetProperties {
  readonly hasUpdated: boolean;
}

/** The strings that the controller itself needs of an element. */
interface WidgetStrings {
  photoBy: (name: string) => string;
  video: string;
  empty: string;
  failed: string;
}

/** Elements of which a translation has these strings. */
type WidgetName = {
  [Name in keyof Translation]: Translation[Name] extends WidgetStrings ? Name : never;
}[keyof Translation];

/** What differs between elements that show the media of a source. */
export interface Layout<Name extends WidgetName> {
  name: Name;
  english: Translation[Name];
  /** The template while media are loaded. */
  skeleton: () => unknown;
  /** The template of media; it has one tile for each of them. */
  render: (media: readonly ShownMedia[]) => unknown;
  /** The `sizes` of a tile's picture. */
  sizes: string;
  /**
   * Called when tiles are in the page: of other media than before, or of the same ones in an element that was moved.
   * @param isNew whether the media are other ones
   */
  connected: (isNew: boolean) => void;
}

/**
 * Loads the media of an element's source and shows them: the element has only the layout of the tiles. The controller
 * dispatches the widget's acts and errors, counts media as seen, and opens the viewer.
 */
export class MediaWidget<Name extends WidgetName> implements ReactiveController {
  /** The element's strings, in the language of the text around it. */
  strings: Translation[Name];

  readonly #host: MediaWidgetHost;
  readonly #layout: Layout<Name>;
  #state: 'loading' | 'loaded' | 'failed' = 'loading';
  #loaded?: LoadedMedia;
  /** The media whose tiles are rendered. */
  #rendered?: LoadedMedia;
  /** The attributes that the media were last requested with. */
  #requested?: readonly unknown[];
  #request?: AbortController;
  /** Whether the first photo has arrived. The others wait for it: on a slow line they would all arrive late together. */
  #isFirstLoaded = false;

  constructor(host: MediaWidgetHost, layout: Layout<Name>) {
    this.#host = host;
    this.#layout = layout;
    this.strings = layout.english;
    host.addController(this);
  }

  /** The element's template: the layout, or a message in its place; and the viewer. */
  render() {
    const { media } = this.#loaded ?? {};
    return html`${
      this.#state === 'loading'
        ? this.#layout.skeleton()
        : this.#state === 'failed'
          ? message(this.strings.failed)
          : media?.length
            ? this.#layout.render(media)
            : message(this.strings.empty)
    }
      <vitrine-viewer exportparts=${VIEWER_PARTS} .locale=${localeOf(this.#host)}></vitrine-viewer>`;
  }

  /** The template of a tile's button, with the photo. */
  tile(media: ShownMedia, index: number) {
    const { photoBy, video } = this.strings;
    const { images, width, height } = media;
    const text = media.caption || photoBy(media.uploader);
    const isWanted = this.#isFirstLoaded || !index;
    return html`<button part="media" aria-haspopup="dialog" @click=${(event: Event) => this.#open(index, event.currentTarget as HTMLElement)}>
      <img
        part="image"
        alt=${media.video ? `${video}: ${text}` : text}
        width=${width || nothing}
        height=${height || nothing}
        sizes=${this.#layout.sizes}
        srcset=${isWanted ? srcsetOf(images) : nothing}
        src=${isWanted ? images.normal : nothing}
        loading="lazy"
        fetchpriority="low"
        decoding="async"
        @load=${({ target }: Event) => this.#onPhoto(target as Element, media)}
        @error=${this.#onBroken}
      />
      ${media.video ? BADGE : nothing}
    </button>`;
  }

  /** Dispatches an act on the widget. */
  dispatch(action: WidgetAction): void {
    dispatchAct(this.#host, action, (this.#loaded as LoadedMedia).widget);
  }

  hostConnected(): void {
    // The first update of the host starts the first load.
    if (!this.#host.hasUpdated) return;
    if (this.#state === 'loaded') this.#connect(false);
    else this.#load();
  }

  hostDisconnected(): void {
    this.#request?.abort();
    for (const { parentElement } of this.#photos()) unobserve(parentElement as Element);
    startPageView();
  }

  hostUpdate(): void {
    const { instance, sorting, limit, locale } = this.#host;
    const asked = [...SOURCES.map((name) => this.#host[name]), instance, sorting, limit, locale];
    if (this.#requested?.every((value, at) => value === asked[at])) return;
    this.#requested = asked;
    this.#load();
  }

  hostUpdated(): void {
    if (this.#state !== 'loaded' || this.#loaded === this.#rendered) return;
    this.#rendered = this.#loaded;
    this.dispatch('render');
    if (this.#loaded?.media.length) this.#connect(true);
    else dispatchError(this.#host, new VitrineError('media', 'the source has no media'));
  }

  /** Loads media and strings. A later load ends this one. */
  async #load(): Promise<void> {
    this.#request?.abort();
    this.#request = new AbortController();
    const { signal } = this.#request;
    this.#state = 'loading';
    this.#host.requestUpdate();
    const { name, english } = this.#layout;
    const strings = stringsFor(this.#host, name, english);
    const loaded = await loadMedia(this.#host, signal).catch((error) => error);
    const translated = await strings;
    if (signal.aborted) return;
    this.strings = translated;
    if (loaded instanceof Error) {
      this.#state = 'failed';
      dispatchError(this.#host, loaded);
    } else {
      this.#state = 'loaded';
      this.#loaded = loaded;
    }
    this.#host.requestUpdate();
  }

  #photos(): HTMLImageElement[] {
    return [...(this.#host.shadowRoot?.querySelectorAll<HTMLImageElement>('[part=image]') ?? [])];
  }

  #connect(isNew: boolean): void {
    const { media } = this.#loaded as LoadedMedia;
    this.#layout.connected(isNew);
    this.#photos().forEach((photo, index) => {
      // No `load` event follows for a photo that has arrived already.
      if (photo.naturalWidth) this.#onPhoto(photo, media[index] as ShownMedia);
    });
  }

  async #open(index: number, opener: HTMLElement): Promise<void> {
    const { media, widget } = this.#loaded as LoadedMedia;
    dispatchAct(this.#host, 'click', widget, media[index] as ShownMedia);
    try {
      await openViewer(this.#host, media, index, { widget, opener });
    } catch (error) {
      dispatchError(this.#host, new VitrineError('network', `viewer: ${error}`));
    }
  }

  /** Waits for the photo's tile to be seen, now that it has arrived. The button fills the tile. */
  #onPhoto({ parentElement }: Element, media: ShownMedia): void {
    this.#requestOthers();
    observeTile(this.#host, parentElement as Element, (this.#loaded as LoadedMedia).widget, media, this.#host.exposure);
  }

  #onBroken = ({ target }: Event): void => {
    this.#requestOthers();
    const image = target as HTMLImageElement;
    image.classList.add('broken');
    dispatchError(this.#host, new VitrineError('media', `${image.currentSrc}: is not a picture`));
  };

  #requestOthers(): void {
    this.#isFirstLoaded = true;
    this.#host.requestUpdate();
  }
}

const BADGE = html`<span class="badge" part="badge"></span>`;

const message = (text: string) => html`<p class="quiet" part="message">${text}</p>`;

/** The API scales pictures to fit squares of 320 and 640 px. These are the widths of their longer sides. */
function srcsetOf({ mobile, normal }: ShownMedia['images']): string {
  return `${mobile ? `${mobile} 320w,` : ''}${normal} 640w`;
}
