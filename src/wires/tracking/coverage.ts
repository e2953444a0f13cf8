import type { Coverage } from '../wire.ts';

/** The protocol has no word for either, and its server knows its own media and streams by their ids. */
export const UNTOLD = { label: 'not told', image: 'not told' };
const { label } = UNTOLD;

/** What the tracking protocol has a path for; the rest of what can happen it cannot say. */
export const COVERAGE: Coverage = {
  widget: { as: '`/track/widget/{instance}/{scope}/{action}`', loses: { label } },
  media: { as: '`/track/widget/{instance}/{scope}/media/{media}/{action}`', loses: UNTOLD },
  checkout: {
    as: '`/track/transaction/{transactionId}/checkout`',
    loses: { products: 'names and categories: there is room for `ID:AMOUNT` only' },
  },
  vital: { as: '`/track/vital/{name}`, a path of ours' },
  choice: { as: '`/track/choice/{choice}`, a path of ours' },
  page: null,
  product: null,
  cart: null,
  goal: null,
  search: null,
  content: null,
  other: null,
  link: null,
  profile: null,
};
