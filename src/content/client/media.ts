import type { Api } from '../address.ts';
import { type Loose, listAt, objectAt } from '../check.ts';
import { readMedia, type ShownMedia } from '../media/shown-media.ts';
import type { ImageSize, Media, Sorting } from '../resources.ts';
import { text, whole } from '../text.ts';
import { webUrl } from '../url.ts';
import { type ContentCategory, readCategory } from './categories.ts';
import { currencyOf, customerIdOf, type OfCustomer } from './customers.ts';
import { type AskOptions, ask, type ByKey, type Id, part, post } from './fetch-by-key.ts';
import { type Around, type ListOptions, type Pages, pagesOf } from './pages.ts';
import { type ContentStream, type GalleryOptions, readStream } from './streams.ts';

/** A photo or a video with all fields of the API. Texts are untrusted, as their authors wrote them, and empty where unknown. */
export interface ContentMedia extends Omit<ShownMedia, 'streams' | 'base'> {
  type: 'IMAGE' | 'VIDEO';
  /** `approved`, `pending` or `rejected`. */
  status: string;
  /** The network that it comes from, as `instagram`. */
  source: string;
  /** Public id of the uploader. It is another than the id of `createUser`, which only the uploader knows. */
  uploaderId?: string | undefined;
  /** The date of publication, in the format of `date`. */
  published: string;
  likes: number;
  /** In degrees. */
  location?: { latitude: number; longitude: number } | undefined;
  /** URL of a page for sharing the media. */
  shareUrl?: string | undefined;
  /** URLs by `IMAGE_SIZES`, for a video those of its poster. `normal` always exists. */
  images: Partial<Record<ImageSize, string>> & { normal: string };
  /** Its products; none where the answer does not embed them. */
  streams: ContentStream[];
  categories: ContentCategory[];
}

export interface EmbeddingOptions extends GalleryOptions {
  /** Leaves out the streams of media, which are half of the answer. */
  disableEmbeddedStreams?: boolean | undefined;
  disableEmbeddedCategories?: boolean | undefined;
}

export interface MediaListOptions extends ListOptions, EmbeddingOptions {
  /** Only media whose author has given the rights. */
  rightsGiven?: boolean | undefined;
  /** Only media tagged to a product that is in stock. */
  filterMediaWithoutProducts?: boolean | undefined;
}

export interface SortedOptions<S extends Sorting = Exclude<Sorting, 'media_position'>> extends MediaListOptions {
  /** `recent` by default. */
  sorting?: S | undefined;
}

/** A media, by its id. Source: `GET /media/{media_id}`. @throws {VitrineError} `not_found` for media that are not there */
export async function getMedia(api: Api, id: Id, options: EmbeddingOptions = {}): Promise<ContentMedia> {
  return readWholeMedia(await ask(api, `/media/${part(id)}`, options), 'data', { base: api.base });
}

/** Media of a customer. Source: `GET /customers/{customer_id}/media/{sorting_option}`. @throws {VitrineError} */
export async function* mediaOfCustomer(api: Api, options: SortedOptions & OfCustomer = {}): Pages<ContentMedia> {
  const { customer, sorting = 'recent', ...rest } = options;
  const id = await customerIdOf(api, options);
  yield* pagesOf(api, `/customers/${part(id)}/media/${sorting}`, rest, MEDIA);
}

/**
 * Media of a category, by its id or by the shop's own key.
 * Source: `GET /categories/{category_id}/media/{sorting_option}`, `GET /categories/media/{sorting_option}`.
 * @throws {VitrineError} `not_found` for a category that is not there
 */
export function mediaOfCategory(api: Api, of: Id | ByKey, options: SortedOptions = {}): Pages<ContentMedia> {
  return mediaOf(api, '/categories', of, options);
}

/**
 * Media of a stream, by its id or by the shop's own product id.
 * Source: `GET /streams/{stream_id}/media/{sorting_option}`, `GET /streams/media/{sorting_option}`.
 * @throws {VitrineError} `not_found` for a stream that is not there
 */
