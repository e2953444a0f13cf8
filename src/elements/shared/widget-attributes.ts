import { LitElement } from 'lit';
import type { Segment } from '../../events/vocabulary.ts';
import type { Attribute, ElementWith, PropertiesOf } from './attributes.ts';
import { SOURCE_ATTRIBUTES } from './source.ts';

/** The attribute of every element that has strings of its own. */
export const LOCALE_ATTRIBUTE = {
  /** Language of the element's own words, as a BCP 47 tag; by default that of the text around it. */
  locale: {} as Attribute<string>,
};

/**
 * Attributes of every element that shows the media of a source. A change of the source, of `sorting`, `limit` or `locale` loads
 * the media again.
 */
export const WIDGET_ATTRIBUTES = {
  ...SOURCE_ATTRIBUTES,
  /**
   * Id of a widget instance that was set up with `npm run admin -- instance add`: it names the source and order. Beside
   * another source it only names the widget in reports.
   */
  instance: {} as Attribute<string>,
  /** `recent` (default), `shuffled`, `photorank`, `rated` or `media_position`. */
  sorting: {} as Attribute<string>,
  /** How many media, 1 to 50; 20 by default. */
  limit: { type: Number } as Attribute<number>,
  /** Names the element for screen readers, and in reports such as Matomo's. */
  label: {} as Attribute<string>,
  /**
   * Pairs that group reports, as in `section:home,season:autumn`; a script may set an array of pairs. Read when the media are
   * loaded.
   */
  segments: {} as Attribute<string | readonly Segment[]>,
  /** Number of an A/B experiment. Read when the media are loaded. */
  abTesting: { attribute: 'ab-testing', type: Number } as Attribute<number>,
  /**
   * When a media counts as seen: with which share of its tile in the viewport, and for how many milliseconds; `[0.5, 1000]`
   * by default. Of a tile that is too tall for that, this share of the viewport is filled. A media that is hidden,
   * transparent or under something with an opaque colour then, such as a cookie wall, is not seen; one under a picture, a
   * frame, a modal `<dialog>` or a wall within a shadow root is.
   */
  exposure: { type: Array } as Attribute<[ratio: number, duration: number]>,
  ...LOCALE_ATTRIBUTE,
};

export type WidgetProperties = PropertiesOf<typeof WIDGET_ATTRIBUTES>;

/** The base of every element that shows the media of a source. */
export const WidgetElement: ElementWith<typeof WIDGET_ATTRIBUTES> = LitElement;
