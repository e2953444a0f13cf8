import './browser.ts';
import { type ActEvent, eventName, LISTEN } from '../events/dom.ts';
import { isAnalyticsId, uuidv7 } from '../events/id.ts';
import { toJson } from '../events/json.ts';
import { LIMITS } from '../events/limits.ts';
import { readDocument } from '../events/unclobbered.ts';
import { problemOf } from '../events/validate.ts';
import {
  CHOICES,
  type Choice,
  MEDIA_ACTIONS,
  type Segment,
  type VitrineEvent,
  WIDGET_ACTIONS,
  type WidgetEvent,
} from '../events/vocabulary.ts';
import { tracking } from '../wires/tracking/encode.ts';
import type { Wire } from '../wires/wire.ts';
import { type ConsentOptions, consentAfter } from './consent.ts';
import type { Cookie } from './cookie.ts';
import { createDatabase } from './database.ts';
import { createDelivery, type Delivery } from './delivery/delivery.ts';
import { takeBack } from './delivery/transport.ts';
import { drop } from './drop.ts';
import { createIdentity } from './identity.ts';
import { createOutbox } from './outbox.ts';
import { birth, watchPage } from './page.ts';
import { redact } from './redact.ts';
import { createWithdrawal } from './withdrawal.ts';

export interface TrackerOptions extends ConsentOptions {
  /** The shop's public token: what is in the page's `data-key`. */
  key: string;
  /** Base URL of the service, absolute or relative to the page. */
  api: string;
  /** Where events go instead of the service at `api`; each gets every event, and none waits for another. */
  destinations?: readonly Wire[] | undefined;
  /** As in `shop.example`: mirrors the visitor's id in a cookie, for one visitor across its subdomains. */
  cookieDomain?: string | undefined;
  /** Pairs that every following event carries. */
  segments?: Iterable<Segment> | undefined;
  /** Names of parameters, separated by spaces, whose values are left out of addresses beside those of `secret-names.ts`. */
  redact?: string | undefined;
}

type Without<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
/** An event as a page says it: it gets its time when it is said, and its id soon after, unless it has them. */
export type EventInput = Without<VitrineEvent, 'id' | 'at'> & { id?: string; at?: number };

/** The tracker of a page, apart from what `checkout.ts` adds. */
export interface PageTracker {
  /** Takes an event. Touches no storage and serialises nothing, so it may be called in an input handler. */
  track(event: EventInput): void;
  /**
   * Adds a pair to every following event; a later value for the same key takes its place.
   * @throws TypeError the key or value is not what a segment can be, or they are too many
   */
  segment(key: string, value: string): void;
  /**
   * What the visitor has chosen. `denied` after a grant sends that choice and then erases identity, cookie and outbox;
   * otherwise it sends nothing. The other tabs of the origin forget, too, and measure nothing until they are told a choice
   * of their own. Said in the same task as `createTracker`, it counts from the beginning.
   */
  consent(choice: Choice): void;
  /** Takes the visitor's id from another domain of the shop. @throws TypeError not 1 to 256 characters */
  identify(analyticsId: string): void;
  /** Delivers to one more destination what happens from now on. */
  deliver(wire: Wire): void;
  /** Takes the tracker off the page. What has not been delivered stays for the next one. */
  stop(): void;
}

/** Events kept in memory before the consent gate, and ids of events that passed. */
const MOST_BORN = 1000;
/**
 * Milliseconds from an act until it is admitted: its handler has ended by then, and the page has painted what it led to.
 * A timer and not an idle callback: a page that is never idle has shoppers too.
 */
const SOON = 100;
/** Events that pass the gate in one task, so that none is long on a slow phone. */
const ADMIT = 50;
/** Fields of events that hold an address. What a shop link leads to stays whole: a wire may redirect there. */
const ADDRESSES = ['pageUrl', 'pageReferrer', 'referrer', 'target', 'image'] as const;

