import type { Media } from '../../../src/content/resources.ts';
import type { MediaRecord, UserRecord } from '../../store/content/content-store.ts';
import type { Links } from '../paging/links.ts';
import type { Embedding } from '../paging/page-key.ts';
import { MAX_EMBEDDED, type Related } from '../related.ts';
import { categoryInList } from './category.ts';
import { linked } from './entity.ts';
import { ownFields } from './picture.ts';
import { streamInList } from './stream.ts';
import { userOf } from './user.ts';

/**
 * A media with its uploader and, if the request wants them, its streams and categories. `_fixed: false` means that there
 * are more of them than are embedded.
 */
export function mediaOf(links: Links, media: MediaRecord, related: Related, embedding: Embedding): Media {
  const { id } = media;
  const streams = related.streams.get(id) ?? [];
  const categories = related.categories.get(id) ?? [];
  const hasAllStreams = streams.length <= MAX_EMBEDDED;
  // The list behind the link has other defaults. These parameters make it continue the embedded streams.
  const filters = {
    include_tagged_galleries: Number(embedding.taggedGalleries),
    include_inactive_galleries: Number(embedding.inactiveGalleries),
  };
  return {
    ...ownFields(links, media),
    _embedded: {
      uploader: userOf(links, related.users.get(media.userId) as UserRecord),
      ...(embedding.streams && {
        'streams:all': {
          _fixed: hasAllStreams,
          _links: { self: links.to(`/media/${id}/streams`, hasAllStreams ? {} : filters) },
          _embedded: {
            stream: streams.slice(0, MAX_EMBEDDED).map((stream) => streamInList(links, stream, related.pictures)),
          },
        },
      }),
      ...(embedding.categories && {
        'categories:all': {
          _fixed: categories.length <= MAX_EMBEDDED,
          ...linked(links, `/media/${id}/categories`),
          _embedded: {
            category: categories.slice(0, MAX_EMBEDDED).map((category) => categoryInList(links, category)),
          },
        },
      }),
    },
  };
}
