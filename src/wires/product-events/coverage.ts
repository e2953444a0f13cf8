import type { Coverage } from '../wire.ts';

/** Other acts are carried as product acts. `eventMetadata` has what they were. */
const TOLD = { kind: 'a product’s, with the act in `metadata.act`' };
const SEGMENTS = { segments: 'the order of those whose keys are numbers' };
const METADATA = 'told in `metadata`';
const ON_WIDGET = {
  ...TOLD,
  ...SEGMENTS,
  action: 'told in `metadata.act`',
  instance: METADATA,
  label: METADATA,
  scope: METADATA,
  pics: METADATA,
  abTesting: METADATA,
};

/** Product events carry the kinds for which the protocol has an `eventType`. */
export const COVERAGE: Coverage = {
  widget: {
    as: '`product interaction`, of `upload_click` `product social share`; not `render`',
    loses: ON_WIDGET,
    only: 'encode',
  },
  media: {
    as: '`product interaction`, of `click`, `move`, `play_click` and `shop`',
    loses: { ...ON_WIDGET, media: METADATA, image: METADATA, redirectUrl: METADATA },
    only: 'encode',
  },
  checkout: {
    as: '`product ordered`, the total as `metric`',
    loses: {
      ...TOLD,
      ...SEGMENTS,
      transactionId: METADATA,
      products: `${METADATA}, at most 200 units or lines, without names and categories`,
      currency: METADATA,
      referrer: METADATA,
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
