import { CHOICES, MEDIA_ACTIONS, VITAL_NAMES, WIDGET_ACTIONS } from '../../../src/events/vocabulary.ts';
import type { DescribedPath } from '../../site/docs.ts';

/** The paths of the tracking protocol for the OpenAPI document. The service has one route for all of them. */

interface ParameterOptions {
  in?: 'path' | 'query';
  type?: 'string' | 'integer' | 'number' | 'array';
  required?: boolean;
  enum?: readonly string[];
  example?: unknown;
}

function parameter(name: string, description: string, options: ParameterOptions = {}) {
  const { in: place = 'query', type = 'string', required = place === 'path', example } = options;
  const items = type === 'array' ? { items: { type: 'string' } } : {};
  const values = options.enum ? { enum: options.enum } : {};
  const schema = { type, ...items, ...values };
  return { name, in: place, required, description, schema, ...(example !== undefined && { example }) };
}

const inPath = (name: string, description: string, options: ParameterOptions = {}) =>
  parameter(name, description, { in: 'path', ...options });

const instance = inPath('instance_id', 'The widget instance: 32 hex digits, or any text of the page.', {
  example: 'c0ffee00c0ffee00c0ffee00c0ffee00',
});
const category = inPath('category_id', 'The category it shows.', { example: '1' });
const stream = inPath('stream_id', 'The stream it shows.', { example: '1' });
const media = inPath('media_id', 'The media.', { example: '1' });
const widgetAction = inPath('action', 'What happened to the widget.', { enum: WIDGET_ACTIONS });
const mediaAction = inPath('action', 'What happened to the media.', {
  enum: MEDIA_ACTIONS.filter((action) => action !== 'shop'),
});
const format = inPath('format', 'The answer: JSON, or a GIF of one pixel. A path without it is answered as JSON.', {
  enum: ['.json', '.gif'],
});

const segments = parameter('segments[]', '`key:value`, a pair that groups reports; one value for each key.', {
  type: 'array',
  example: ['country:FI'],
});
/** The parameters of every event. `event_id` and those after it are not in the specification. */
const common = [
  parameter('analytics_id', 'Who: any text of at most 256 characters.', { required: true, example: 'visitor-17' }),
  parameter('event_id', 'A UUID; the event is stored once however often it comes.'),
  parameter('event_time', 'When it happened, in milliseconds since 1970. Without it, the time of arrival.', {
    type: 'integer',
  }),
  parameter('page_url', 'The page it happened on.'),
  parameter('page_referrer', 'The page before that.'),
  parameter('previous_id', 'The `analytics_id` that the browser had until the shop identified the visitor.'),
];
const onWidget = [
  format,
  parameter('pics', 'How many media the widget shows.', { type: 'integer', required: true, example: 12 }),
  parameter('ab_testing', 'The number of an experiment.', { type: 'integer' }),
  segments,
  ...common,
];
const onMedia = [media, mediaAction, ...onWidget];
const onShop = [
  media,
  parameter('redirect_url', 'The answer is a redirect to this page of a registered host.'),
  ...onWidget,
];

export const TRACKING_PATHS: DescribedPath[] = [
  {
    path: '/track/widget/{instance_id}/category/{category_id}/{action}{format}',
    summary: 'Something happened to a widget of a category',
    parameters: [instance, category, widgetAction, ...onWidget],
  },
  {
    path: '/track/widget/{instance_id}/stream/{stream_id}/{action}{format}',
    summary: 'Something happened to a widget of a stream',
    parameters: [instance, stream, widgetAction, ...onWidget],
  },
  {
    path: '/track/widget/{instance_id}/stream/not_found/render{format}',
    summary: 'A widget had no stream to show',
    parameters: [instance, ...onWidget.filter(({ name }) => name !== 'pics')],
  },
  {
    path: '/track/widget/{instance_id}/best/{action}{format}',
    summary: 'Something happened to a widget of the whole shop',
    parameters: [instance, widgetAction, ...onWidget],
  },
  {
    path: '/track/widget/{instance_id}/category/{category_id}/media/{media_id}/{action}{format}',
    summary: 'Something happened to a media in a widget of a category',
    parameters: [instance, category, ...onMedia],
  },
  {
    path: '/track/widget/{instance_id}/stream/{stream_id}/media/{media_id}/{action}{format}',
    summary: 'Something happened to a media in a widget of a stream',
    parameters: [instance, stream, ...onMedia],
  },
  {
    path: '/track/widget/{instance_id}/best/media/{media_id}/{action}{format}',
    summary: 'Something happened to a media in a widget of the whole shop',
    parameters: [instance, ...onMedia],
  },
  {
    path: '/track/widget/{instance_id}/category/{category_id}/media/{media_id}/shop{format}',
    summary: '“Shop this product” was chosen in a widget of a category',
    parameters: [instance, category, ...onShop],
  },
  {
    path: '/track/widget/{instance_id}/stream/{stream_id}/media/{media_id}/shop{format}',
    summary: '“Shop this product” was chosen in a widget of a stream',
    parameters: [instance, stream, ...onShop],
  },
  {
    path: '/track/widget/{instance_id}/best/media/{media_id}/shop{format}',
    summary: '“Shop this product” was chosen in a widget of the whole shop',
    parameters: [instance, ...onShop],
  },
  {
    path: '/track/transaction/{transaction_id}/checkout{format}',
    summary: 'Something was bought',
    parameters: [
      inPath('transaction_id', 'The order.', { example: 'A-1042' }),
      format,
      parameter('products[]', '`ID:price`, once for each unit; or `ID:price*quantity`.', {
        type: 'array',
        required: true,
        example: ['mug-01:18.50', 'mug-01:18.50'],
      }),
      parameter('currency_code', 'ISO 4217. Default USD.', { example: 'EUR' }),
      parameter('referrer', 'The page that confirmed the order.'),
      segments,
      ...common,
    ],
  },
  {
    path: '/track/vital/{name}{format}',
    summary: 'How a page did',
    parameters: [
      inPath('name', 'The measurement.', { enum: VITAL_NAMES }),
      format,
      parameter('value', 'Milliseconds for LCP and INP, a score for CLS.', {
        type: 'number',
        required: true,
        example: 0.02,
      }),
      ...common,
    ],
  },
  {
    path: '/track/choice/{choice}{format}',
    summary: 'What a visitor decided about being measured',
    parameters: [inPath('choice', 'The decision.', { enum: CHOICES }), format, ...common],
  },
];
