import type { EventKind, StampedEvent } from '../events/vocabulary.ts';

/** One request of a protocol, ready to leave by fetch or, where `beacon` allows it, by `sendBeacon`. */
export interface WireRequest {
  method: 'GET' | 'POST';
  url: string;
  /** Always a string: Firefox loses about half of the Blobs beaconed in `pagehide`. */
  body?: string;
  /** Where a protocol cannot do without, in lower case. */
  headers?: Record<string, string>;
  /** The events it carries, in order. */
  ids: string[];
  /** Whether a beacon can carry it: no headers of its own, and a body that CORS calls simple. */
  beacon: boolean;
}

/** What came back. */
export interface WireAnswer {
  /** 0 where no answer came. */
  status: number;
  body: string;
}

/** `accepted` and `repeated` are both delivered; `refused` is given up and counted; `retry` stays in the outbox. */
export type Outcome = 'accepted' | 'repeated' | 'refused' | 'retry';

/** A protocol as the tracker speaks it. */
export interface Wire {
  readonly name: string;
  /** Whether the other side recognises a repeated id, so that sending twice does no harm. */
  readonly idempotent: boolean;
  /**
   * A request without an event, by which a destination that failed is asked whether it answers again; its id is of no
   * event. Wires that are not idempotent have one, since an event that is sent is lost where no answer comes.
   */
  readonly probe?: WireRequest | undefined;
  /**
   * Writes events down as requests of at most `limit` bytes each; an event that alone is larger travels alone.
   * An event that no request carries cannot be said on this wire, and is refused.
   * @param sentAt the visitor's clock now, in milliseconds
   */
  encode(events: readonly StampedEvent[], limit: number, sentAt: number): WireRequest[];
  /** Says for each id of the request what became of it. */
  settle(request: WireRequest, answer: WireAnswer): Map<string, Outcome>;
}

/**
 * What an HTTP status alone says of every event in a request. A gateway answers 403, 404 or 405 while the service behind
 * it is away: that says nothing of the events. 400 and 413 are said of the request, which would be refused for ever.
 */
export function outcomeOf(status: number): Outcome {
  return [400, 413].includes(status) ? 'refused' : 'retry';
}

/**
 * What an HTTP status says together with a body in the protocol's own words. A key or an origin that is refused (401,
 * 403) is put right by the shop, and the events wait for that.
 */
export function outcomeOfOwn(status: number): Outcome {
  const temporary = status < 400 || [401, 403, 408, 429].includes(status) || status >= 500;
  return temporary ? 'retry' : 'refused';
}

/** How a wire says one kind of event, in the words that `docs/wires.md` tells it with. */
export interface Carried<Field extends string = string> {
  /** What it is in the protocol, as in `` `e_c`, `e_a`, `e_n`, `e_v` ``. */
  as: string;
  /** The fields that do not come out of `decode` as they went into `encode`, each with what becomes of it. */
  loses?: { readonly [F in Field]?: string };
  /** Where one direction alone speaks of it: our clients write it, or our service reads it from foreign ones. */
  only?: 'encode' | 'decode';
}

/**
 * What a wire carries, kind by kind; `null` for what it cannot say. Each wire has one, named `CARRIES`, beside its
 * `decode`: pages never download it. The property tests take from it what must come back, `docs/wires.md` is made of it.
 */
export type Carries = {
  readonly [K in EventKind]: Carried<keyof Extract<StampedEvent, { kind: K }> & string> | null;
};

/**
 * What the requests of a protocol may say, request by request (`GET|POST /matomo.php`), and what our service makes of it.
 * Each wire has one, named `FIELDS`, in its `fields.ts`; a test that is marked with `understands` shows each row, and
 * `docs/wires.md` is made of both.
 */
export type Fields = Readonly<Record<string, Readonly<Record<string, string>>>>;
