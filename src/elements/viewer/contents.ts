import { html, nothing } from 'lit';
import { productsOf, type ShownProduct } from '../../content/media/products.ts';
import type { ShownMedia } from '../../content/media/shown-media.ts';
import type { ViewerStrings } from './strings.ts';

/** What the templates of a media need of the viewer. */
export interface Contents {
  strings: ViewerStrings;
  /** BCP 47 tag, for dates and prices. */
  locale: string;
  onPlay: () => void;
  onShop: (url: string) => void;
}

/** The template of one media: photo or film, and the panel with its author, caption and products. */
export function contentsOf(media: ShownMedia, contents: Contents) {
  const { strings, locale } = contents;
  const date = new Date(media.date);
  return html`<div class="photo" part="photo">${media.video ? filmOf(media, contents) : photoOf(media, strings)}</div>
    <div class="panel" part="panel">
      <p class="by">
        <span class="name"><bdi>${media.uploader || strings.photoBy('')}</bdi></span>
        ${
          date.getTime()
            ? html`<time dir="auto" datetime=${media.date}
                >${date.toLocaleDateString(locale, { dateStyle: 'long' })}</time
              >`
            : nothing
        }
      </p>
      ${media.caption ? html`<p class="caption" part="caption" dir="auto">${media.caption}</p>` : nothing}
      <ul>
        ${productsOf(media, locale).map((product) => productOf(product, contents))}
      </ul>
    </div>`;
}

function photoOf({ caption, uploader, images, width, height }: ShownMedia, { photoBy }: ViewerStrings) {
  const side = Math.max(width, height);
  return html`<img
    alt=${caption || photoBy(uploader)}
    width=${width || nothing}
    height=${height || nothing}
    sizes="(width < 52rem) 100vw, 46rem"
    srcset="${images.normal} 640w${side > 640 && images.original ? `,${images.original} ${side}w` : ''}"
    src=${images.normal}
    loading="lazy"
    decoding="async"
  />`;
}

function filmOf({ video, images, caption, uploader }: ShownMedia, { strings, onPlay }: Contents) {
  return html`<video
    controls
    playsinline
    preload="none"
    aria-label=${caption || strings.photoBy(uploader)}
    poster=${images.normal}
    src=${video ?? nothing}
    @click=${startFilm}
    @play=${onPlay}
  ></video>`;
}

function productOf({ name, price, url, image }: ShownProduct, { strings, onShop }: Contents) {
  return html`<li part="product">
    ${image ? html`<img src=${image} alt="" width="64" height="64" loading="lazy" />` : nothing}
    <div><bdi>${name}</bdi>${price ? html`<span class="price"><bdi>${price}</bdi></span>` : nothing}</div>
    ${
      url
        ? html`<a
            class="shop"
            part="shop"
            href=${url}
            aria-label="${strings.shop}: ${name}"
            @click=${() => onShop(url)}
            @auxclick=${(event: MouseEvent) => event.button === 1 && onShop(url)}
            >${strings.shop}</a
          >`
        : nothing
    }
  </li>`;
}

/** Height of a film's controls in px. A click on them is the browser's. */
const CONTROLS_HEIGHT = 80;

/** Starts a film by a click on its picture, as Firefox and Safari do. Chromium starts it only by its controls. */
function startFilm({ currentTarget, offsetY }: MouseEvent): void {
  const film = currentTarget as HTMLVideoElement;
  const isOnControls = offsetY > film.clientHeight - CONTROLS_HEIGHT;
  if (isOnControls || film.played.length) return;
  // The browser handles the click first, and may have started the film then.
  setTimeout(() => {
    if (film.paused) film.play().catch(() => {});
  });
}
