import type { ElementError } from '../events/dom.ts';

/** Dispatches `vitrine-error` on `window`. Development builds also write the message to the console. */
export function dispatchError(detail: ElementError): void {
  if (import.meta.env.DEV) console.error(`vitrine: ${detail.message}`);
  dispatchEvent(new CustomEvent('vitrine-error', { detail }));
}
