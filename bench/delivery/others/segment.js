import { AnalyticsBrowser } from '@segment/analytics-next';

const { host } = new URL(api);
// Its queue is in localStorage as shipped; `keepalive` is what it offers for pages that are left.
const sending = { apiKey: 'shop', apiHost: `${host}/v1`, protocol: 'https' };
const analytics = AnalyticsBrowser.load(
  { writeKey: 'shop', cdnSettings: { integrations: { 'Segment.io': sending } } },
  { integrations: { 'Segment.io': { deliveryStrategy: { strategy: 'standard', config: { keepalive: true } } } } },
);
analytics.page();

window.say = (run, from, to, text) => {
  for (let media = from; media < to; media++) analytics.track('click', { run, media, text: text?.() });
};
window.ready = answered;
