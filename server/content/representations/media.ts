import type { Media } from '../../../src/content/resources.ts';
import type { MediaRecord, UserRecord } from '../../store/content/content-store.ts';
import type { Gathered } from '../gathered.ts';
import type { Links } from '../links.ts';
import type { Show } from '../page-key.ts';
import { categoryInMedia } from './category.ts';
import { linked } from './entity.ts';
import { ownFields } from './picture.ts';
import { streamInMedia } from './stream.ts';
import { userOf } from './user.ts';

/** A media with its uploader and, as far as asked for, its streams and categories. */
export function mediaOf(links: Links, media: MediaRecord, gathered: Gathered, show: Show): Media {
  const { id } = media;
  const streams = (gathered.streams.get(id) ?? []).filter(({ status }) => {
    if (status === 'discontinued') return show.inactiveGalleries;
    return status === 'available' || show.taggedGalleries;
  });
  const categories = gathered.categories.get(id) ?? [];
  return {
    ...ownFields(links, media),
    _embedded: {
      uploader: userOf(links, gathered.users.get(media.userId) as UserRecord),
      ...(show.streams && {
        'streams:all': {
          _fixed: true,
          ...linked(links, `/media/${id}/streams`),
          _embedded: { stream: streams.map((stream) => streamInMedia(links, stream, gathered.pictures)) },
        },
      }),
      ...(show.categories && {
        'categories:all': {
          _fixed: true,
          ...linked(links, `/media/${id}/categories`),
          _embedded: { category: categories.map((category) => categoryInMedia(links, category)) },
        },
      }),
    },
  };
}
