import Type, { type Static } from 'typebox';
import { SORTINGS } from '../../src/content/resources.ts';
import { LIMITS } from '../../src/events/limits.ts';
import { Id } from '../http/validation.ts';
import { unknownCharset } from './errors.ts';
import type { Galleries } from './galleries.ts';
import type { Embedding } from './paging/page-key.ts';

/** A boolean parameter. The schema keeps it as text, since a validator does not coerce "1" to a boolean. */
const Flag = (description: string) => Type.Optional(Type.Enum(['0', '1', 'true', 'false'], { description }));

/** The parameters of every endpoint. Unknown parameters are ignored, as clients of this API expect. */
export const Common = Type.Object({
  auth_token: Type.Optional(Type.String({ description: 'A public or private token of the customer.' })),
  version: Type.Optional(Type.String({ description: '`v2.2`; other forms are accepted.' })),
  wrap_responses: Flag('1: a 404 comes with status 200; `metadata.code` keeps the real one. Default 0.'),
});

/** The parameters of every GET. */
export const Reading = Type.Interface([Common], {
  callback: Type.Optional(
    Type.String({
      description:
        'JSONP, with a public token only: the name of a function (dots allowed, 128 characters at most). The answer is ' +
        'a script that calls it. Scripts run only with status 200, so errors have it too; `metadata.code` is the real one.',
    }),
  ),
});

const Inactive = { include_inactive_galleries: Flag('1: streams with status INACTIVE (discontinued) too. Default 0.') };
/** The parameters of a single stream. */
export const InactiveToo = Type.Object(Inactive);
/** The parameters of a list of streams, where the specification has no other default. */
export const WithTagged = Type.Object({
  include_tagged_galleries: Flag('0: no streams with status TAG (unavailable, miscellaneous). Default 1.'),
  ...Inactive,
});
/** The parameters of the streams of a media: "By default any streams with the status TAG will not be listed". */
export const WithoutTagged = Type.Object({
  include_tagged_galleries: Flag('1: streams with status TAG (unavailable, miscellaneous) too. Default 0.'),
  ...Inactive,
});

export function galleriesOf(asked: Static<typeof WithTagged>, taggedByDefault: boolean): Galleries {
  return {
    tagged: isOn(asked.include_tagged_galleries, taggedByDefault),
    inactive: isOn(asked.include_inactive_galleries, false),
  };
}

/** The parameters that decide which streams and categories of a media are embedded. */
export const EmbeddingQuery = Type.Interface([WithTagged], {
  disable_embedded_streams: Flag('1: media without `streams:all`. Default 0.'),
  disable_embedded_categories: Flag('1: media without `categories:all`. Default 0.'),
});

export function embeddingOf(asked: Static<typeof EmbeddingQuery>): Embedding {
  const { tagged, inactive } = galleriesOf(asked, true);
  return {
    streams: !isOn(asked.disable_embedded_streams, false),
    categories: !isOn(asked.disable_embedded_categories, false),
    taggedGalleries: tagged,
    inactiveGalleries: inactive,
  };
}

const Count = Type.Object({
  count: Type.Optional(Type.Integer({ minimum: 1, maximum: 50, description: 'Entries of a page. Default 20.' })),
});

/** Paging by key: the key has the state of the walk. */
export const Paging = Type.Interface([Count], {
  page_key: Type.Optional(Type.String({ description: 'From a link of an earlier answer.' })),
  page_number: Type.Optional(Id('From the same link.')),
});
export type Paging = Static<typeof Paging>;

/** Paging by the last entry of the page before. */
export const PreviousId = Type.Object({
  prev_id: Type.Optional(Id('The last entry of the page before: the page begins after it.')),
});
export const PagingById = Type.Interface([Count, PreviousId], {});
export type PagingById = Static<typeof PagingById>;

/** The parameters of every list of media. */
export const Listing = Type.Interface([Reading, EmbeddingQuery, Paging], {
  rights_given: Flag('1: only media whose author gave the rights. Default 0.'),
  filter_media_without_products: Flag('1: only media tagged to at least one stream with status OK. Default 0.'),
});
export type Listing = Static<typeof Listing>;

export const Key = Type.String({
  minLength: 1,
  maxLength: LIMITS.id,
  description: 'The shop’s own key of a product or category.',
});
export const TagKey = Type.Object({ tag_key: Key });

export const CustomerId = Type.Object({ customer_id: Id('Id of the customer.') });
export const StreamId = Type.Object({ stream_id: Id('Id of the stream.') });
export const CategoryId = Type.Object({ category_id: Id('Id of the category.') });
export const MediaId = Type.Object({ media_id: Id('Id of the media.') });
export const UserId = Type.Object({ user_id: Id('Id of the user, or the one that `POST /users` answered.') });
export const StyleId = Type.Object({ style_id: Id('Id of the widget style.') });
export const InstanceId = Type.Object({ instance_id: Type.String({ description: '32 hex digits.' }) });
export const InstagramHandle = Type.Object({
  instagram_handle: Type.String({ maxLength: LIMITS.id, description: 'The user’s name on Instagram, without the @.' }),
});

const ORDERS = 'newest first, at random (anew every 30 minutes), by photorank, by clicks of those who saw it';
/** The order of a stream's media. Only a stream has the order `media_position`. */
export const StreamSorting = Type.Object({
  sorting_option: Type.Enum([...SORTINGS], { description: `The order: ${ORDERS}, or as set in the stream.` }),
});
/** The order of all other lists of media. */
export const OtherSorting = Type.Object({
  sorting_option: Type.Enum(['recent', 'shuffled', 'photorank', 'rated'], { description: `The order: ${ORDERS}.` }),
});

export function isOn(flag: string | undefined, otherwise: boolean): boolean {
  return flag === undefined ? otherwise : flag === '1' || flag === 'true';
}

/**
 * Whether a request includes inactive streams. A link to a further page does not repeat the parameter; its `page_key`
 * proves that the first request had access to the stream.
 */
export function asksForInactive({
  include_inactive_galleries,
  page_key,
}: Static<typeof InactiveToo> & Paging): boolean {
  return isOn(include_inactive_galleries, false) || page_key !== undefined;
}

/**
 * Joins repeated parameters with equal values. A client may add a parameter that the link has already, such as `count`,
 * `auth_token` or `version`. The validator refuses a parameter with different values.
 */
export function joinRepeated(query: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(query))
    if (Array.isArray(value) && value.every((one) => one === value[0])) query[name] = value[0];
}

const KNOWN = new Set([...Object.keys(Listing.properties), ...Object.keys(PreviousId.properties), 'tag_key']);

/**
 * Checks that the known parameters are percent-encoded UTF-8. The query parser would return other bytes as text.
 * @throws {ContentError} 400
 */
export function checkCharset(url: string): void {
  const query = url.indexOf('?');
  if (query < 0) return;
  for (const pair of url.slice(query + 1).split('&')) {
    const [name = '', value = ''] = pair.split('=', 2);
    if (KNOWN.has(name) && !isEncodedUtf8(value)) throw unknownCharset(name);
  }
}

function isEncodedUtf8(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
