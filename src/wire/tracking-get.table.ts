import type { Carries } from './wire.ts';

/** What the original has a path for; each is a GET of its own. */
export const CARRIES: Carries = {
  widget: { as: '`GET /track/widget/{instance}/{scope}/{action}.gif`' },
  media: {
    as: '`GET /track/widget/{instance}/{scope}/media/{media}/{action}.gif`',
    loses: { redirectUrl: 'the answer would be a redirect' },
  },
  checkout: { as: '`GET /track/transaction/{transactionId}/checkout.gif`' },
  vital: null,
  choice: null,
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
