import type { Coverage } from '../wire.ts';

/** The keys of a profile that are not carried, since the service reads them itself. */
const RESERVED =
  'without `$event_id`, `$url`, `$referrer`, `$category`, `$user_account_id`, `$compartment_id`, `$compartmentId`, `$creation_ts` and `$last_modified_ts`';

/**
 * User activities carry every kind, and every field as it was. Each event has `$ts` and `$properties`, in which
 * `$event_id`, `$url` and `$referrer` are the event's id and page.
 */
export const COVERAGE = {
  widget: { as: '`widget_ACTION`' },
  media: { as: '`media_ACTION`' },
  checkout: { as: '`$transaction_confirmed` with `$items`' },
  vital: { as: '`vital`' },
  choice: { as: '`$set_user_choice`, an activity of its own' },
  page: { as: '`$page_view`' },
  product: { as: '`product_ACTION`' },
  cart: { as: '`$basket_view` with `$items`' },
  goal: { as: '`$conversion`' },
  search: { as: '`search`' },
  content: { as: '`content_ACTION`' },
  other: { as: 'the action, with `$category`' },
  link: { as: '`link_link`, `link_download`' },
  profile: { as: '`$set_user_profile_properties`; not written with a public `key`', loses: { properties: RESERVED } },
} as const satisfies Coverage;
