/** The values that the fields of events have. */

/**
 * Where the media of a widget come from. `not_found` stands for a stream that the content API does not know. A widget of
 * that scope can only be rendered.
 */
export type Scope =
  | { kind: 'category'; id: string }
  | { kind: 'stream'; id: string }
  | { kind: 'best' }
  | { kind: 'not_found' };

/** A pair that groups reports. A key is not empty, contains no `:` and appears once per event. */
export type Segment = readonly [key: string, value: string];

/**
 * An entry of an order, as `productsOf` makes it of the order's lines. It is one unit, so that a product that was bought
 * twice has two entries, or as many units as `quantity` tells.
 */
export interface Product {
  id: string;
  /** The price of one unit. Absent where it is not known, which is not a price of 0. */
  amount?: number;
  /** How many units; 1 where it is absent. It is more than 0, and may be a fraction, as in 0.35 kg. */
  quantity?: number;
  /** The product's name on the shop's pages. The service keeps one name for each product of an order. */
  name?: string;
  /** The shop's category of the product. */
  category?: string;
}

/** A value that JSON can express. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };
