import { uuidv7 } from '../src/events/id.ts';
import type { MediaEvent } from '../src/events/vocabulary.ts';
import { observe } from '../src/exposure/exposure.ts';

/** The script of the page that `bench:page` shows a hundred cards on: what a carousel does for its slides. */
function card(action: 'click' | 'render', number: number): MediaEvent {
  return {
    kind: 'media',
    action,
    id: uuidv7(),
    at: Date.now(),
    instance: '0123456789abcdef0123456789abcdef',
    scope: { kind: 'stream', id: '2190000001' },
    media: String(3_000_000_000 + number),
    pics: 100,
    segments: [],
  };
}

let seen = 0;
for (const [number, element] of document.querySelectorAll('i').entries()) {
  observe(element, () => {
    element.dispatchEvent(
      new CustomEvent('vitrine-render', { detail: card('render', number), bubbles: true, composed: true }),
    );
    document.documentElement.dataset.seen = String(++seen);
  });
}
Object.assign(window, { card });
