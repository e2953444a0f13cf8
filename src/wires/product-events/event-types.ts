import type { ProductAction } from '../../events/vocabulary.ts';

/** The event types of `002-product-events.txt`, without the typos of the text. We send, store and answer this spelling. */
export const EVENT_TYPES: Record<ProductAction, string> = {
  session_start: 'product session start',
  session_end: 'product session end',
  configuration_start: 'product configuration start',
  attribute_set: 'product configuration attribute set',
  interaction: 'product interaction',
  render: 'product renders',
  download: 'product download',
  cart_add: 'product cart-add',
  ordered: 'product ordered',
  social_share: 'product social share',
  ar_not_available: 'product AR not available',
  ar_offered: 'product AR offered',
  ar_download: 'product AR download',
  ar_mobile_transition_offered: 'product AR mobile transition offered',
  ar_mobile_transition_completed: 'product AR mobile transition completed',
};
