import type { ElementError } from '../events/dom.ts';

/** Says on `window` what was not understood or not accepted, as `vitrine-error`, and in development builds on the console. */
export function report(detail: ElementError): void {
  if (import.meta.env.DEV) console.error(`vitrine: ${detail.message}`);
  dispatchEvent(new CustomEvent('vitrine-error', { detail }));
}
