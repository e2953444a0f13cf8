import { setTimeout as pause } from 'node:timers/promises';
import { uuidv7 } from '../../src/events/id.ts';
import type { StampedEvent } from '../../src/events/vocabulary.ts';
import { activities } from '../../src/wires/activities/encode.ts';
import { matomo } from '../../src/wires/matomo/encode.ts';
import { productEvents } from '../../src/wires/product-events/encode.ts';
import { tracking } from '../../src/wires/tracking/encode.ts';
import type { Wire, WireAnswer, WireRequest } from '../../src/wires/wire.ts';
import type { Shop } from './shop.ts';

const AGAIN_MS = 50;

/** An answer, with what else a sender goes by. */
export interface Answer extends WireAnswer {
  retryAfter: string | null;
}

/** A wire, and how many events its sender puts in a request. */
export interface Line {
  wire: Wire;
  events: number;
}

/** The service's four wires, as the kit speaks them. */
export function linesTo(url: string, { key, customerId }: Shop): Line[] {
  return [
    { wire: tracking({ api: url, key }), events: 20 },
    { wire: matomo({ url: `${url}/matomo.php`, idSite: customerId, atLeastOnce: true }), events: 20 },
    { wire: productEvents({ url, token: key }), events: 1 },
    { wire: activities({ url, datamart: customerId, key }), events: 20 },
  ];
}

/** Resolves to nothing when no answer came. */
export async function send(request: WireRequest, origin: string): Promise<Answer | undefined> {
  try {
    const response = await fetch(request.url, {
      method: request.method,
      body: request.body ?? null,
      headers: { origin, 'content-type': 'text/plain;charset=UTF-8', ...request.headers },
    });
    return {
      status: response.status,
      retryAfter: response.headers.get('retry-after'),
      body: await response.text(),
    };
  } catch {
    return undefined;
  }
}

/** New events of one shopper, of a kind that this wire says without events of its own. */
export function eventsFor(wire: Wire, count: number): StampedEvent[] {
  const at = Date.now();
  const analyticsId = uuidv7(at).replaceAll('-', '').slice(0, 16);
  return Array.from({ length: count }, (_, i): StampedEvent => {
    const stamp = { id: uuidv7(at), at, analyticsId, pageUrl: `https://www.shop.example/products/${i}`, segments: [] };
    return wire.name === 'product-events'
      ? { kind: 'product', action: 'interaction', session: analyticsId, product: `print-${at % 40}`, ...stamp }
      : { kind: 'media', action: 'click', instance: 'wall', scope: { kind: 'best' }, media: `${i}`, pics: 1, ...stamp };
  });
}

/**
 * Shoppers' trackers that never give up: several connections of each wire, each with one request after the other. What
 * is not answered, or answered with "come again", is sent again, byte for byte.
 */
export class Traffic {
  /** Ids of events that the service said it has. */
  readonly answered = new Set<string>();
  /** Requests that went out at least once and have no answer yet; here it is unknown what is stored. */
  readonly open = new Set<WireRequest>();
  /** Requests that were accepted, by wire. */
  readonly accepted = new Map<string, number>();
  /** Every answer that was no acceptance, by wire. */
  readonly refusals = new Map<string, Answer[]>();
  /** Events the service called repeated: it had them, and the answer had been lost. */
  repeated = 0;
  /** Requests that ended without an answer. */
  unanswered = 0;
  /** The longest that an answer took, in milliseconds. */
  slowest = 0;
  readonly #lines: Line[];
  readonly #origin: string;
  readonly #again = new Map<Wire, WireRequest[]>();
  #flowing: Promise<unknown> | undefined;
  #stopped = true;

  constructor(url: string, shop: Shop) {
    this.#lines = linesTo(url, shop);
    this.#origin = shop.origin;
    for (const { wire } of this.#lines) this.#again.set(wire, []);
  }

  /** @param pauseMs what a connection waits after an answer, so that the load is no flood */
  start(connectionsPerWire: number, pauseMs = 0): void {
    this.#stopped = false;
    const connections = this.#lines.flatMap((line) => Array(connectionsPerWire).fill(line) as Line[]);
    this.#flowing = Promise.all(connections.map((line) => this.#flow(line, pauseMs)));
  }

  /** Resolves when nothing is under way any more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#flowing;
  }

  /** Sends what is open until all of it is answered for good. */
  async finish(): Promise<void> {
    for (const { wire } of this.#lines) {
      const again = this.#again.get(wire) as WireRequest[];
      for (let request = again.pop(); request; request = again.pop())
        if (!(await this.#sendOne(wire, request)) || again.length > 0) await pause(AGAIN_MS);
    }
  }

  async #flow({ wire, events }: Line, pauseMs: number): Promise<void> {
    const again = this.#again.get(wire) as WireRequest[];
    while (!this.#stopped) {
      const request = again.pop() ?? wire.encode(eventsFor(wire, events), 65_536, Date.now())[0];
      if (!request) throw new Error(`${wire.name} has no word for what a shopper did.`);
      const answered = await this.#sendOne(wire, request);
      // Nobody listens: what comes next is another's to decide.
      if (!answered) return;
      if (pauseMs > 0) await pause(pauseMs);
    }
  }

  async #sendOne(wire: Wire, request: WireRequest): Promise<boolean> {
    this.open.add(request);
    const began = performance.now();
    const answer = await send(request, this.#origin);
    if (answer) this.slowest = Math.max(this.slowest, performance.now() - began);
    else this.unanswered++;
    const outcomes = answer ? wire.settle(request, answer) : new Map(request.ids.map((id) => [id, 'retry']));
    if (answer && answer.status !== 200)
      this.refusals.set(wire.name, [...(this.refusals.get(wire.name) ?? []), answer]);
    if ([...outcomes.values()].includes('refused'))
      throw new Error(`${wire.name} refused an event for good: ${answer?.status} ${answer?.body}`);
    if ([...outcomes.values()].includes('retry')) {
      this.#again.get(wire)?.push(request);
      return answer !== undefined;
    }
    for (const [id, outcome] of outcomes) {
      this.answered.add(id);
      if (outcome === 'repeated') this.repeated++;
    }
    this.open.delete(request);
    this.accepted.set(wire.name, (this.accepted.get(wire.name) ?? 0) + 1);
    return true;
  }
}
