import type { Coverage } from '../wire.ts';

/** Fields that the protocol has no parameter for. Its server knows its own media and streams by their ids. */
export const UNTOLD = { label: 'not told', image: 'not told' };
const { label } = UNTOLD;

/** The tracking protocol carries the kinds that it has a path for. */
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
