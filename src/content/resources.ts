/**
 * What the content API answers (`001-content-api-v2.2.txt`), as its examples and real answers have it: HAL-like,
 * ids and pixel sizes as strings, hrefs protocol-relative with `auth_token` and `version` in them, addresses of files
 * absolute. Only types: the service builds its representations against these, the client reads against them.
 */

export interface Answer<T> {
  metadata: { code: number; message: string; version: string };
  data: T;
}

export interface ErrorAnswer extends Answer<{ message: string; detail?: string }> {}

export interface Link {
  href: string | null;
}

/** What every entity has. `_fixed: false`: there is more behind the link, as of a stub with its id and self link only. */
export interface Entity {
  _links: { self: { href: string } };
  id: string;
  _fixed: boolean;
}

export interface Analytics {
  oid: string;
  t: 'media' | 'gallery' | 'widget' | 'category';
  meta: string[];
}

export const SORTINGS = ['recent', 'shuffled', 'photorank', 'rated', 'media_position'] as const;
export type Sorting = (typeof SORTINGS)[number];

/** `square` is 90x90 and cropped; the others keep their ratio within 150, 320 and 640 px; `original` keeps its size. */
export const IMAGE_SIZES = ['square', 'thumbnail', 'mobile', 'normal', 'original'] as const;
export type ImageSize = (typeof IMAGE_SIZES)[number];
export type Images = Record<ImageSize, string>;

export interface Media extends Entity {
  type: 'IMAGE' | 'VIDEO';
  source: string;
  source_id: string | null;
  original_source: string | null;
  caption: string | null;
  /** Only for VIDEO; `images` then are sizes of its poster. */
  video_url: string | null;
  share_url: string | null;
  /** `YYYY-MM-DDThh:mm:ss+00:00` */
  date_submitted: string;
  date_published: string;
  favorite: boolean;
  location: { latitude: number; longitude: number } | null;
  sonar_place: object | null;
  original_image_width: string;
  original_image_height: string;
  status: 'approved' | 'pending' | 'rejected';
  likes: string;
  request_id: string | null;
  images: Images;
  _embedded: {
    uploader: User;
    'streams:all'?: { _fixed: boolean; _links: { self: { href: string } }; _embedded: { stream: Stream[] } };
    'categories:all'?: { _fixed: boolean; _links: { self: { href: string } }; _embedded: { category: Category[] } };
  };
  _forms: Record<string, Form>;
  _analytics: Analytics;
}

/** A media as it stands in a stream: of its uploader, streams and categories only the links. */
export type Picture = Omit<Media, '_embedded'> & {
  _embedded: {
    uploader: Entity;
    'streams:all': { _fixed: boolean; _links: { self: { href: string } }; _embedded?: { stream: Stream[] } };
    'categories:all': { _fixed: boolean; _links: { self: { href: string } }; _embedded?: { category: Category[] } };
  };
};

export interface User extends Entity {
  name: string | null;
  avatar_url: string | null;
  language: string | null;
  username: string | null;
  /** By network; `source_id` is null where the user's id there is not known. */
  social_connections: Record<string, { username: string; source_id: string | null }> | [];
  _embedded: { 'media:recent': { _links: { self: { href: string } } } };
  _forms: Record<string, Form>;
}

/** OK, TAG, TAG and INACTIVE in the text's other vocabulary. */
export const STREAM_STATUSES = ['available', 'unavailable', 'miscellaneous', 'discontinued'] as const;
export type StreamStatus = (typeof STREAM_STATUSES)[number];

/** A stream is a product and the media tagged with it. */
export interface Stream extends Entity {
  shop_button_url: string | null;
  share_url: string | null;
  name: string;
  description: string | null;
  /** The shop's own product id. */
  tag_based_key: string;
  product_url: string | null;
  hide_from_related: boolean;
  status: StreamStatus;
  product_info: { price: string | null; availability: string | null; stock: string | null; color: string | null };
  _embedded: {
    customer: Customer | Entity;
    base_image: Picture | null;
    cover_media: Picture | null;
  } & Record<`media:${Sorting}`, { _links: { self: { href: string } } }>;
  _analytics: Analytics;
}

export interface Category extends Entity {
  name: string;
  /** The shop's own category key. */
  key: string;
  product_url: string | null;
  settings: {
    meta_title: string | null;
    meta_description: string | null;
    meta_keywords: string | null;
    meta_extras: string | null;
  };
  _embedded: { customer: Customer | Entity } & Record<
    `media:${Exclude<Sorting, 'media_position'>}`,
    { _links: { self: { href: string } } }
  >;
}

export interface Customer extends Entity {
  name: string;
  domain: string;
  template_dir: string;
  language: string;
  settings: CustomerSettings;
  views: Record<string, string>;
  /** Its user and its lists of media; where it is asked for by its id, itself once more. */
  _embedded: Record<string, Customer | Entity | { _links: { self: { href: string } }; _fixed: boolean }>;
  _forms: Record<string, Form>;
}

export interface CustomerSettings {
  force_viewer_modal: boolean;
  column_number: string;
  items_per_page: string;
  uploader_actions: string;
  show_in_home: string;
  show_in_home_id: string;
  force_https: boolean;
  ab_testing: number;
  olapicU: string;
  customer_dependant: Record<string, string>;
  analytics_cookie_domain: string;
  premoderation: boolean;
  tagging: boolean;
  analytics_api_version: string;
  analytics_checkout_file_prefix: string;
  analytics_dashboard_engagement: boolean;
  analytics_conversion_interval: string;
  currency: string;
  analytics_enterprise_analytics: boolean;
}

export const WIDGET_TYPES = ['best_photos', 'by_category', 'by_stream'] as const;

export interface WidgetInstance extends Entity {
  name: string;
  type: (typeof WIDGET_TYPES)[number];
  settings: {
    sorting: Sorting;
    mode: 'development' | 'production';
    rights: string | null;
    precache: boolean;
    disable_base_styles: boolean;
    uploader_id: string | null;
    enable_tagging: boolean;
  };
  _embedded: {
    customer: Customer | Entity;
    setting: WidgetStyle | Entity;
    category?: { _links: { self: { href: string } } };
    stream?: { _links: { self: { href: string } } };
  };
}

/** How a widget looks. The keys after `name` depend on `type` (`olapic_slidev3`, `olapic_wallv2`, `buttonv2`…). */
export interface WidgetStyle extends Entity {
  type: string;
  name: string;
  views: string;
  _analytics: Analytics;
  [setting: string]: unknown;
}

/** One page of media: `first`, `self`, `prev` and `next` may have a null href. */
export interface MediaPage {
  _links: Partial<Record<'first' | 'self' | 'prev' | 'next', Link>>;
  _embedded: { media: Media[]; customer?: Customer | Entity; stream?: Stream; category?: Category };
}

export interface Form {
  title: string;
  action: { href: string };
  method: 'GET' | 'POST';
  fields: { type: string; prompt: string; name: string; value: string; placeholder: string }[];
}
