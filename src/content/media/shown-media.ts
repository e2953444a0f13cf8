import type { Loose } from '../check.ts';
import { idOf } from '../id.ts';
import { malformed } from '../request.ts';
import type { ImageSize, Media } from '../resources.ts';
import { text, whole } from '../text.ts';
import { webUrl } from '../url.ts';

/** Characters of a text that elements show. A longer text is cut: the layout of megabytes would block the page. */
export const MAX_TEXT = 5000;

/** A media as elements show it: checked, with absolute http(s) URLs. Texts are untrusted, as their authors wrote them. */
export interface ShownMedia {
  id: string;
  /** Empty where the media has none. */
  caption: string;
  /** Name of the uploader; empty where unknown. */
  uploader: string;
  /** URL of the film of a VIDEO; its `images` are sizes of the poster. */
  video?: string;
  /** URLs by size; `normal` always exists. `square` is left out because it is cropped, `thumbnail` because a tile is larger. */
  images: Partial<Record<ImageSize, string>> & { normal: string };
  /** Pixels of the original, 0 where unknown. */
  width: number;
  height: number;
  /** The date of submission in the API's format, `YYYY-MM-DDThh:mm:ss+00:00`. */
  date: string;
  /** The embedded streams of the answer, unchecked. `products.ts` reads them when a viewer shows them. */
  streams: unknown;
  /** Currency of its products' prices, a code (`EUR`) or a sign, as in the customer's settings; empty where unknown. */
  currency: string;
  /** URL of the API. Relative URLs of the answer are resolved against it. */
  base: string;
}

/**
 * Reads one entry of `_embedded.media`.
 * @throws {VitrineError} `malformed`, naming the field
 */
export function readMedia(media: Loose<Media>, field: string, base: string, currency: string): ShownMedia {
  const id = idOf(media, field);
  const images: Partial<Record<ImageSize, string>> = {};
  for (const size of ['mobile', 'normal', 'original'] as const) {
    const url = webUrl(media.images?.[size], base);
    if (url) images[size] = url;
  }
  if (!images.normal) throw malformed(`${field}.images.normal: expected an http(s) URL`);
  const uploader = media._embedded?.uploader;
  return {
    id,
    caption: text(media.caption),
    uploader: text(uploader?.name) || text(uploader?.username),
    video: media.type === 'VIDEO' ? webUrl(media.video_url, base) : undefined,
    images: images as ShownMedia['images'],
    width: whole(media.original_image_width),
    height: whole(media.original_image_height),
    date: text(media.date_submitted),
    streams: media._embedded?.['streams:all'],
    currency,
    base,
  };
}
