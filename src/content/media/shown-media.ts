import type { Loose } from '../check.ts';
import { idOf } from '../id.ts';
import { malformed } from '../request.ts';
import type { ImageSize, Media } from '../resources.ts';
import { text, whole } from '../text.ts';
import { webUrl } from '../url.ts';

/** Characters of a text as elements show it. What is past it is cut: laying out megabytes would end the page. */
export const MAX_TEXT = 5000;

/** A media as elements show it: checked, its URLs absolute http(s) ones. Texts are as strangers wrote them. */
export interface ShownMedia {
  id: string;
  /** Empty where there is none. */
  caption: string;
  /** Name of who posted it, empty where unknown. */
  uploader: string;
  /** Of the film, if it is one; `images` then are sizes of its poster. */
  video?: string;
  /** `normal` is always there; `square` is left out because it is cropped, `thumbnail` because a tile is larger. */
  images: Partial<Record<ImageSize, string>> & { normal: string };
  /** Pixels of the original, 0 where unknown. */
  width: number;
  height: number;
  /** As the API wrote it (`YYYY-MM-DDThh:mm:ss+00:00`). */
  date: string;
  /** Products in it, as they came: only who shows them reads them (`products.ts`). */
  streams: unknown;
  /** What its products' prices are in, as the customer's settings have it (`EUR`, or a sign); empty where unknown. */
  currency: string;
  /** URL of the API that answered, which relative URLs in it are meant against. */
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
