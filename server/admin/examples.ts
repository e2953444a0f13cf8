import { empty, example } from '../http/example.ts';
import type {
  CustomerRecord,
  InstanceRecord,
  RelayRecord,
  StyleRecord,
  TokenRecord,
} from '../store/content/content-store.ts';
import { type ForgetReceipt, REMAINS } from './erasure.ts';

/** The example answers of the OpenAPI document, made of the records of one shop. */

const customer: CustomerRecord = {
  ...{ id: 1, key: 'acme', name: 'Acme', domain: 'shop.example.com', language: 'en_US', userId: 1 },
  settings: { currency: 'EUR' },
};
const token: TokenRecord = { id: 2, customerId: 1, kind: 'public', label: 'product pages', createdAt: 1767225600000 };
const style: StyleRecord = {
  ...{ id: 1, customerId: 1, type: 'olapic_slidev3', name: 'Carousel' },
  settings: { photos_limit: '12' },
};
const instance: InstanceRecord = {
  ...{ id: 'c0ffee00c0ffee00c0ffee00c0ffee00', customerId: 1, name: 'Product page', type: 'by_stream' },
  ...{ settings: { sorting: 'rated' }, styleId: 1, streamId: null, categoryId: null },
};
const relay: RelayRecord = {
  ...{ id: 1, customerId: 1, url: 'https://api.analytics.example', datamart: '1234', keyId: 'shop-key' },
};
const origin = 'https://shop.example.com';
const host = 'shop.example.com';
const forgotten: ForgetReceipt = {
  ...{ customer: { id: 1, key: 'acme' }, erased: true, at: '2026-01-01T00:00:00.000Z', version: '0.1.0' },
  ids: [
    {
      ...{ id: 'visitor-17', erased: true, events: 12, kinds: { media: 11, checkout: 1 } },
      ...{ from: '2025-11-02T09:30:00.000Z', to: '2025-12-24T18:00:00.000Z' },
    },
    {
      ...{ id: '01941f29-7c00-7000-8000-000000000001', joinedBy: 'identify', erased: true, events: 3 },
      ...{ kinds: { media: 3 }, from: '2025-11-02T09:20:00.000Z', to: '2025-11-02T09:29:00.000Z' },
    },
  ],
  ...{ moreJoined: false, userPoints: { points: 1, names: 2, profiles: 0, choices: 1 }, relayedActivities: 0 },
  ...{ logRewritten: true, remains: REMAINS },
};
/** The placeholder for a token in clear text. */
const CLEAR = '7f3d…64 hex digits';

/** The answer of each endpoint, by status. */
export const ANSWERS = {
  customers: { 200: example('The customer of the token, alone in a list.', { customers: [customer] }) },
  customer: {
    201: example('The customer, and its first token in clear text.', {
      customer,
      token: { ...token, id: 1, kind: 'private', label: 'made with the customer', token: CLEAR },
    }),
  },
  tokens: { 200: example('The tokens of the customer.', { tokens: [token] }) },
  token: { 201: example('The token in clear text.', { ...token, token: CLEAR }) },
  origins: { 200: example('The origins, as browsers write them.', { origins: [origin] }) },
  origin: { 201: example('The origin, as browsers write it.', { origin }) },
  hosts: { 200: example('The host names.', { hosts: [host] }) },
  host: { 201: example('The host name, as redirects are compared with it.', { host }) },
  styles: { 200: example('The styles of the customer.', { styles: [style] }) },
  style: { 201: example('The style.', style) },
  instances: { 200: example('The widget instances of the customer.', { instances: [instance] }) },
  instance: { 201: example('The widget instance.', instance) },
  relays: { 200: example('The relays of the customer, without their secrets.', { relays: [relay] }) },
  relay: {
    201: example('The relay, without its secret; with a note where its name has no address now.', {
      ...relay,
      note: 'api.analytics.example has no address now: nothing is sent until it has.',
    }),
  },
  forgotten: { 200: example('What was erased, what was not, and what remains.', forgotten) },
  removed: { 204: empty('It is gone.') },
};
