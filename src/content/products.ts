import { isWebUrl } from '../events/validate.ts';
import type { Stream } from './resources.ts';
import type { ShownMedia } from './shown-media.ts';
import { text } from './text.ts';
import { webUrl } from './url.ts';

/** A product that can be seen in a media, as elements show it. */
export interface ShownProduct {
  /** Id of its stream in the content API. */
  id: string;
  name: string;
  /** In words of the locale where the shop wrote a bare number, else as the shop wrote it; empty where unknown. */
  price: string;
  /** Its page in the shop. */
  url?: string;
  /** A small picture of it. */
  image?: string;
}

/**
 * The products of a media; those without a name (stubs) are left out.
 * @param locale BCP 47 tag, for prices
 */
export function productsOf(media: ShownMedia, locale: string): ShownProduct[] {
  const all = media.streams as { _embedded?: { stream?: unknown } } | null | undefined;
  const streams = all?._embedded?.stream;
  if (!Array.isArray(streams)) return [];
  return streams.flatMap((stream: Stream | null) => {
    const id = text(stream?.id);
    const name = text(stream?.name);
    if (!stream || !id || !name) return [];
    const price = priceOf(text(stream.product_info?.price), media.currency, locale);
    return { id, name, price, ...linksOf(stream, media.base) };
  });
}

/** Where a product can be bought, and what it looks like. */
export function linksOf(stream: Stream, base: string): Pick<ShownProduct, 'url' | 'image'> {
  return {
    // An address that no redirect may lead to would be a link whose clicks are refused.
    url: [stream.shop_button_url, stream.product_url]
      .map((url) => webUrl(url, base))
      .find((url) => url && isWebUrl(url)),
    image: webUrl((stream._embedded?.base_image ?? stream._embedded?.cover_media)?.images?.thumbnail, base),
  };
}

function priceOf(price: string, currency: string, locale: string): string {
  // A price with words or a sign of its own needs no other.
  if (!currency || !/^\d+(\.\d+)?$/.test(price)) return price;
  try {
    return new Intl.NumberFormat(locale, { style: 'currency', currency }).format(Number(price));
  } catch {
    // The specification's own example has a sign (`$`) where others have a code of ISO 4217.
    return currency + price;
  }
}
