import './browser.ts';
import { type ActEvent, eventName, LISTEN } from '../events/dom.ts';
import { isAnalyticsId, uuidv7 } from '../events/id.ts';
import { readDocument } from '../events/unclobbered.ts';
import { CHOICES, MEDIA_ACTIONS, WIDGET_ACTIONS } from '../events/vocabulary.ts';
import { tracking } from '../wires/tracking/encode.ts';
import type { Wire } from '../wires/wire.ts';
import { effectiveConsent } from './consent.ts';
import type { Cookie } from './cookie.ts';
import { createDatabase } from './database.ts';
import type { LoadBacklog } from './delivery/backlog.ts';
import { createDelivery, type Delivery } from './delivery/delivery.ts';
import { cancelDeferred } from './delivery/transport.ts';
import { createIdentity } from './identity.ts';
import { createIntake } from './intake.ts';
import { createOutbox } from './outbox.ts';
import { timeAndPage, watchPage } from './page.ts';
import type { EventInput, PageTracker, TrackerOptions } from './page-tracker.ts';
import { redactAddresses } from './redact.ts';
import { createWithdrawal } from './withdrawal.ts';

export type { EventInput, PageTracker, TrackerOptions } from './page-tracker.ts';

/**
 * Time from an event until it is accepted. By then its handler has ended, and the page has painted the result. This is a
 * timer and not an idle callback, since some pages are never idle.
 */
const ACCEPT_DELAY_MS = 100;
/** Events that are accepted in one task, so that no task is long on a slow phone. */
const ACCEPT_BATCH_SIZE = 50;

/**
 * `createTracker` without the code that few pages need, or no page at once. The tag loads that code separately. A second
 * call with the same key returns the first tracker.
 * @param cookie what `createCookie` makes of `cookieDomain`
 * @throws TypeError no `key`, or `api` is not a URL
 */
export function startTracker(options: TrackerOptions, loadBacklog: LoadBacklog, cookie?: Cookie): PageTracker {
  const { key, gpc } = options;
  if (!key) throw new TypeError('data-key is missing');
  // A symbol of the document, so that `vitrine` is the only global name.
  const symbol = Symbol.for(`vitrine ${key}`);
  const trackers = document as Document & Record<symbol, PageTracker | undefined>;
  const first = trackers[symbol];
  if (first) return first;

  const api = new URL(options.api, location.href).href.replace(/\/$/, '');
  let consent = effectiveConsent(options.consent ?? 'granted', gpc);
  let isStarted = false;
  let isScheduled = false;
  /** Whether events may be stored and sent. A prerendered page may never be seen. */
  const canSend = () => isStarted && consent === 'granted' && !readDocument('prerendering');

  const database = createDatabase(canSend, onWithdrawn);
  const withdrawal = createWithdrawal(onWithdrawn);
  const identity = createIdentity(database, cookie);
  const page = watchPage(flushOnExit, resume);
  const destinations: string[] = [];
  const outbox = createOutbox(page.id, destinations, database);
  const intake = createIntake(options, outbox, identity, schedule);
  const deliveries: Delivery[] = [];

  function addDestination(wire: Wire): void {
    const name = `${wire.name} ${key}`;
    if (destinations.includes(name)) return;
    destinations.push(name);
    deliveries.push(createDelivery({ name, wire, outbox, database, page, canSend }, loadBacklog));
    schedule();
  }

  /** Accepts pending events soon. A hidden page gets no later task, but has time to load the visitor's id. */
  function schedule(): void {
    if (isScheduled) return;
    isScheduled = true;
    if (page.isHidden()) void drain();
    else setTimeout(drain, ACCEPT_DELAY_MS);
  }

  /** Accepts pending events and hands them to delivery. */
  async function drain(): Promise<void> {
    if (canSend() && !page.isUnloaded()) await identity.load();
    if (page.isHidden()) return flushOnExit();
    isScheduled = false;
    if (!canSend()) return;
    const left = intake.accept(ACCEPT_BATCH_SIZE);
    void outbox.save();
    for (const delivery of deliveries) delivery.schedule();
    if (left) schedule();
  }

  /**
   * Accepts and sends everything at once: the page is hidden or ends. When a tab is closed or navigated, Firefox ends the
   * running script at any line (`dom.ipc.cancel_content_js_when_navigating`), and this one as well. Usually the next event
   * of the page's end still follows. Where the navigation is a download, no event follows, and the page lives on. So
   * everything that this calls keeps its data until the data is stored or sent.
   */
  function flushOnExit(): void {
    // Events that happen from now on wait for no timer.
    isScheduled = false;
    if (!canSend()) return;
    void identity.load();
    intake.accept();
    for (const delivery of deliveries) delivery.flushOnExit();
    void outbox.save();
  }

  function resume(): void {
    if (!canSend()) return;
    for (const delivery of deliveries) delivery.resume();
    schedule();
  }

  function forget(): void {
    cancelDeferred();
    for (const delivery of deliveries) delivery.pause();
    intake.forget();
    identity.forget();
    outbox.forget();
  }

  /** Another tab has withdrawn consent, and erases the database. This page might erase what follows a new grant there. */
  function onWithdrawn(): void {
    consent = 'denied';
    forget();
    database.close();
  }

  function track(input: EventInput): void {
    if (consent !== 'denied') intake.track(input);
  }

  const onAct = (event: Event) => {
    (event as ActEvent).heard = true;
    track((event as ActEvent).detail);
  };

  (options.destinations ?? [tracking({ api, key })]).forEach(addDestination);
  const tracker: PageTracker = {
    track,
    addDestination,
    segment: intake.segment,

    consent(choice) {
      if (!CHOICES.includes(choice)) throw new TypeError('consent');
      const couldSend = canSend();
      consent = effectiveConsent(choice, gpc);
      if (choice === 'denied') {
        const last = {
          kind: 'choice',
          choice,
          id: uuidv7(),
          ...timeAndPage(),
          analyticsId: identity.current(),
        } as const;
        if (couldSend) for (const delivery of deliveries) delivery.sendOnce(redactAddresses(last, options.redact));
        forget();
        withdrawal.broadcast();
        database.erase();
      }
      schedule();
    },

    identify(analyticsId) {
      if (!isAnalyticsId(analyticsId)) throw new TypeError('identify');
      if (consent !== 'denied') identity.identify(analyticsId);
    },

    stop() {
      if (canSend()) {
        void identity.load();
        intake.accept();
        void outbox.save();
      }
      for (const delivery of deliveries) delivery.pause();
      page.stop();
      withdrawal.stop();
      isStarted = false;
      delete trackers[symbol];
    },
  };
  trackers[symbol] = tracker;

  // In a microtask, so that the page's segments and choice hold from the first event on.
  queueMicrotask(() => {
    if (!trackers[symbol]) return;
    isStarted = true;
    for (const action of [...WIDGET_ACTIONS, ...MEDIA_ACTIONS]) page.on(eventName(action), onAct);
    dispatchEvent(new Event(LISTEN));
    // Without a delay: a page that ends soon can store its events only if the database is open by then.
    void drain();
  });
  return tracker;
}
