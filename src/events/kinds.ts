import type {
  Choice,
  ContentAction,
  LinkAction,
  MediaAction,
  ProductAction,
  VitalName,
  WidgetAction,
} from './actions.ts';
import type { JsonObject, Product, Scope, Segment } from './values.ts';

/** Each kind of event, with its fields. */

interface Happened {
  /** A UUIDv7, or the UUIDv8 of a checkout. It is given when the event happens, and never changes. */
  id: string;
  /** When the event happened, by the visitor's clock, in milliseconds since 1970. */
  at: number;
}

interface OnWidget extends Happened {
  /** The widget instance: 32 hex digits, or the `instance` attribute as it stands. */
  instance: string;
  /** What reports call the widget: the element's `label`, else the shop's own key of the stream or category. */
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
  /** The id of the media in the content API. */
  media: string;
  /** The URL of the picture that is shown, or of the film's poster. It is the same for each act on the media. */
  image?: string;
  /** Where "Shop this product" leads. Only the action `shop` has it. */
  redirectUrl?: string;
}

export interface CheckoutEvent extends Happened {
  kind: 'checkout';
  transactionId: string;
  products: Product[];
  /** Three capital letters of ISO 4217. */
  currency: string;
  segments: Segment[];
  /** The URL of the confirmation page (the specification's `referrer`). */
  referrer?: string;
}

export interface VitalEvent extends Happened {
  kind: 'vital';
  name: VitalName;
  /** LCP and INP are in milliseconds, CLS is a score without unit. */
  value: number;
}

export interface ChoiceEvent extends Happened {
  kind: 'choice';
  choice: Choice;
}

/** A page was viewed. */
export interface PageEvent extends Happened {
  kind: 'page';
  title: string;
  /** How long the server took to make the page and the network to transfer it, in milliseconds. */
  loadingTime?: number;
  segments: Segment[];
}

export interface ProductEvent extends Happened {
  kind: 'product';
  action: ProductAction;
  /** The session of acts on products. It ends after 30 minutes without an act. */
  session: string;
  /** The shop's own id of the product. */
  product?: string;
  /** The id of a configuration that another system keeps. */
  configurationId?: string;
  configuration?: JsonObject;
  /** The number that reports add up; 1 where it is absent. */
  metric?: number;
  metadata?: JsonObject;
  segments: Segment[];
}

/** The basket changed. The event has all that is in it. */
export interface CartEvent extends Happened {
  kind: 'cart';
  products: Product[];
  /** Three capital letters of ISO 4217. */
  currency: string;
  segments: Segment[];
}

/** A visitor reached a goal of the shop. */
export interface GoalEvent extends Happened {
  kind: 'goal';
  goal: string;
  revenue?: number;
  segments: Segment[];
}

/** A visitor searched the shop. */
export interface SearchEvent extends Happened {
  kind: 'search';
  keyword: string;
  category?: string;
  /** How many results there were. */
  count?: number;
  segments: Segment[];
}

export interface ContentEvent extends Happened {
  kind: 'content';
  action: ContentAction;
  name: string;
  /** The picture, film or text: its URL, or the text itself. */
  piece?: string;
  /** The URL that the content links to. */
  target?: string;
  /** What was done, as in `click`. Only the action `interaction` has it. */
  interaction?: string;
  segments: Segment[];
}

/** Any other event, in the shop's own words. */
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
