import type { Drop } from '../events/dom.ts';

/** Dispatches `vitrine-drop` on `window`: events were discarded. The destination `*` stands for all of them. */
export function dispatchDrop(destination: string, reason: Drop['reason'], count: number): void {
  if (count) dispatchEvent(new CustomEvent<Drop>('vitrine-drop', { detail: { destination, reason, count } }));
}
