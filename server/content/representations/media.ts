import type { Media } from '../../../src/content/resources.ts';
import type { MediaRecord, UserRecord } from '../../store/content/content-store.ts';
import type { Links } from '../paging/links.ts';
import type { Show } from '../paging/page-key.ts';
import { type Gathered, MOST_EMBEDDED } from '../related.ts';
import { categoryInList } from './category.ts';
import { linked } from './entity.ts';
import { ownFields } from './picture.ts';
import { streamInList } from './stream.ts';
import { userOf } from './user.ts';

/**
 * A media with its uploader and, as far as asked for, its streams and categories. `_fixed: false` says that there are
 * more of them than are embedded.
 */
export function mediaOf(links: Links, media: MediaRecord, gathered: Gathered, show: Show): Media {
  const { id } = media;
  const streams = gathered.streams.get(id) ?? [];
  const categories = gathered.categories.get(id) ?? [];
  const told = streams.length <= MOST_EMBEDDED;
  // The list behind the link has other defaults, and what it adds shall be of the same kind.
  const same = {
    include_tagged_galleries: Number(show.taggedGalleries),
    include_inactive_galleries: Number(show.inactiveGalleries),
  };
  return {
    ...ownFields(links, media),
    _embedded: {
      uploader: userOf(links, gathered.users.get(media.userId) as UserRecord),
      ...(show.streams && {
        'streams:all': {
          _fixed: told,
          _links: { self: links.to(`/media/${id}/streams`, told ? {} : same) },
          _embedded: {
            stream: streams.slice(0, MOST_EMBEDDED).map((stream) => streamInList(links, stream, gathered.pictures)),
          },
        },
      }),
      ...(show.categories && {
        'categories:all': {
          _fixed: categories.length <= MOST_EMBEDDED,
          ...linked(links, `/media/${id}/categories`),
          _embedded: {
            category: categories.slice(0, MOST_EMBEDDED).map((category) => categoryInList(links, category)),
          },
        },
      }),
    },
  };
}
