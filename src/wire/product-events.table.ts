import type { Carries } from './wire.ts';

/** An act on something else is told as the product act that it comes to, and what it was in `eventMetadata`. */
const TOLD = { kind: 'a product’s, with the act in `metadata.act`' };
const SEGMENTS = { segments: 'the order of those whose keys are numbers' };

/** What product events have an `eventType` for. */
export const CARRIES: Carries = {
  widget: {
    as: '`product interaction`, of `upload_click` `product social share`; not `render`',
    loses: {
      ...TOLD,
      ...SEGMENTS,
      action: 'told in `metadata.act`',
      instance: 'told in `metadata`',
      scope: 'told in `metadata`',
      pics: 'told in `metadata`',
      abTesting: 'told in `metadata`',
    },
    only: 'encode',
  },
  media: {
    as: '`product interaction`, of `click`, `move`, `play_click` and `shop`',
    loses: {
      ...TOLD,
      ...SEGMENTS,
      action: 'told in `metadata.act`',
      instance: 'told in `metadata`',
      scope: 'told in `metadata`',
      pics: 'told in `metadata`',
      abTesting: 'told in `metadata`',
      media: 'told in `metadata`',
      redirectUrl: 'told in `metadata`',
    },
    only: 'encode',
  },
  checkout: {
    as: '`product ordered`, the total as `metric`',
    loses: {
      ...TOLD,
      ...SEGMENTS,
      transactionId: 'told in `metadata`',
      products: 'told in `metadata`, at most 200 units',
      currency: 'told in `metadata`',
      referrer: 'told in `metadata`',
    },
    only: 'encode',
  },
  vital: null,
  choice: null,
  page: null,
  product: {
    as: '`eventType`, `sessionId`, `assetId`, `configId`, `configuration`, `metric`, `eventMetadata`',
    loses: { ...SEGMENTS, metadata: 'an empty one, and keys that the wire writes itself, as `event_id`' },
  },
  cart: null,
  goal: null,
  search: null,
  content: null,
  other: null,
  link: null,
  profile: null,
};
