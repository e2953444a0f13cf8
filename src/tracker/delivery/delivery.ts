import type { StampedEvent } from '../../events/vocabulary.ts';
import type { Outcome, Wire, WireRequest } from '../../wires/wire.ts';
import { drop } from '../drop.ts';
import { type Outbox, type Row, SETTLED, type State, UNCONFIRMED, WAITING } from '../outbox.ts';
import type { Page } from '../page.ts';
import { drainLeftovers } from './backlog.ts';
import { createBackoff } from './backoff.ts';
import { type Answer, ask, askKept, PATIENCE, REQUEST_BYTES, sendBeacon, sendLater, takeBack } from './transport.ts';

/** Events born within so many milliseconds travel together. */
const GATHER = 1000;
/** Events encoded at once: about a request. What the first of them cost on a slow phone, the request itself costs again. */
const ROUND = 25;

export interface DeliveryOptions {
  /** Under which rows keep their state for this destination. */
  name: string;
  wire: Wire;
  outbox: Outbox;
  page: Page;
  /** Whether anything may leave. */
  allowed: () => boolean;
}

/** Brings the outbox's events to one destination, knowing nothing of the others. */
export interface Delivery {
  /** Something may be waiting. */
  wake(): void;
  /** The page hides or ends: sends all at once what waits, by what outlives the page. Nothing is sent twice. */
  leave(): void;
  /** The page is seen again, or the network is back. */
  back(): void;
  /** Says one event past the outbox, without caring for the answer. */
  say(event: StampedEvent): void;
  /** Nothing more of earlier pages is sent. */
  cancelBacklog(): void;
  stop(): void;
}

