import type { Answer, Customer, Media, MediaPage, Stream } from '../resources.ts';

/** Answers of the content API for tests, in the shapes of its specification. `host` is `127.0.0.1:PORT/scenario`. */

/** A request that the misbehaving content API of the tests (`tools/testing/content-api.ts`) has had. */
export interface Logged {
  method: string;
  /** Path and query, without the scenario. */
  path: string;
  /** Whether the client hung up. */
  aborted: boolean;
  /** Of an upload, what was in its form; of a file its name, type and size. */
  form?: Record<string, string>;
}

declare module 'vitest' {
  interface ProvidedContext {
    /** Where it listens, without a slash at the end. */
    contentApi: string;
  }
}

export function answer<T>(data: T): Answer<T> {
  return { metadata: { code: 200, message: 'OK', version: 'v2.0' }, data };
}

export function failure(code: number, message: string) {
  return { metadata: { code, message: 'Error', version: 'v2.0' }, data: { message } };
}

const self = (href: string) => ({ _links: { self: { href } } });

export function stream(host: string, id: string, changes: Partial<Stream> = {}): Stream {
  return {
    ...self(`//${host}/streams/${id}?auth_token=k&version=v2.2`),
    id,
    _fixed: true,
    shop_button_url: null,
    share_url: null,
    name: `Mug ${id}`,
    description: null,
    tag_based_key: `mug-${id}`,
    product_url: `https://shop.test/products/mug-${id}`,
    hide_from_related: false,
    status: 'available',
    product_info: { price: '18.00', availability: null, stock: null, color: null },
    _embedded: { base_image: null, cover_media: null } as Stream['_embedded'],
    _analytics: { oid: id, t: 'gallery', meta: [] },
    ...changes,
  };
}

const RATIOS: [width: number, height: number][] = [
  [1200, 900],
  [900, 1200],
  [1000, 1000],
  [1600, 900],
];

export function media(host: string, id: string, changes: Partial<Media> = {}): Media {
  const [width, height] = RATIOS[Number(id) % RATIOS.length] as [number, number];
  const image = (size: string) => `//${host}/images/${width}x${height}/${id}-${size}.svg`;
  return {
    ...self(`//${host}/media/${id}?auth_token=k&version=v2.2`),
    id,
    _fixed: true,
    type: 'IMAGE',
    source: 'harddrive',
    source_id: null,
    original_source: null,
    caption: `Caption of ${id}`,
    video_url: null,
    share_url: null,
    date_submitted: '2026-05-02T19:31:07+00:00',
    date_published: '2026-05-03T19:31:07+00:00',
    favorite: false,
    location: null,
    sonar_place: null,
    original_image_width: String(width),
    original_image_height: String(height),
    status: 'approved',
    likes: '0',
    request_id: null,
    images: {
      square: image('square'),
      thumbnail: image('thumbnail'),
      mobile: image('mobile'),
      normal: image('normal'),
      original: image('original'),
    },
    _embedded: {
      uploader: {
        ...self(`//${host}/users/9`),
        id: '9',
        _fixed: true,
        name: 'Ada Lovelace',
        avatar_url: null,
        language: null,
        username: 'ada',
        social_connections: [],
        _embedded: { 'media:recent': self(`//${host}/users/9/media/recent`) },
        _forms: {},
      },
      'streams:all': {
        _fixed: true,
        ...self(`//${host}/media/${id}/streams`),
        _embedded: { stream: [stream(host, '42')] },
      },
    },
    _forms: {},
    _analytics: { oid: id, t: 'media', meta: [] },
    ...changes,
  };
}

/** @param path of the collection, `/streams/42/media/recent` */
export function page(host: string, path: string, entries: Media[]): MediaPage {
  return {
    _links: {
      self: { href: `//${host}${path}?page_key=p&page_number=1&auth_token=k&version=v2.2` },
      prev: { href: null },
      next: { href: null },
    },
    _embedded: { media: entries, customer: { id: '5', settings: { currency: 'EUR' } } as Customer },
  };
}
