import { IMAGE_SIZES, type Images, type Media, type Picture } from '../../../src/content/resources.ts';
import { imageUrl, videoUrl } from '../../media/paths.ts';
import type { MediaRecord } from '../../store/content/content-store.ts';
import type { Links } from '../paging/links.ts';
import { analytics, entity, linked } from './entity.ts';
import { mediaForms } from './forms.ts';
import { userStub } from './user.ts';

/**
 * A media as the picture of a stream. It embeds no streams and categories, since media and streams would embed each
 * other without end. Its empty collections with `_fixed: false` are for clients that read them without a check.
 */
export function pictureOf(links: Links, media: MediaRecord): Picture {
  const { id } = media;
  return {
    ...ownFields(links, media),
    _embedded: {
      uploader: userStub(links, media.userId),
      'streams:all': { _fixed: false, ...linked(links, `/media/${id}/streams`), _embedded: { stream: [] } },
      'categories:all': { _fixed: false, ...linked(links, `/media/${id}/categories`), _embedded: { category: [] } },
    },
  };
}

/** All fields of a media except its embedded entities. */
export function ownFields(links: Links, media: MediaRecord): Omit<Media, '_embedded'> {
  const { id, hash, latitude, longitude, videoExt } = media;
  return {
    ...entity(links, `/media/${id}`, id),
    type: media.type,
    source: media.source,
    source_id: media.sourceId,
    original_source: media.originalSource,
    caption: media.caption,
    video_url: videoExt && links.file(videoUrl(hash, videoExt)),
    share_url: media.shareUrl,
    date_submitted: dateOf(media.submittedAt),
    date_published: dateOf(media.publishedAt),
    favorite: media.favorite,
    location: latitude === null || longitude === null ? null : { latitude, longitude },
    sonar_place: null,
    original_image_width: String(media.width),
    original_image_height: String(media.height),
    status: media.status,
    likes: String(media.likes),
    request_id: null,
    images: imagesOf(links, media),
    _forms: mediaForms(links, id),
    _analytics: analytics('media', id),
  };
}

function imagesOf(links: Links, { hash, imageExt }: MediaRecord): Images {
  const urls = IMAGE_SIZES.map((size) => [size, links.file(imageUrl(hash, size, imageExt))]);
  return Object.fromEntries(urls) as Images;
}

/** `YYYY-MM-DDThh:mm:ss+00:00` */
function dateOf(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19)}+00:00`;
}