/**
 * `createTracker` with what few pages need in other hands: the tag loads its code where a page sells something, or names
 * a domain for a cookie. Asked again for the same key, it returns the first.
 * @param cookie what `createCookie` makes of `cookieDomain`
 * @throws TypeError no `key`, or `api` is not a URL
 */
export function startTracker(options: TrackerOptions, cookie?: Cookie): PageTracker {
  const { key, gpc } = options;
  if (!key) throw new TypeError('data-key is missing');
  // A symbol of the document, since `vitrine` is to be the only global.
  const place = Symbol.for(`vitrine ${key}`);
  const places = document as Document & Record<symbol, PageTracker | undefined>;
  const first = places[place];
  if (first) return first;

  const api = new URL(options.api, location.href).href.replace(/\/$/, '');
  const segments = new Map(options.segments);
  const names = options.redact?.toLowerCase().split(/\s+/);
  /** The last that passed: elements repeat what nobody seemed to hear, and an order page may say its sale twice. */
  const seen = new Set<string | undefined>();
  /** Before the consent gate: events with their page, and the segments that held when they happened. */
  let born: [event: EventInput & ReturnType<typeof birth>, segments: Segment[]][] = [];
  let consent = consentAfter(options.consent ?? 'granted', gpc);
  let started = false;
  let scheduled = false;

  /** The gate: a page that is only prerendered may never be seen. */
  const allowed = () => started && consent === 'granted' && !readDocument('prerendering');
  const database = createDatabase({ allowed, onErased: onWithdrawn });
  const withdrawal = createWithdrawal(onWithdrawn);
  const identity = createIdentity(database, cookie);
  const page = watchPage(leave, back);
  const destinations: string[] = [];
  const outbox = createOutbox(page.id, destinations, database);
  const deliveries: Delivery[] = [];

  function deliver(wire: Wire): void {
    const name = `${wire.name} ${key}`;
    if (destinations.includes(name)) return;
    destinations.push(name);
    deliveries.push(createDelivery({ name, wire, outbox, page, allowed }));
    schedule();
  }

  /** Takes out of an event's addresses what is nobody's business. */
  function redactIn<E extends Partial<Record<(typeof ADDRESSES)[number], string>>>(event: E): E {
    for (const field of ADDRESSES) {
      const address = event[field];
      if (address) event[field] = redact(address, names) as E[typeof field];
    }
    return event;
  }

  /** Lets events through the gate: who the visitor is is added here, and what is not an event falls out. */
  function admit(most?: number): void {
    for (const [event, common] of born.slice(0, most)) {
      try {
        // Not when it happened, since hundreds may in one task; and kept, since this may be ended half-way, see `leave`.
        // Lower case, as ids are compared everywhere; what is no text has none.
        event.id = (event.id ?? uuidv7(event.at)).toLowerCase();
        const pairs = !/vital|choice|profile/.test(event.kind) && {
          segments: [...new Map([...common, ...((event as Partial<WidgetEvent>).segments ?? [])])],
        };
        // As JSON and back: what is kept can be cloned and stored, and nobody else holds it.
        const text = toJson({
          ...redactIn(event),
          ...pairs,
          analyticsId: identity.current(),
          previousId: identity.previous(),
        });
        const stamped = JSON.parse(text);
        // The service refuses what is wrong, by the same rules; a developer is told at once.
        if (import.meta.env.DEV) warn(problemOf(stamped), event);
        outbox.add(stamped, text.length);
      } catch (error) {
        if (import.meta.env.DEV) warn(error, event);
        drop('*', 'invalid', 1);
      }
      // One by one: Firefox may end this half-way, see `leave`.
      born.shift();
    }
  }

  async function advance(): Promise<void> {
    if (allowed()) await (page.isGone() || identity.recall());
    // Nobody waits for a hidden page to paint, and it may not get another task.
    if (page.isHidden()) return leave();
    scheduled = false;
    if (!allowed()) return;
    admit(ADMIT);
    void outbox.save();
    for (const delivery of deliveries) delivery.wake();
    if (born.length) schedule();
  }

  /** A page that was opened in the background has time to ask who the visitor is; one that ends has none. */
  function schedule(): void {
    if (scheduled) return;
    scheduled = true;
    if (page.isHidden()) void advance();
    else setTimeout(advance, SOON);
  }

  /**
   * When a tab is closed or navigated, Firefox ends the script that runs (`dom.ipc.cancel_content_js_when_navigating`),
   * this one too, in the midst of any line. The next event of the page's end still comes; or none, and the page lives
   * on, when what it was navigated to is a download. So whoever is called here lets go of nothing before it is in other
   * hands.
   */
  function leave(): void {
    // What happens from now on waits for no timer.
    scheduled = false;
    if (!allowed()) return;
    void identity.recall();
    admit();
    for (const delivery of deliveries) delivery.leave();
    void outbox.save();
  }

  function back(): void {
    if (!allowed()) return;
    for (const delivery of deliveries) delivery.back();
    schedule();
  }

  function take(input: EventInput): void {
    // A page may say an act that has no detail.
    const event = { ...birth(), ...input };
    // One that gets its id from us repeats none.
    if (consent === 'denied' || (event.id && seen.has(event.id))) return;
    const [oldest] = seen.add(event.id);
    if (seen.size > MOST_BORN) seen.delete(oldest);
    if (born.push([event, [...segments]]) > MOST_BORN) {
      born.shift();
      drop('*', 'count', 1);
    }
    schedule();
  }

  function forget(): void {
    takeBack();
    for (const delivery of deliveries) delivery.cancelBacklog();
    born = [];
    identity.forget();
    outbox.forget();
  }

  /** In another tab. What was kept on disk is that one's to erase: here it might be what it has begun anew. */
  function onWithdrawn(): void {
    consent = 'denied';
    forget();
    database.close();
  }

  const onAct = (event: Event) => {
    (event as ActEvent).heard = true;
    take((event as ActEvent).detail);
  };

  (options.destinations ?? [tracking({ api, key })]).forEach(deliver);
  const tracker: PageTracker = {
    track: take,
    deliver,

    segment(name, value) {
      // One that the service refuses would take every following event with it.
      const full = segments.size >= LIMITS.segments && !segments.has(name);
      if (full || !isText(name, 1, LIMITS.segmentKey) || name.includes(':') || !isText(value, 0, LIMITS.segmentValue))
        throw new TypeError('segment');
      segments.set(name, value);
    },

    consent(choice) {
      if (!CHOICES.includes(choice)) throw new TypeError('consent');
      const open = allowed();
      consent = consentAfter(choice, gpc);
      if (choice === 'denied') {
        const last = { kind: 'choice', choice, id: uuidv7(), ...birth(), analyticsId: identity.current() } as const;
        if (open) for (const delivery of deliveries) delivery.say(redactIn(last));
        forget();
        withdrawal.tell();
        database.erase();
      }
      schedule();
    },

    identify(analyticsId) {
      if (!isAnalyticsId(analyticsId)) throw new TypeError('identify');
      if (consent !== 'denied') identity.identify(analyticsId);
    },

    stop() {
      if (allowed()) {
        void identity.recall();
        admit();
        void outbox.save();
      }
      for (const delivery of deliveries) delivery.stop();
      page.stop();
      withdrawal.stop();
      started = false;
      delete places[place];
    },
  };
  places[place] = tracker;

  // Not at once, so that segments and a choice that the page has ready hold from the first event on.
  queueMicrotask(() => {
    if (!places[place]) return;
    started = true;
    for (const action of [...WIDGET_ACTIONS, ...MEDIA_ACTIONS]) page.on(eventName(action), onAct);
    dispatchEvent(new Event(LISTEN));
    // At once: a page that ends in a moment can keep something only if the database is open by then.
    void advance();
  });
  return tracker;
}

function isText(value: unknown, least: number, most: number): boolean {
  return typeof value === 'string' && value.length >= least && value.length <= most && !value.includes('\0');
}

function warn(problem: unknown, event: unknown): void {
  if (problem) console.error('vitrine: not an event:', problem, event);
}
