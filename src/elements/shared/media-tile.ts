import { html, nothing } from 'lit';
import type { ShownMedia } from '../../content/media/shown-media.ts';

export interface TileStrings {
  photoBy: (name: string) => string;
  video: string;
}

interface TileOptions {
  strings: TileStrings;
  /** The `sizes` of the picture. */
  sizes: string;
  /** Whether the photo is requested already. */
  isWanted: boolean;
  onClick: (event: Event) => void;
  onLoad: (event: Event) => void;
  onError: (event: Event) => void;
}

/** The template of a media's tile: a button that opens the viewer, with the photo or the poster of the film. */
export function mediaTile(media: ShownMedia, { strings, sizes, isWanted, onClick, onLoad, onError }: TileOptions) {
  const { images, width, height, video } = media;
  const text = media.caption || strings.photoBy(media.uploader);
  return html`<button part="media" aria-haspopup="dialog" @click=${onClick}>
    <img
      part="image"
      alt=${video ? `${strings.video}: ${text}` : text}
      width=${width || nothing}
      height=${height || nothing}
      sizes=${sizes}
      srcset=${isWanted ? srcsetOf(images) : nothing}
      src=${isWanted ? images.normal : nothing}
      loading="lazy"
      fetchpriority="low"
      decoding="async"
      @load=${onLoad}
      @error=${onError}
    />
    ${video ? BADGE : nothing}
  </button>`;
}

/** The mark of a film. */
const BADGE = html`<span class="badge" part="badge"></span>`;

/** The API scales pictures to fit squares of 320 and 640 px. These are the widths of their longer sides. */
function srcsetOf({ mobile, normal }: ShownMedia['images']): string {
  return `${mobile ? `${mobile} 320w,` : ''}${normal} 640w`;
}
