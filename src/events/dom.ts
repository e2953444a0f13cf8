import type { MediaAction, MediaEvent, VitrineEvent, WidgetAction, WidgetEvent } from './vocabulary.ts';

/**
 * The DOM events in which elements and tracker meet. An element dispatches each act once, as `vitrine-` and the
 * action, bubbling and composed, with the act as `detail`. A tracker listens on `window` in the capture phase, so a
 * page's own `stopPropagation()` costs no event.
 */
export interface ActEvent<E extends VitrineEvent = VitrineEvent> extends CustomEvent<E> {
  /**
   * Set by a tracker that took the act. An element keeps acts that nobody heard (the last 50) and dispatches them
   * again, unchanged, when a starting tracker says `vitrine-listen`. A property of the event and not of a module,
   * so that it works between bundles and versions.
   */
  heard?: boolean;
}

/** Said on `window` by a tracker that starts: elements repeat what nobody heard. */
export const LISTEN = 'vitrine-listen';

/** The DOM event that says an action: `play_click` is `vitrine-play-click`. */
export function eventName<A extends WidgetAction | MediaAction>(action: A): `vitrine-${Dashed<A>}` {
  return `vitrine-${action.replace('_', '-')}` as `vitrine-${Dashed<A>}`;
}
type Dashed<A extends string> = A extends `${infer Head}_${infer Tail}` ? `${Head}-${Tail}` : A;

/** What an element could not do. The page keeps its layout; `code` is stable, `message` is for a developer. */
export interface ElementError {
  code: 'markup' | 'network' | 'refused' | 'malformed' | 'not_found' | 'media';
  message: string;
  /** HTTP status, where there was an answer. */
  status?: number | undefined;
}

/** Events that a tracker gave up, and why. Dispatched on `window`, never silently skipped. */
export interface Drop {
  destination: string;
  /**
   * Over the outbox's bounds, refused by the destination, sent to one that takes no repetition and gave no answer,
   * unsendable, or not understood.
   */
  reason: 'count' | 'bytes' | 'age' | 'refused' | 'lost' | 'unsendable' | 'invalid';
  count: number;
}

type ActEventMap = {
  [A in MediaAction | WidgetAction as `vitrine-${Dashed<A>}`]: ActEvent<
    | (A extends WidgetAction ? WidgetEvent & { action: A } : never)
    | (A extends MediaAction ? MediaEvent & { action: A } : never)
  >;
};

declare global {
  interface HTMLElementEventMap extends ActEventMap {
    'vitrine-error': CustomEvent<ElementError>;
  }
  interface WindowEventMap extends ActEventMap {
    'vitrine-listen': Event;
    'vitrine-error': CustomEvent<ElementError>;
    'vitrine-drop': CustomEvent<Drop>;
  }
}
