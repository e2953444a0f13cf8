/**
 * What can happen. Every other part of Vitrine speaks in these terms: elements announce them, the tracker
 * delivers them, a wire writes them down and reads them back, the service stores them.
 *
 * The actions and scopes of widgets and media are those of the tracking specification (`000-analytics-tracking.txt`);
 * what a page, a product or a visitor does beside them has the names of the others (`002`, `003`, `004`). No wire
 * carries all of it: `docs/wires.md` says which carries what, and what it loses.
 */

/** Acts on a widget as a whole. */
export const WIDGET_ACTIONS = ['render', 'move', 'upload_click', 'filter_click', 'view_all'] as const;
/** Acts on one media of a widget. */
export const MEDIA_ACTIONS = ['render', 'view', 'move', 'click', 'close', 'play_click', 'shop'] as const;
/** Measurements of the page, as web-vitals reports them. */
export const VITAL_NAMES = ['LCP', 'CLS', 'INP'] as const;
/** What a visitor can decide about being measured. */
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
/** Content that a page shows beside widgets, and what is done with it (`004-tracking-http.txt`). */
export const CONTENT_ACTIONS = ['impression', 'interaction'] as const;
/** Ways off the page: another site's page, or a file. */
export const LINK_ACTIONS = ['link', 'download'] as const;

export type ProductAction = (typeof PRODUCT_ACTIONS)[number];
export type ContentAction = (typeof CONTENT_ACTIONS)[number];
export type LinkAction = (typeof LINK_ACTIONS)[number];
export type WidgetAction = (typeof WIDGET_ACTIONS)[number];
export type MediaAction = (typeof MEDIA_ACTIONS)[number];
export type VitalName = (typeof VITAL_NAMES)[number];
export type Choice = (typeof CHOICES)[number];

/**
 * Where the media of a widget come from. `not_found` is the stream widget whose stream the content API
 * did not know; it can only be rendered.
 */
export type Scope =
  | { kind: 'category'; id: string }
  | { kind: 'stream'; id: string }
  | { kind: 'best' }
  | { kind: 'not_found' };

/** A pair that groups reports. A key is not empty, contains no `:` and appears once per event. */
export type Segment = readonly [key: string, value: string];

/**
 * What was sold, as `productsOf` makes it of an order's lines: one unit, so that a product bought twice stands twice, or
 * as many as `quantity` says.
 */
export interface Product {
  id: string;
  /** The price of one unit. Absent where it is not known, which is not a price of 0. */
  amount?: number;
  /** 1 unless told; more than 0, as in 0.35 of what is sold by weight. */
  quantity?: number;
  /** As the shop's pages call it. The service keeps one name for each product of an order. */
  name?: string;
  /** What the shop files it under. */
  category?: string;
}

interface Happened {
  /** UUIDv7, or the UUIDv8 of a checkout: given when the event happens and never changed. */
  id: string;
  /** When it happened by the visitor's clock, in milliseconds since 1970. */
  at: number;
}

interface OnWidget extends Happened {
  /** The widget instance: 32 hex digits, or the `instance` attribute as it stands. */
  instance: string;
  /** What reports call the widget: the element's `label`, else the shop's own key of what it shows. */
  label?: string;
  scope: Scope;
  /** How many media the widget shows. */
  pics: number;
  abTesting?: number;
  segments: Segment[];
}

export interface WidgetEvent extends OnWidget {
  kind: 'widget';
  action: WidgetAction;
}

export interface MediaEvent extends OnWidget {
  kind: 'media';
  action: MediaAction;
  /** Id of the media in the content API. */
  media: string;
  /** URL of the picture that is shown, or of the film's poster: the same one for each act on the media. */
  image?: string;
  /** Where "Shop this product" leads; only with `shop`. */
  redirectUrl?: string;
}

export interface CheckoutEvent extends Happened {
  kind: 'checkout';
  transactionId: string;
  products: Product[];
  /** ISO 4217, three capital letters. */
  currency: string;
  segments: Segment[];
  /** URL of the confirmation page (the specification's `referrer`). */
  referrer?: string;
}

export interface VitalEvent extends Happened {
  kind: 'vital';
  name: VitalName;
  /** Milliseconds for LCP and INP, a score without unit for CLS. */
  value: number;
}

export interface ChoiceEvent extends Happened {
  kind: 'choice';
  choice: Choice;
}

/** What JSON can say. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** A page was seen. */
export interface PageEvent extends Happened {
  kind: 'page';
  title: string;
  /** Milliseconds that the server took to make it and the network to bring it. */
  loadingTime?: number;
  segments: Segment[];
}

export interface ProductEvent extends Happened {
  kind: 'product';
  action: ProductAction;
  /** One visit's dealings with products; it ends after 30 minutes without any. */
  session: string;
  /** The product, by the shop's own id. */
  product?: string;
  /** A configuration that is kept elsewhere, by its id. */
  configurationId?: string;
  configuration?: JsonObject;
  /** What is added up; 1 unless told. */
  metric?: number;
  metadata?: JsonObject;
  segments: Segment[];
}

/** What is in the basket now: all of it, whenever it changes. */
export interface CartEvent extends Happened {
  kind: 'cart';
  products: Product[];
  /** ISO 4217, three capital letters. */
  currency: string;
  segments: Segment[];
}

/** Something that the shop wants visitors to do was done. */
export interface GoalEvent extends Happened {
  kind: 'goal';
  goal: string;
  revenue?: number;
  segments: Segment[];
}

/** Somebody searched the shop. */
export interface SearchEvent extends Happened {
  kind: 'search';
  keyword: string;
  category?: string;
  /** How much was found. */
  count?: number;
  segments: Segment[];
}

export interface ContentEvent extends Happened {
  kind: 'content';
  action: ContentAction;
  name: string;
  /** The picture, film or text itself, as its URL or words. */
  piece?: string;
  /** Where it leads. */
  target?: string;
  /** What was done, as in `click`; only with `interaction`. */
  interaction?: string;
  segments: Segment[];
}

/** Anything else, in the shop's own words. */
export interface OtherEvent extends Happened {
  kind: 'other';
  category: string;
  action: string;
  name?: string;
  value?: number;
  segments: Segment[];
}

export interface LinkEvent extends Happened {
  kind: 'link';
  action: LinkAction;
  target: string;
  segments: Segment[];
}

/** What the shop knows of a visitor who has an account. */
export interface ProfileEvent extends Happened {
  kind: 'profile';
  account: string;
  properties: JsonObject;
}

/** An act as whoever saw it says it. */
export type VitrineEvent =
  | WidgetEvent
  | MediaEvent
  | CheckoutEvent
  | VitalEvent
  | ChoiceEvent
  | PageEvent
  | ProductEvent
  | CartEvent
  | GoalEvent
  | SearchEvent
  | ContentEvent
  | OtherEvent
  | LinkEvent
  | ProfileEvent;
export type EventKind = VitrineEvent['kind'];

/** What the tracker adds before an event leaves: the page it happened on and, after the consent gate, who. */
export interface Stamp {
  pageUrl?: string;
  /** `document.referrer` of that page. */
  pageReferrer?: string;
  /** An opaque string of at most 256 characters; a foreign client's is never parsed. */
  analyticsId: string;
  /**
   * The id that this browser had until the shop identified the visitor, on the page where it did: so that who erases one
   * of the two finds the other.
   */
  previousId?: string;
}

export type StampedEvent = VitrineEvent & Stamp;

export type Without<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

/** An event as the service reads it: a foreign client gives it neither id nor time. */
export type IncomingEvent = Without<StampedEvent, 'id' | 'at'> & { id?: string; at?: number };
