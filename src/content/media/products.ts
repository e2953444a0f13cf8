import { isWebUrl } from '../../events/validate.ts';
import type { Loose } from '../check.ts';
import type { Stream } from '../resources.ts';
import { text } from '../text.ts';
import { webUrl } from '../url.ts';
import { MAX_TEXT, type ShownMedia } from './shown-media.ts';

/** A product of a media, as elements show it. */
export interface ShownProduct {
  /** Id of its stream in the content API. */
  id: string;
  name: string;
  /** Formatted for the locale where the shop wrote a bare number, else as the shop wrote it; empty where unknown. */
  price: string;
  /** Its page in the shop. */
  url?: string;
  /** A small picture of it. */
  image?: string;
}

/** Products of a media that are shown. Further ones are left out. */
const MAX_PRODUCTS = 50;

/**
 * The products of a media; those without a name (stubs) are left out.
 * @param locale BCP 47 tag, for prices
 */
export function productsOf(media: ShownMedia, locale: string): ShownProduct[] {
  const all = media.streams as { _embedded?: { stream?: unknown } } | null | undefined;
  const streams = all?._embedded?.stream;
  if (!Array.isArray(streams)) return [];
  return streams.slice(0, MAX_PRODUCTS).flatMap((stream: Stream | null) => {
    if (!stream || !text(stream.name)) return [];
    const price = priceOf(text(stream.product_info?.price).slice(0, MAX_TEXT), media.currency, locale);
    const product = productOf(stream, price, media.base);
    return { ...product, name: product.name.slice(0, MAX_TEXT) };
  });
}

/** The product of a stream. */
export function productOf(stream: Loose<Stream>, price: string, base: string): ShownProduct {
  const { id, name, shop_button_url, product_url, _embedded } = stream;
  return {
    id: text(id),
    name: text(name),
    price,
    // The tracker refuses a click on an address that is no web URL, so that it is not a link.
    url: [shop_button_url, product_url].map((url) => webUrl(url, base)).find((url) => url && isWebUrl(url)),
    image: webUrl((_embedded?.base_image ?? _embedded?.cover_media)?.images?.thumbnail, base),
  };
}

function priceOf(price: string, currency: string, locale: string): string {
  // A price that is no bare number has its own currency.
  if (!currency || !/^\d+(\.\d+)?$/.test(price)) return price;
  try {
    return new Intl.NumberFormat(locale, { style: 'currency', currency }).format(Number(price));
  } catch {
    // The specification's example has a sign (`$`) in place of an ISO 4217 code.
    return currency + price;
  }
}
