import type { Drop } from '../events/dom.ts';
import type { StampedEvent } from '../events/vocabulary.ts';
import type { Outcome, Wire, WireRequest } from '../wire/wire.ts';
import { createBackoff } from './backoff.ts';
import type { Bounds } from './bounds.ts';
import type { KeepaliveLedger } from './keepalive-ledger.ts';
import { drainLeftovers } from './leftovers.ts';
import { type Outbox, type Row, SETTLED, type State, UNCONFIRMED, WAITING } from './outbox.ts';
import type { Page } from './page.ts';
import { ask, beacon, hasKeepalive, later, REQUEST_BYTES, sizeOf } from './transport.ts';

/** Events born within so many milliseconds travel together. */
const GATHER = 1000;
/** Events encoded at once: about two requests, and far less than a frame's work on a slow phone. */
const ROUND = 50;

export interface DeliveryOptions {
  /** Under which rows keep their state for this destination. */
  name: string;
  wire: Wire;
  outbox: Outbox;
  bounds: Bounds;
  ledger: KeepaliveLedger;
  page: Page;
  pageId: string;
  /** Whether anything may leave. */
  allowed: () => boolean;
  drop: (destination: string, reason: Drop['reason'], count: number) => void;
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
  stop(): void;
}

export function createDelivery(options: DeliveryOptions): Delivery {
  const { name, wire, outbox, ledger, page, allowed, drop } = options;
  const backoff = createBackoff();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running = false;
  /** Whether leftovers have to be looked for. */
  let owed = true;
  let draining: AbortController | undefined;
  /** Left with the browser, which tells nothing of what became of it. */
  let handedOver: { rows: Row[]; bytes: number; control?: AbortController | undefined }[] = [];

  const mark = (rows: Row[], state: State) => {
    for (const row of rows) if (row.states[name] !== SETTLED) row.states[name] = state;
  };
  const sent = (rows: Row[]) => (wire.idempotent ? mark(rows, UNCONFIRMED) : void outbox.settle(name, rows));
  const isWaiting = (row: Row) => row.states[name] === WAITING;

  /** Requests with their rows. What no request carries is given up. */
  function encode(rows: Row[]): [WireRequest, Row[]][] {
    const left = new Map(rows.map((row) => [row.event.id, row]));
    const requests = wire.encode(
      rows.map(({ event }) => event),
      REQUEST_BYTES,
      Date.now(),
    );
    const batches = requests.map((request): [WireRequest, Row[]] => [
      request,
      request.ids.map((id) => {
        const row = left.get(id) as Row;
        left.delete(id);
        return row;
      }),
    ]);
    giveUp([...left.values()], 'unsendable');
    return batches;
  }

  function giveUp(rows: Row[], reason: Drop['reason']): void {
    void outbox.settle(name, rows);
    drop(name, reason, rows.length);
  }

  /** Asks, and settles by the answer. False when the destination is down. `kept` is what it holds of the ledger. */
  async function exchange(request: WireRequest, rows: Row[], kept: number, leftovers?: AbortSignal): Promise<boolean> {
    mark(rows, UNCONFIRMED);
    const answer = await ask(request, kept > 0, leftovers);
    ledger.give(kept);
    const outcomes = answer && wire.settle(request, answer);
    const having = (...some: Outcome[]) =>
      rows.filter(({ event }) => some.includes(outcomes?.get(event.id) ?? 'retry'));

    const refused = having('refused');
    if (rows.length > 1 && refused.length === rows.length && (answer?.status === 400 || answer?.status === 413)) {
      // One bad event must not take the others with it.
      mark(rows, WAITING);
      const half = rows.length >> 1;
      return (await deliver(rows.slice(0, half), leftovers)) && deliver(rows.slice(half), leftovers);
    }
    await outbox.settle(name, having('accepted', 'repeated'));
    giveUp(refused, 'refused');
    const unheard = having('retry');
    if (wire.idempotent) mark(unheard, WAITING);
    else drop(name, 'unsendable', unheard.length);
    if (unheard.length < rows.length) backoff.succeeded();
    else backoff.failed(answer?.retryAfter);
    return unheard.length < rows.length;
  }

  /** Sends rows that are ours to send, one request after the other. */
  async function deliver(rows: Row[], leftovers?: AbortSignal): Promise<boolean> {
    for (const [request, batch] of encode(rows)) {
      if (!allowed() || leftovers?.aborted) return false;
      // The page may have hidden in between and sent them.
      if (wire.idempotent && !batch.every((row) => (row.states[name] ?? SETTLED) < (leftovers ? SETTLED : UNCONFIRMED)))
        continue;
      // A tab may be closed while this is under way: what is of this visit outlives it, if the quota lets it.
      const bytes = sizeOf(request);
      const kept = !leftovers && ledger.take(bytes) ? bytes : 0;
      if (!(await exchange(request, batch, kept, leftovers))) return false;
    }
    return true;
  }

  async function send(rows: Row[], leftovers?: AbortSignal): Promise<boolean> {
    if (wire.idempotent) return deliver(rows, leftovers);
    // Each request's rows are settled before it leaves, and no more than those.
    for (let rest = rows; rest.length; ) {
      const ids = encode(rest)[0]?.[0].ids ?? [];
      const batch = rest.filter(({ event }) => ids.includes(event.id));
      if (!batch.length) return true;
      rest = rest.filter((row) => !batch.includes(row));
      if (!(await deliver(await outbox.claim(name, batch), leftovers))) return false;
    }
    return true;
  }

  async function run(): Promise<void> {
    if (running) return;
    running = true;
    while (allowed() && !page.gone && !backoff.remaining()) {
      const rows = outbox.waiting(name, ROUND);
      if (rows.length) {
        // An answer that left some of them out is a failure too, or we would ask for ever.
        if ((await send(rows)) && rows.some(isWaiting)) backoff.failed();
      } else if (owed) {
        draining = new AbortController();
        const { signal } = draining;
        const settled = await drainLeftovers({
          ...options,
          idempotent: wire.idempotent,
          send: (rows) => send(rows, signal),
        });
        owed = settled !== 0;
      } else break;
    }
    running = false;
    if (!page.gone && (owed || outbox.waiting(name, 1).length)) delivery.wake();
  }

  const delivery: Delivery = {
    wake() {
      if (timer === undefined && !running && allowed()) {
        timer = setTimeout(
          () => {
            timer = undefined;
            void run();
          },
          Math.max(backoff.remaining(), page.hidden ? 0 : GATHER),
        );
      }
    },

    leave() {
      if (page.gone) draining?.abort();
      if (!allowed()) return;
      // A destination that does not recognise repeats is left what was never persisted; the rest can be claimed later.
      const rows = outbox.waiting(name).filter((row) => wire.idempotent || !outbox.isSaved(row));
      // One probe while it is down: all of it is kept anyway.
      for (const [request, batch] of encode(rows).slice(0, backoff.remaining() ? 1 : undefined)) {
        const bytes = sizeOf(request);
        if (ledger.take(bytes)) {
          if (hasKeepalive() && (!page.gone || !request.beacon)) {
            sent(batch);
            void exchange(request, batch, bytes).then((up) => up || delivery.wake());
            continue;
          }
          if (beacon(request)) {
            sent(batch);
            handedOver.push({ rows: batch, bytes });
            continue;
          }
          ledger.give(bytes);
        }
        const control = wire.idempotent ? later(request) : undefined;
        if (!control) break;
        sent(batch);
        handedOver.push({ rows: batch, bytes: 0, control });
      }
      void run();
    },

    back() {
      for (const { rows, bytes, control } of handedOver) {
        control?.abort();
        ledger.give(bytes);
        // A beacon is not an acknowledgement.
        mark(rows, WAITING);
      }
      handedOver = [];
      owed = true;
      backoff.hurry();
      clearTimeout(timer);
      timer = undefined;
      delivery.wake();
    },

    say(event) {
      for (const request of wire.encode([event], REQUEST_BYTES, Date.now())) {
        if (page.gone || !hasKeepalive()) beacon(request);
        else void ask(request, true);
      }
    },

    stop() {
      draining?.abort();
      clearTimeout(timer);
    },
  };
  return delivery;
}
