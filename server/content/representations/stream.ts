import { type Customer, type Entity, SORTINGS, type Stream } from '../../../src/content/resources.ts';
import type { CustomerRecord, StreamRecord } from '../../store/content/content-store.ts';
import type { Links } from '../paging/links.ts';
import type { Pictures } from '../related.ts';
import { customerOf, customerStub } from './customer.ts';
import { analytics, entity, mediaLists } from './entity.ts';
import { pictureOf } from './picture.ts';

export function streamOf(links: Links, stream: StreamRecord, customer: CustomerRecord, pictures: Pictures): Stream {
  return represent(links, stream, customerOf(links, customer), pictures);
}

/** A stream in a list or in a media. It has only a link to the customer, who is elsewhere in the answer. */
export function streamInList(links: Links, stream: StreamRecord, pictures: Pictures): Stream {
  return represent(links, stream, customerStub(links, stream.customerId), pictures);
}

function represent(links: Links, stream: StreamRecord, customer: Customer | Entity, pictures: Pictures): Stream {
  const { id, name, description, key, status, price, availability, stock, color } = stream;
  const picture = (mediaId: number | null) => {
    const media = mediaId === null ? undefined : pictures.get(mediaId);
    return media ? pictureOf(links, media) : null;
  };
  const own = status === 'discontinued' ? includingInactive(links) : links;
  return {
    ...entity(own, `/streams/${id}`, id),
    shop_button_url: stream.shopButtonUrl,
    share_url: null,
    _embedded: {
      customer,
      base_image: picture(stream.baseMediaId),
      cover_media: picture(stream.coverMediaId),
      ...mediaLists(own, `/streams/${id}`, SORTINGS),
    },
    name,
    // The specification's example of a product without a description has an empty string.
    description: description ?? '',
    tag_based_key: key,
    product_url: stream.productUrl,
    hide_from_related: stream.hideFromRelated,
    status,
    product_info: { price, availability, stock, color },
    _analytics: analytics('gallery', id),
  };
}

/** A discontinued stream needs this parameter, so its own links have it. */
function includingInactive(links: Links): Links {
  return { ...links, to: (path) => links.to(path, { include_inactive_galleries: 1 }) };
}
