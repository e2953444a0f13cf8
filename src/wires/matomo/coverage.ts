import type { Coverage } from '../wire.ts';

/** What every request loses of the visitor and the time. */
const STAMP = {
  at: 'whole seconds, and of what leaves within ten seconds the time of arrival; older than 24 hours is not sent',
  analyticsId: '16 hex digits, the same for the same visitor, or for the same `userId` where a page tells it',
};
const UNITS = {
  products:
    'the order: units of one product come to stand together; other servers keep whole quantities (a fraction is one unit at what was paid) and take an unknown price for 0. Names and categories stay out of an order that no request could carry with them; our service keeps them in `props.items`, one name and category for each product',
};

/**
 * Tracking by query string carries the kinds that it has parameters for. Where it has too few, the parameter `vitrine` has
 * the whole act as JSON, which other servers ignore.
 */
export const COVERAGE: Coverage = {
  widget: {
    as: 'an event: `e_c=widget`, `e_a`, `e_n` the label or the shop’s key, else the instance or, where the page names none, what it shows (`stream 42`), `e_v` the pics; `vitrine`',
    loses: STAMP,
  },
  media: {
    as: 'content: `c_n` as `e_n` of the widget, `c_p` the picture’s URL (without one the media’s id), `c_t` where “Shop” leads, `c_i` the action unless it is `render`; `vitrine`',
    loses: STAMP,
  },
  checkout: {
    as: 'an order: `idgoal=0`, `ec_id`, `revenue`, `ec_items`, `_cvar`; `vitrine`',
    loses: { ...STAMP, ...UNITS },
  },
  vital: { as: 'an event: `e_c=vital`, `e_a`, `e_v`; `vitrine`', loses: STAMP },
  choice: null,
  page: {
    as: 'a page view: `action_name`, `gt_ms`, `cvar`; of the view that loaded the page `pf_net`, `pf_srv`, `pf_tfr`, `pf_dm1`, `pf_dm2`, `pf_onl` as far as the browser has measured them, else `pf_srv` as `gt_ms`',
    loses: STAMP,
  },
  product: { as: 'an event: `e_c=product`, `e_a`, `e_n` the product, `e_v` the metric; `vitrine`', loses: STAMP },
  cart: { as: 'a basket: `idgoal=0`, `revenue`, `ec_items`, `_cvar`; `vitrine`', loses: { ...STAMP, ...UNITS } },
  goal: { as: '`idgoal`, `revenue`, `_cvar`; only a goal whose name is a number', loses: STAMP },
  search: { as: '`search`, `search_cat`, `search_count`, `cvar`', loses: STAMP },
  content: { as: '`c_n`, `c_p`, `c_t`, `c_i`, `cvar`', loses: STAMP },
  other: { as: '`e_c`, `e_a`, `e_n`, `e_v`, `cvar`', loses: STAMP },
  link: { as: '`link` or `download`, `cvar`', loses: STAMP },
  profile: null,
};
