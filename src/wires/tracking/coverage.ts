import type { Carries } from '../wire.ts';

/** What the tracking protocol has a path for; the rest of what can happen it cannot say. */
export const CARRIES: Carries = {
  widget: { as: '`/track/widget/{instance}/{scope}/{action}`' },
  media: { as: '`/track/widget/{instance}/{scope}/media/{media}/{action}`' },
  checkout: { as: '`/track/transaction/{transactionId}/checkout`' },
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