export function mediaOfStream(api: Api, of: Id | ByKey, options: SortedOptions<Sorting> = {}): Pages<ContentMedia> {
  return mediaOf(api, '/streams', of, options);
}

function mediaOf(api: Api, path: string, of: Id | ByKey, { sorting = 'recent', ...rest }: SortedOptions<Sorting>) {
  return typeof of === 'object'
    ? pagesOf(api, `${path}/media/${sorting}`, { ...rest, tagKey: of.key }, MEDIA)
    : pagesOf(api, `${path}/${part(of)}/media/${sorting}`, rest, MEDIA);
}

/** Media of a user, the newest first. Source: `GET /users/{user_id}/media/recent`. @throws {VitrineError} */
export function mediaOfUser(api: Api, user: Id, options: MediaListOptions = {}): Pages<ContentMedia> {
  return pagesOf(api, `/users/${part(user)}/media/recent`, options, MEDIA);
}

/**
 * Media of a user by their name on Instagram, the newest first.
 * Source: `GET /customers/{customer_id}/instagram_users/{instagram_handle}/media/recent`.
 * @throws {VitrineError}
 */
export async function* mediaOfInstagramUser(
  api: Api,
  handle: string,
  options: MediaListOptions & OfCustomer = {},
): Pages<ContentMedia> {
  const { customer, ...rest } = options;
  const id = await customerIdOf(api, options);
  yield* pagesOf(api, `/customers/${part(id)}/instagram_users/${part(handle)}/media/recent`, rest, MEDIA);
}

/**
 * Reports a media to the moderators. On our own service it leaves the lists once enough people have reported it, unless
 * a moderator has approved it.
 * Source: `POST /media/{media_id}/reports`.
 * @throws {VitrineError}
 */
export async function reportMedia(
  api: Api,
  id: Id,
  report: { email: string; reason: string },
  options: AskOptions = {},
): Promise<void> {
  const { email, reason } = report;
  await post(api, `/media/${part(id)}/reports`, new URLSearchParams({ email, reason }), options);
}

export function readWholeMedia(value: unknown, field: string, { base, customer }: Around): ContentMedia {
  const { streams, base: _, ...shown } = readMedia(value as Loose<Media>, field, base, currencyOf(customer));
  const media = value as Loose<Media>;
  const images: ContentMedia['images'] = { ...shown.images };
  for (const size of ['square', 'thumbnail'] as const) {
    const url = webUrl(media.images?.[size], base);
    if (url) images[size] = url;
  }
  const embedded = media._embedded;
  return {
    ...shown,
    images,
    type: media.type === 'VIDEO' ? 'VIDEO' : 'IMAGE',
    status: text(media.status),
    source: text(media.source),
    uploaderId: text(embedded?.uploader?.id) || undefined,
    published: text(media.date_published),
    likes: whole(media.likes),
    location: coordinatesOf(media.location),
    shareUrl: webUrl(media.share_url, base),
    streams: entriesOf(streams, 'streams:all', 'stream', readStream),
    categories: entriesOf(embedded?.['categories:all'], 'categories:all', 'category', readCategory),
  };

  function entriesOf<T>(all: unknown, name: string, key: string, read: (e: unknown, f: string, a: Around) => T): T[] {
    const within = (all as { _embedded?: unknown } | null | undefined)?._embedded;
    // The list may be left out. A media that is embedded in a stream has only a link to it.
    if (within == null) return [];
    const entries = objectAt<Record<string, unknown>>(within, `${field}._embedded.${name}._embedded`)[key];
    if (entries == null) return [];
    const at = `${field}._embedded.${name}._embedded.${key}`;
    return listAt(entries, at).map((entry, index) => read(entry, `${at}[${index}]`, { base }));
  }
}

function coordinatesOf(location: Loose<Media['location']> | null | undefined): ContentMedia['location'] {
  const latitude = Number(text(location?.latitude) || NaN);
  const longitude = Number(text(location?.longitude) || NaN);
  return Number.isFinite(latitude + longitude) ? { latitude, longitude } : undefined;
}

const MEDIA = { keys: ['media'], read: readWholeMedia } as const;
