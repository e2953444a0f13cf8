import type { Fields } from '../wire.ts';

/** The requests of `002-product-events.txt`, and their answers. */
export const REQUESTS = {
  create: 'POST /api/analytics/events',
  list: 'GET /api/analytics/events',
  one: 'GET /api/analytics/events/{id}',
  views: 'GET /api/analytics/events/views',
  healthcheck: 'GET /api/analytics/healthcheck',
  event: 'answer: an event',
  counts: 'answer: views',
  error: 'answer: an error',
} as const;

const READER = {
  Authorization: '`Bearer` and a private token; 401 without one, 403 for a public one and in a page',
  bearer_token: 'the same, where there is no such header',
  orgId: 'the customer’s id, that of the token; 403 for another’s',
};
const FILTER = {
  metadata: 'a JSON object: events whose `metadata` has all of these keys with these values; 422 for anything else',
  device: 'events of this User-Agent, exactly',
  referer: 'events of this page, exactly; of an origin, events of all its pages',
  eventType: 'events of this type, in any spelling; 422 for an unknown one',
};

/** Every field of `002-product-events.txt` and of its real clients, and what our service makes of it. */
export const FIELDS: Fields = {
  [REQUESTS.create]: {
    Authorization: '`Bearer` and a token; its customer is that of the event; 401 without one',
    bearer_token:
      'the same, where there is no such header; a public one counts in pages of registered origins, a private one outside of pages',
    'Content-Type': '`application/json` or `text/plain`, 415 for others',
    Referer: 'pageUrl, where `eventMetadata.page_url` does not tell it',
    Origin: 'must be a registered one, or 403; pageUrl, where there is no Referer',
    'User-Agent': 'the column `user_agent`, where `device` does not tell it',
    orgId: 'the customer’s id, that of the token, in the URL or in the body; 403 for another’s',
    eventType: 'action; other spellings become the one, 422 for an unknown type',
    eventMetadata: 'metadata; an object, or the JSON of one',
    metadata: 'the same, where there is no `eventMetadata`',
    'eventMetadata.event_id': 'id, where it is a UUID: what comes again under it is stored once',
    'eventMetadata.event_time': 'at, beside an `event_id`',
    'eventMetadata.sent_at': 'corrects `event_time` by what the sender’s clock is wrong, beside an `event_id`',
    'eventMetadata.analytics_id': 'analyticsId, beside an `event_id`',
    'eventMetadata.page_url': 'pageUrl, beside an `event_id`',
    'eventMetadata.page_referrer': 'pageReferrer, beside an `event_id`',
    'eventMetadata.segments': 'segments, beside an `event_id`',
    assetId: 'product',
    userId: 'analyticsId, and `props.userId`',
    sessionId: 'session, and analyticsId where there is no `userId`; 422 without it',
    configId: 'configurationId',
    configuration: 'configuration; an object, or the JSON of one',
    device: 'the column `user_agent`',
    metric: 'metric; 422 for what is no number',
  },
  [REQUESTS.list]: {
    ...READER,
    ...FILTER,
    page: 'which page, from 1',
    perPage: 'events on a page, 30 unless told, at most 100',
    sort: '`-createdAt`, newest first, unless it is `createdAt`',
  },
  [REQUESTS.one]: { ...READER, id: 'the event of this id; 404 where there is none' },
  [REQUESTS.views]: {
    ...READER,
    ...FILTER,
    subStartDate: 'the first day that is counted, as in 2026/05/17; without it, that of the first event',
    endDate: 'the last day that is counted; without it, today',
    range: '`year`, `month`, or `day`, which may be written `date`; years unless told',
    page: 'which page, from 1',
    perPage: 'years, months or days on a page: 30, or 31 days, unless told; at most 100',
  },
  [REQUESTS.healthcheck]: { status: '`ok` when the database was written and read just now; otherwise 503' },
  [REQUESTS.event]: {
    id: 'id',
    eventType: 'action, in its one spelling',
    eventMetadata: 'metadata, without what `event_id` and its like said; `{}` where there is none',
    orgId: 'the customer’s id',
    assetId: 'product',
    assetName: 'the name of the stream that has this key',
    assetMetadata: '`{}` beside `assetName`: streams have none',
    configId: 'configurationId',
    configuration: 'configuration; `{}` where there is none',
    userId: 'as it was sent; left out where it was not',
    sessionId: 'session',
    metric: 'metric; 1 where there is none',
    device: 'the column `user_agent`',
    referer: 'pageUrl; an empty text where there is none',
    requestUrl: 'pageUrl; null where there is none',
    requestOrigin: 'the origin of pageUrl; null where there is none',
    createdAt: 'at',
  },
  [REQUESTS.counts]: {
    count: 'how many years, months or days with events there are on all pages',
    perPage: 'how many on each',
    page: 'which page this is',
    sort: '`-cumulative`: newest first',
    'views.year': 'the year, in UTC',
    'views.month': 'the month, from 1; not with years',
    'views.day': 'the day of the month; not with years and months',
    'views.views': 'how many events; their `metric` does not count',
    'views.cumulative':
      'the sum from the start of the month of a day, of the year of a month; years stand on their own',
  },
  [REQUESTS.error]: {
    'error.type': '`create_event_error`, `list_events_error`, `event_not_found`, `unauthorized`, `unavailable`',
    'error.message': 'the same in words',
    'error.detail': 'which field is wrong, and what is expected',
  },
};
