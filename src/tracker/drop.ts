import type { Drop } from '../events/dom.ts';

/** Says on `window` that events were given up; `*` stands for all destinations. */
export function drop(destination: string, reason: Drop['reason'], count: number): void {
  if (count) dispatchEvent(new CustomEvent<Drop>('vitrine-drop', { detail: { destination, reason, count } }));
}
