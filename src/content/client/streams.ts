import type { Api } from '../address.ts';
import type { Loose } from '../check.ts';
import { idOf } from '../id.ts';
import { productOf } from '../media/products.ts';
import { STREAM_STATUSES, type Stream, type StreamStatus } from '../resources.ts';
import { text } from '../text.ts';
import { customerIdOf, type OfCustomer } from './customers.ts';
import { type AskOptions, ask, type ByKey, type Id, part } from './fetch-by-key.ts';
import { type Around, allOf, type ListOptions, type Pages, pagesOf } from './pages.ts';

/** A product, and the media tagged with it. Texts are empty where unknown. */
export interface ContentStream {
  id: string;
  /** The shop's own product id. */
  key: string;
  name: string;
  description: string;
  status?: StreamStatus | undefined;
  /** Price, availability, stock and color as the shop wrote them. */
  price: string;
  availability: string;
  stock: string;
  color: string;
  /** Its page in the shop. */
  url?: string | undefined;
  /** A small picture of it. */
  image?: string | undefined;
}

/** The streams that are shown. The defaults depend on the endpoint. */
export interface GalleryOptions extends AskOptions {
  /** Includes streams with status TAG (`unavailable`, `miscellaneous`). */
  includeTaggedGalleries?: boolean | undefined;
  /** Includes streams with status INACTIVE (`discontinued`). */
  includeInactiveGalleries?: boolean | undefined;
}

/**
 * A stream, by its id or by the shop's own product id.
 * Source: `GET /streams/{stream_id}`, `GET /streams/bytag/{key}`.
 * @throws {VitrineError} `not_found` for a stream that is not there
 */
export async function getStream(api: Api, of: Id | ByKey, options: GalleryOptions = {}): Promise<ContentStream> {
  const path = typeof of === 'object' ? `bytag/${part(of.key)}` : part(of);
  return readStream(await ask(api, `/streams/${path}`, options), 'data', { base: api.base });
}

/** Streams of a customer. Source: `GET /customers/{customer_id}/streams`. @throws {VitrineError} */
export async function* streamsOfCustomer(
  api: Api,
  options: ListOptions & GalleryOptions & OfCustomer = {},
): Pages<ContentStream> {
  const { customer, ...rest } = options;
  const id = await customerIdOf(api, options);
  yield* pagesOf(api, `/customers/${part(id)}/streams`, rest, STREAMS);
}

/** Streams of a category. Source: `GET /categories/{category_id}/streams`. @throws {VitrineError} */
export function streamsOfCategory(
  api: Api,
  category: Id,
  options: ListOptions & GalleryOptions = {},
): Pages<ContentStream> {
  return pagesOf(api, `/categories/${part(category)}/streams`, options, STREAMS);
}

/**
 * All streams of a media; this list has no pages. Streams with status TAG are left out by default.
 * Source: `GET /media/{media_id}/streams`.
 * @throws {VitrineError}
 */
export function streamsOfMedia(api: Api, media: Id, options: GalleryOptions = {}): Promise<ContentStream[]> {
  return allOf(pagesOf(api, `/media/${part(media)}/streams`, options, STREAMS));
}

export function readStream(value: unknown, field: string, { base }: Around): ContentStream {
  const id = idOf(value, field);
  const stream = value as Loose<Stream>;
  return {
    ...productOf(stream, text(stream.product_info?.price), base),
    id,
    key: text(stream.tag_based_key),
    description: text(stream.description),
    status: STREAM_STATUSES.find((status) => status === stream.status),
    availability: text(stream.product_info?.availability),
    stock: text(stream.product_info?.stock),
    color: text(stream.product_info?.color),
  };
}

/** The specification names streams `gallery` in lists of customers and categories, and `stream` in those of media. */
const STREAMS = { keys: ['gallery', 'stream'], read: readStream } as const;
