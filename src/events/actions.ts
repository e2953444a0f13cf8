/** Constant lists of what can be done, each with the type of its members. */

/** Acts on a widget as a whole. */
export const WIDGET_ACTIONS = ['render', 'move', 'upload_click', 'filter_click', 'view_all'] as const;
/** Acts on one media of a widget. */
export const MEDIA_ACTIONS = ['render', 'view', 'move', 'click', 'close', 'play_click', 'shop'] as const;
/** Measurements of the page, as web-vitals reports them. */
export const VITAL_NAMES = ['LCP', 'CLS', 'INP'] as const;
/** A visitor's decisions about being measured. */
export const CHOICES = ['granted', 'denied'] as const;

/** Acts on a product that can be configured or looked at in three dimensions (`002-product-events.txt`). */
export const PRODUCT_ACTIONS = [
  'session_start',
  'session_end',
  'configuration_start',
  'attribute_set',
  'interaction',
  'render',
  'download',
  'cart_add',
  'ordered',
  'social_share',
  'ar_not_available',
  'ar_offered',
  'ar_download',
  'ar_mobile_transition_offered',
  'ar_mobile_transition_completed',
] as const;
/** Acts on content that a page shows beside widgets (`004-tracking-http.txt`). */
export const CONTENT_ACTIONS = ['impression', 'interaction'] as const;
/** Ways off the page: a link to another site, or the download of a file. */
export const LINK_ACTIONS = ['link', 'download'] as const;

export type ProductAction = (typeof PRODUCT_ACTIONS)[number];
export type ContentAction = (typeof CONTENT_ACTIONS)[number];
export type LinkAction = (typeof LINK_ACTIONS)[number];
export type WidgetAction = (typeof WIDGET_ACTIONS)[number];
export type MediaAction = (typeof MEDIA_ACTIONS)[number];
export type VitalName = (typeof VITAL_NAMES)[number];
export type Choice = (typeof CHOICES)[number];
