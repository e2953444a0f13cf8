import { uuidv7 } from '../events/id.ts';
import { toJson } from '../events/json.ts';
import { LIMITS } from '../events/limits.ts';
import { problemOf } from '../events/validate.ts';
import type { Segment, WidgetEvent } from '../events/vocabulary.ts';
import { dispatchDrop } from './dispatch-drop.ts';
import type { Identity } from './identity.ts';
import type { Outbox } from './outbox.ts';
import { timeAndPage } from './page.ts';
import type { EventInput, TrackerOptions } from './page-tracker.ts';
import { redactAddresses } from './redact.ts';

/** Events that wait for consent, and ids that are remembered. Past the bound the oldest is discarded. */
const MAX_PENDING = 1000;

/** The way of an event from the page to the outbox. */
export interface Intake {
  /** Takes an event. It touches no storage and serialises nothing, so an input handler may call it. */
  track(input: EventInput): void;
  /** As `segment` of the tracker. */
  segment(key: string, value: string): void;
  /**
   * Moves pending events to the outbox, oldest first. Only while events may be stored: an accepted event has the visitor's
   * id. What is not an event is discarded.
   * @returns the number of events that are left
   */
  accept(max?: number): number;
  /** Deletes the pending events. */
  forget(): void;
}

/** @param onPending called when an event waits to be accepted */
export function createIntake(
  { segments, redact }: Pick<TrackerOptions, 'segments' | 'redact'>,
  outbox: Outbox,
  identity: Identity,
  onPending: () => void,
): Intake {
  const pairs = new Map(segments);
  /** Each pending event, and the segments that held when it happened. */
  let pending: [event: EventInput & ReturnType<typeof timeAndPage>, segments: Segment[]][] = [];
  /** Elements repeat an act that no tracker seems to have heard, and an order page may report its sale twice. */
  const recentIds = new Set<string | undefined>();

  function acceptOne([event, common]: (typeof pending)[number]): void {
    try {
      // The id is made here and not in `track`, since hundreds of events may happen in one task. It is written into the
      // pending event, because Firefox may end the script at any line (see `flushOnExit` in tracker.ts): accepted again, the
      // event has the same id. Ids are compared in lower case. An id that is no text throws.
      event.id = (event.id ?? uuidv7(event.at)).toLowerCase();
      const own = (event as Partial<WidgetEvent>).segments ?? [];
      // JSON makes a copy that can be stored, and that no script of the page holds.
      const json = toJson({
        ...redactAddresses(event, redact),
        ...(!/vital|choice|profile/.test(event.kind) && { segments: [...new Map([...common, ...own])] }),
        analyticsId: identity.current(),
        previousId: identity.previous(),
      });
      const stamped = JSON.parse(json);
      // The service refuses the same problems. A developer reads them at once.
      if (import.meta.env.DEV) warn(problemOf(stamped), event);
      outbox.add(stamped, json.length);
    } catch (error) {
      if (import.meta.env.DEV) warn(error, event);
      dispatchDrop('*', 'invalid', 1);
    }
  }

  return {
    track(input) {
      // A page may dispatch an act without a detail.
      const event = { ...timeAndPage(), ...input };
      if (event.id && recentIds.has(event.id)) return;
      const [oldest] = recentIds.add(event.id);
      if (recentIds.size > MAX_PENDING) recentIds.delete(oldest);
      if (pending.push([event, [...pairs]]) > MAX_PENDING) {
        pending.shift();
        dispatchDrop('*', 'count', 1);
      }
      onPending();
    },

    segment(key, value) {
      // The service would refuse every following event because of one segment that breaks a limit.
      const isFull = pairs.size >= LIMITS.segments && !pairs.has(key);
      const isKey = isText(key, LIMITS.segmentKey) && key !== '' && !key.includes(':');
      if (isFull || !isKey || !isText(value, LIMITS.segmentValue)) throw new TypeError('segment');
      pairs.set(key, value);
    },

    accept(max) {
      for (const each of pending.slice(0, max)) {
        acceptOne(each);
        // After each event, because Firefox may end the loop.
        pending.shift();
      }
      return pending.length;
    },

    forget() {
      pending = [];
    },
  };
}

function isText(value: unknown, max: number): boolean {
  return typeof value === 'string' && value.length <= max && !value.includes('\0');
}

function warn(problem: unknown, event: unknown): void {
  if (problem) console.error('vitrine: not an event:', problem, event);
}
