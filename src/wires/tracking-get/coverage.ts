import { COVERAGE as TRACKING, UNTOLD } from '../tracking/coverage.ts';
import type { Coverage } from '../wire.ts';

/** The original protocol carries the kinds that it has a path for. Each event is a GET. */
export const COVERAGE: Coverage = {
  ...TRACKING,
  widget: { as: '`GET /track/widget/{instance}/{scope}/{action}.gif`', loses: { label: UNTOLD.label } },
  media: {
    as: '`GET /track/widget/{instance}/{scope}/media/{media}/{action}.gif`',
    loses: { ...UNTOLD, redirectUrl: 'the answer would be a redirect' },
  },
  checkout: {
    as: '`GET /track/transaction/{transactionId}/checkout.gif`',
    loses: {
      products:
        'units only: a fraction, or a line of more than 1,000 units, or of what fits into no address, is one unit at what was paid; an unknown price is 0; no names and categories',
    },
  },
  vital: null,
  choice: null,
};