export function createDelivery(options: DeliveryOptions): Delivery {
  const { name, wire, outbox, page } = options;
  /** The page's policy forbids it. */
  let blocked = false;
  // Offline, what is not sent twice would be lost.
  const allowed = () => !blocked && options.allowed() && (wire.idempotent || navigator.onLine);
  /** The last request was in vain. */
  let down = false;
  const backoff = createBackoff();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running = false;
  /** Whether leftovers have to be looked for. */
  let owed = true;
  let draining: AbortController | undefined;
  /** Left with the browser, which tells nothing of what became of it. */
  let handedOver: Row[] = [];

  /** Of the last request. */
  let url = '';
  page.on('securitypolicyviolation', (event) => {
    const { disposition, blockedURI } = event as SecurityPolicyViolationEvent;
    // The page's policy does not let us ask: each request would be one more line in the shop's console. Safari names
    // nothing where an inline script was refused, and every URL starts with that.
    if (disposition === 'enforce' && url.startsWith(blockedURI || ' ')) blocked = true;
  });

  const isWaiting = (row: Row) => row.states[name] === WAITING;
  const isUnsettled = (row: Row) => row.states[name] !== SETTLED;
  const mark = (rows: Row[], state: State) => {
    for (const row of rows.filter(isUnsettled)) row.states[name] = state;
  };

  /** Strangers push events too: one that cannot be written down is carried by no request, and the others still are. */
  function requestsFor(events: StampedEvent[]): WireRequest[] {
    try {
      return wire.encode(events, REQUEST_BYTES, Date.now());
    } catch {
      const half = events.length >> 1;
      return half ? [events.slice(0, half), events.slice(half)].flatMap(requestsFor) : [];
    }
  }

  /** Requests with their rows. What no request carries is given up. */
  function encode(rows: Row[]): [WireRequest, Row[]][] {
    const batches = requestsFor(rows.map(({ event }) => event)).map((request): [WireRequest, Row[]] => [
      request,
      rows.filter(({ event }) => request.ids.includes(event.id)),
    ]);
    const left = rows.filter((row) => !batches.some(([, batch]) => batch.includes(row)));
    void outbox.giveUp(name, left, 'unsendable');
    return batches;
  }

  /** Of a page that is gone nobody reads an answer, and not every browser lets its fetches live. */
  const outlive = (request: WireRequest) => (page.isGone() && request.beacon ? undefined : askKept(request));

  /** Settles by the answer. False when the destination is down. */
  async function exchange(
    request: WireRequest,
    rows: Row[],
    asked: Promise<Answer>,
    leftovers?: AbortSignal,
  ): Promise<boolean> {
    mark(rows, UNCONFIRMED);
    url = request.url;
    const answer = await asked;
    const outcomes = wire.settle(request, answer);
    const having = (...some: Outcome[]) => rows.filter(({ event }) => some.includes(outcomes.get(event.id) ?? 'retry'));

    const refused = having('refused');
    if (rows.length > 1 && refused.length === rows.length && [400, 413].includes(answer.status)) {
      // One bad event must not take the others with it.
      mark(rows, WAITING);
      const half = rows.length >> 1;
      return (await deliver(rows.slice(0, half), leftovers)) && deliver(rows.slice(half), leftovers);
    }
    await outbox.conclude(name, having('accepted', 'repeated'));
    void outbox.giveUp(name, refused, 'refused');
    const unheard = having('retry');
    if (wire.idempotent) mark(unheard, WAITING);
    else drop(name, 'lost', unheard.length);
    // A request may carry no event: a session's start belongs to the wire alone.
    down = request.ids.length ? [...outcomes.values()].every((outcome) => outcome === 'retry') : answer.status !== 200;
    if (down) backoff.failed(answer.retryAfter);
    else backoff.succeeded();
    return !down;
  }

  /** Sends rows that are ours to send, one request after the other. */
  async function deliver(rows: Row[], leftovers?: AbortSignal): Promise<boolean> {
    for (const [request, batch] of encode(rows)) {
      if (!allowed() || leftovers?.aborted) return false;
      // The page may have hidden in between and sent them.
      if (wire.idempotent && !batch.every(leftovers ? isUnsettled : isWaiting)) continue;
      // A tab may be closed while this is under way: what is of this visit outlives it, if the quota lets it.
      const asked = leftovers ? ask(request, leftovers) : (askKept(request) ?? ask(request));
      if (!(await exchange(request, batch, asked, leftovers))) return false;
    }
    return true;
  }

  async function send(rows: Row[], leftovers?: AbortSignal): Promise<boolean> {
    if (wire.idempotent) return deliver(rows, leftovers);
    // Each request's rows are settled before it leaves, and no more than those. From then on nothing may stop it.
    for (let rest = rows; rest.length; rest = rest.filter(isUnsettled)) {
      const [first] = encode(rest.slice(0, ROUND));
      if (first && (leftovers?.aborted || !allowed() || !(await deliver(await outbox.conclude(name, first[1])))))
        return false;
    }
    return true;
  }

  async function run(): Promise<void> {
    if (running) return;
    running = true;
    while (allowed() && !page.isGone() && !backoff.remaining()) {
      if (down && wire.probe && !(await exchange(wire.probe, [], ask(wire.probe)))) continue;
      const rows = outbox.waiting(name, ROUND);
      if (rows.length) {
        // An answer that left some of them out is a failure too, or we would ask for ever.
        if ((await send(rows)) && rows.some(isWaiting)) backoff.failed();
      } else if (owed) {
        const drain = new AbortController();
        const { signal } = drain;
        draining = drain;
        owed = false;
        // Neither the lock nor what is new waits longer for leftovers.
        setTimeout(() => drain.abort(), PATIENCE);
        // The page may have come back meanwhile, and another tab may have let go of the lock.
        if (await drainLeftovers({ ...options, send: (rows) => send(rows, signal) })) owed = true;
      } else break;
    }
    running = false;
    if (allowed() && !page.isGone() && (owed || outbox.waiting(name, 1).length)) delivery.wake();
  }

  const delivery: Delivery = {
    wake() {
      if (!timer && !running) {
        timer = setTimeout(
          () => {
            timer = undefined;
            void run();
          },
          Math.max(backoff.remaining(), page.isHidden() ? 0 : GATHER),
        );
      }
    },

    leave() {
      if (page.isGone()) delivery.cancelBacklog();
      // Without a probe's answer, what is not sent twice stays for another page.
      if (!allowed() || (down && wire.probe)) return;
      // A probe while it is down: all of it is kept anyway.
      const most = backoff.remaining() ? ROUND : undefined;
      // A destination that does not recognise repeats is left what was never persisted; the rest can be claimed later.
      const rows = outbox.waiting(name, most).filter((row) => wire.idempotent || !outbox.isSaved(row));
      for (const [request, batch] of encode(rows)) {
        // Sending may be the last that is done here. Who recognises repetitions gets it again then, by the next event
        // of the page's end; who does not, must not.
        if (!wire.idempotent) mark(batch, UNCONFIRMED);
        const asked = outlive(request);
        // Deferred, it may leave twice, so only for a destination that recognises that.
        if (!asked && !sendBeacon(request, page.isGone()) && !(wire.idempotent && sendLater(request))) {
          mark(batch, WAITING);
          break;
        }
        if (wire.idempotent) mark(batch, UNCONFIRMED);
        else void outbox.conclude(name, batch);
        if (asked) void exchange(request, batch, asked).then((up) => up || delivery.wake());
        else handedOver.push(...batch);
      }
      void run();
    },

    back() {
      takeBack();
      // A beacon is not an acknowledgement.
      mark(handedOver, WAITING);
      handedOver = [];
      owed = true;
      backoff.hurry();
      clearTimeout(timer);
      timer = undefined;
      delivery.wake();
    },

    say(event) {
      for (const request of requestsFor([event])) {
        if (!outlive(request)) sendBeacon(request);
      }
    },

    cancelBacklog: () => draining?.abort(),

    stop() {
      delivery.cancelBacklog();
      clearTimeout(timer);
    },
  };
  return delivery;
}
