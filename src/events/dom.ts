import type { MediaAction, MediaEvent, VitrineEvent, WidgetAction, WidgetEvent } from './vocabulary.ts';

/**
 * The DOM event of an act. An element dispatches each act once, as `vitrine-` and the action, bubbling and composed, with
 * the act as `detail`. A tracker listens on `window` in the capture phase, where a page's own `stopPropagation()` does not
 * stop it.
 */
export interface ActEvent<E extends VitrineEvent = VitrineEvent> extends CustomEvent<E> {
  /**
   * A tracker sets it when it accepts the act. An element keeps the last 50 acts without it, and dispatches them again,
   * unchanged, when a tracker starts and dispatches `vitrine-listen`. It is a property of the event and not of a module, so
   * that it works between bundles and versions.
   */
  heard?: boolean;
}

/** The event that a tracker dispatches on `window` when it starts. Elements then replay undelivered acts. */
export const LISTEN = 'vitrine-listen';

/** The name of an action's DOM event: `play_click` is `vitrine-play-click`. */
export function eventName<A extends WidgetAction | MediaAction>(action: A): `vitrine-${Dashed<A>}` {
  return `vitrine-${action.replace('_', '-')}` as `vitrine-${Dashed<A>}`;
}
type Dashed<A extends string> = A extends `${infer Head}_${infer Tail}` ? `${Head}-${Tail}` : A;

/** Why an element could not do its work. `code` is stable; `message` is for a developer. */
export interface ElementError {
  code: 'markup' | 'network' | 'refused' | 'malformed' | 'not_found' | 'media';
  message: string;
  /** The HTTP status, where there was an answer. */
  status?: number | undefined;
}

/** Events that a tracker dropped, and why. The tracker dispatches it on `window` for every event that it drops. */
export interface Drop {
  destination: string;
  /**
   * `count`, `bytes`, `age`: the event exceeded the outbox's bounds. `refused`: the destination refused it. `lost`: a
   * destination that recognizes no repetition gave no answer. `unsendable`: the wire cannot express it. `invalid`: the
   * page's command is malformed.
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
