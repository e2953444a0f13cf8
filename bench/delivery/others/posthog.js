import posthog from 'posthog-js';

posthog.init('shop', {
  api_host: api,
  defaults: '2026-01-30',
  // A browser without a window looks like a bot to it, and 500 acts in one task like a mistake.
  opt_out_useragent_filter: true,
  rate_limiting: { events_per_second: 1000, events_burst_limit: 1000 },
  // Nothing but the page and the acts, and nothing from elsewhere.
  autocapture: false,
  advanced_disable_flags: true,
  disable_session_recording: true,
  disable_surveys: true,
  disable_external_dependency_loading: true,
});

window.say = (run, from, to, text) => {
  for (let media = from; media < to; media++) posthog.capture('click', { run, media, text: text?.() });
};
window.ready = answered;
