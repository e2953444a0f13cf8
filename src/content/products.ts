import { isWebUrl } from '../events/validate.ts';
import { type ShownMedia, text } from './media.ts';
import type { Stream } from './resources.ts';
import { webUrl } from './url.ts';

/** A product that can be seen in a media, as elements show it. */
export interface ShownProduct {
  /** Id of its stream in the content API. */
  id: string;
  name: string;
  /** As the shop wrote it, empty where unknown. */
  price: string;
  /** Its page in the shop. */
  url?: string;
  /** A small picture of it. */
  image?: string;
}

/** The products of a media; those without a name (stubs) are left out. */
export function productsOf(media: ShownMedia): ShownProduct[] {
  const all = media.streams as { _embedded?: { stream?: unknown } } | null | undefined;
  const streams = all?._embedded?.stream;
  if (!Array.isArray(streams)) return [];
  return streams.flatMap((stream: Stream | null) => {
    const name = text(stream?.name);
    if (!stream || !name) return [];
    return {
      id: String(stream.id),
      name,
      price: text(stream.product_info?.price),
      // An address that no redirect may lead to would be a link whose clicks are refused.
      url: [stream.shop_button_url, stream.product_url]
        .map((url) => webUrl(url, media.base))
        .find((url) => url && isWebUrl(url)),
      image: webUrl((stream._embedded?.base_image ?? stream._embedded?.cover_media)?.images?.thumbnail, media.base),
    };
  });
}
