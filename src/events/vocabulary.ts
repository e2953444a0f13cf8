/**
 * What can happen. Every other part of Vitrine speaks in these terms: elements announce them, the tracker
 * delivers them, a wire writes them down and reads them back, the service stores them.
 *
 * The actions and scopes are those of the tracking specification (`000-analytics-tracking.txt`).
 */

/** Acts on a widget as a whole. */
export const WIDGET_ACTIONS = ['render', 'move', 'upload_click', 'filter_click', 'view_all'] as const;
/** Acts on one media of a widget. */
export const MEDIA_ACTIONS = ['render', 'view', 'move', 'click', 'close', 'play_click', 'shop'] as const;
/** Measurements of the page, as web-vitals reports them. */
export const VITAL_NAMES = ['LCP', 'CLS', 'INP'] as const;
/** What a visitor can decide about being measured. */
export const CHOICES = ['granted', 'denied'] as const;

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

/** One unit sold. A product bought twice stands twice; `amount` is the price of one unit. */
export interface Product {
  id: string;
  amount: number;
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

/** An act as whoever saw it says it. */
export type VitrineEvent = WidgetEvent | MediaEvent | CheckoutEvent | VitalEvent | ChoiceEvent;
export type EventKind = VitrineEvent['kind'];

/** What the tracker adds before an event leaves: the page it happened on and, after the consent gate, who. */
export interface Stamp {
  pageUrl?: string;
  /** `document.referrer` of that page. */
  pageReferrer?: string;
  /** An opaque string of at most 256 characters; a foreign client's is never parsed. */
  analyticsId: string;
}

export type StampedEvent = VitrineEvent & Stamp;
