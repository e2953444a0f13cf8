import type { Fields } from '../wire.ts';

const format = { '{format}': '`.gif` is answered with a picture of one pixel, `.json` and nothing with JSON' };
const instance = { instance_id: '`instance_id`, any text of at most 256 characters' };
const category = { category_id: 'the scope `category`, `scope_id`; anything but an integer is 400' };
const stream = { stream_id: 'the scope `stream`, `scope_id`; anything but an integer is 400' };
const media = { media_id: '`media_id`; anything but an integer is 400' };
const action = { action: '`action`; one that the text does not name is 404' };
const pics = { pics: '`pics`; without it, or with anything but a whole number, 400' };
const segments = { 'segments[]': '`segments`, the key up to the first colon; two values for a key are 400' };
const abTesting = { ab_testing: '`ab_testing`; anything but a whole number is 400' };
const redirect = {
  redirect_url:
    '`redirect_url`, and the answer is 302 with it as `Location`; a URL of a host that is not registered is 400',
};
/** The parameters of every event: the visitor, the time, and our own, which other servers ignore. */
const common = {
  auth_token: 'the customer; without one that is known here 403',
  analytics_id: '`analytics_id`, and the answer says it; without it, or with more than 256 characters, 400',
  event_id: 'the event’s `id` (ours), under which it is stored once however often it comes; anything but a UUID is 400',
  event_time:
    '`occurred_at`, in milliseconds (ours); without it, more than 30 days ago or 5 minutes ahead, when it came; anything but a time is 400',
  page_url: '`page_url` (ours); without it the header `Referer`',
  previous_id:
    '`previous_id` (ours): the `analytics_id` that the browser had until the shop identified the visitor; more than 256 characters are 400',
};
const referrer = { page_referrer: '`referrer` (ours)' };
const onWidget = { ...format, ...pics, ...abTesting, ...segments, ...common, ...referrer };

/** The paths of `000-analytics-tracking.txt`, and our own. */
export const FIELDS: Fields = {
  'GET /track/widget/{instance_id}/category/{category_id}/{action}{format}': {
    ...instance,
    ...category,
    ...action,
    ...onWidget,
  },
  'GET /track/widget/{instance_id}/stream/{stream_id}/{action}{format}': {
    ...instance,
    ...stream,
    ...action,
    ...onWidget,
  },
  'GET /track/widget/{instance_id}/best/{action}{format}': { ...instance, ...action, ...onWidget },
  'GET /track/widget/{instance_id}/stream/not_found/render{format}': {
    ...instance,
    ...format,
    ...abTesting,
    ...segments,
    ...common,
    ...referrer,
  },
  'GET /track/widget/{instance_id}/category/{category_id}/media/{media_id}/{action}{format}': {
    ...instance,
    ...category,
    ...media,
    ...action,
    ...onWidget,
  },
  'GET /track/widget/{instance_id}/stream/{stream_id}/media/{media_id}/{action}{format}': {
    ...instance,
    ...stream,
    ...media,
    ...action,
    ...onWidget,
  },
  'GET /track/widget/{instance_id}/best/media/{media_id}/{action}{format}': {
    ...instance,
    ...media,
    ...action,
    ...onWidget,
  },
  'GET /track/widget/{instance_id}/category/{category_id}/media/{media_id}/shop{format}': {
    ...instance,
    ...category,
    ...media,
    ...redirect,
    ...onWidget,
  },
  'GET /track/widget/{instance_id}/stream/{stream_id}/media/{media_id}/shop{format}': {
    ...instance,
    ...stream,
    ...media,
    ...redirect,
    ...onWidget,
  },
  'GET /track/widget/{instance_id}/best/media/{media_id}/shop{format}': {
    ...instance,
    ...media,
    ...redirect,
    ...onWidget,
  },
  'GET /track/transaction/{transaction_id}/checkout{format}': {
    transaction_id: '`transaction_id`, any text of at most 256 characters',
    ...format,
    'products[]':
      '`products`, one unit each, the amount after the last colon; ours also as `ID:AMOUNT*QUANTITY`, and `ID:*QUANTITY` without a price; without any, without an amount or, in a sale without `event_id`, with a negative one, 400',
    currency_code: '`currency`, in capitals; without it USD, anything but three letters is 400',
    referrer: '`referrer`, also as `referrer=referrer=URL`, which is how the text writes it',
    ...segments,
    ...common,
    page_referrer: '`props.page_referrer` (ours), since `referrer` is the page that confirmed the order',
  },
  'GET /track/vital/{name}{format}': {
    name: '`action`: LCP, CLS or INP (ours); any other is 400',
    ...format,
    value: '`props.value`; without it, or with anything but a number of at least 0, 400',
    ...common,
    ...referrer,
  },
  'GET /track/choice/{choice}{format}': {
    choice: '`action`: granted or denied (ours); any other is 400',
    ...format,
    ...common,
    ...referrer,
  },
  'POST /track/bulk': {
    auth_token: 'the customer (ours, as all of this path); without one that is known here 403',
    requests:
      'events, each a path and query as above; the answer says of each, by its index, whether it was accepted, repeated or refused. Anything but a list of at most 1000 is 400',
    sent_at:
      'the sender’s clock, in milliseconds: more than a minute from ours, each `event_time` is corrected by as much. Anything but a time is 400',
  },
};
