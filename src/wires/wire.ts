import type { EventKind, IncomingEvent, StampedEvent } from '../events/vocabulary.ts';

/**
 * The contract of a wire: what each folder of `src/wires` has. A wire speaks one protocol.
 *
 * | file          | who uses it           | what it exports                                                       |
 * | ------------- | --------------------- | --------------------------------------------------------------------- |
 * | `encode.ts`   | pages                 | a function that makes a `Wire`: `encode` and `settle`                 |
 * | `decode.ts`   | the service           | `decode`, a `Decode`: reads a request of any client                   |
 * | `coverage.ts` | tests, `docs/wires.md` | `COVERAGE`: which kinds of events the protocol carries, and how       |
 * | `fields.ts`   | tests, `docs/wires.md` | `FIELDS`: what the service makes of each field, where it has a table  |
 *
 * A page downloads `encode.ts` and what that imports, and never the rest.
 */

/** One request of a protocol, ready to be sent by fetch or, where `beacon` allows it, by `sendBeacon`. */
export interface WireRequest {
  method: 'GET' | 'POST';
  url: string;
  /** Always a string: Firefox loses about half of the Blobs that are beaconed in `pagehide`. */
  body?: string;
  /** Only headers that the protocol requires, with names in lower case. */
  headers?: Record<string, string>;
  /** The ids of the events that the request carries, in order. */
  ids: string[];
  /** Whether a beacon can carry the request: it has no headers, and its body is one that CORS calls simple. */
  beacon: boolean;
}

/** The answer to a request. */
export interface WireAnswer {
  /** The HTTP status; 0 where no answer came. */
  status: number;
  body: string;
}

/**
 * What became of an event. `accepted` and `repeated` events are delivered. A `refused` event is dropped and counted. A
 * `retry` event stays in the outbox.
 */
export type Outcome = 'accepted' | 'repeated' | 'refused' | 'retry';

/** A protocol as a page speaks it, to one destination. */
export interface Wire {
  readonly name: string;
  /** Whether the destination recognizes a repeated id, so that sending an event twice does no harm. */
  readonly idempotent: boolean;
  /**
   * A request without an event, which asks a destination that failed whether it answers again. The request's id belongs
   * to no event. Wires that are not idempotent have a probe, since an event whose answer does not come is lost.
   */
  readonly probe?: WireRequest | undefined;
  /**
   * Writes events as requests of at most `limit` bytes each. An event that alone is larger gets a request of its own. An
   * event that is in no request cannot be expressed in this protocol, and the tracker drops it.
   * @param sentAt the visitor's clock now, in milliseconds since 1970
   */
  encode(events: readonly StampedEvent[], limit: number, sentAt: number): WireRequest[];
  /** Tells for each id of the request what became of the event. */
  settle(request: WireRequest, answer: WireAnswer): Map<string, Outcome>;
}

/** What the service knows and a request does not say. */
export interface DecodeContext {
  /** When the request arrived, in milliseconds since 1970. */
  now: number;
  /** The customer's currency, for a protocol that has none: ISO 4217, three capital letters. */
  currency?: string;
}

/** A request that is not stored, and why. */
export interface DecodeProblem {
  /** The HTTP status that the protocol answers with. */
  status: 400 | 404 | 422;
  /** `field: reason`, with the field's name in the protocol. */
  detail: string;
}

/** @typeParam Detail what the protocol says of the event and the vocabulary has no field for */
export type DecodedEvent<Detail extends object = object> = { event: IncomingEvent } & Detail;

/**
 * What the service reads of one request: its events, or why it stores none of them.
 * @typeParam Message what the protocol says of the request as a whole
 * @typeParam Events how many events a request has: one (`[DecodedEvent]`) or any number (`DecodedEvent[]`)
 */
export type Decoded<Message extends object = object, Events extends DecodedEvent[] = DecodedEvent[]> =
  | (Message & {
      events: Events;
      /** The sender's clock when it sent the request, in milliseconds since 1970. */
      sentAt?: number;
    })
  | DecodeProblem;

/** The service's half of a wire. `request` is whatever form the protocol's plugin has parsed the request into. */
export type Decode<Request, Message extends object = object, Events extends DecodedEvent[] = DecodedEvent[]> = (
  request: Request,
  context: DecodeContext,
) => Decoded<Message, Events>;

/**
 * What an HTTP status alone says of every event in a request. 400 and 413 refuse the request itself, which would be
 * refused for ever. A gateway answers 403, 404 or 405 while the service behind it is away, so these say nothing of the
 * events.
 */
export function outcomeOf(status: number): Outcome {
  return [400, 413].includes(status) ? 'refused' : 'retry';
}

/**
 * What an HTTP status says together with a body of the protocol itself. The shop can correct a key or an origin that is
 * refused (401, 403), and the events wait for that.
 */
export function outcomeOfOwn(status: number): Outcome {
  const temporary = status < 400 || [401, 403, 408, 429].includes(status) || status >= 500;
  return temporary ? 'retry' : 'refused';
}

/** How a wire carries one kind of event, in the words that `docs/wires.md` prints. */
export interface KindCoverage<Field extends string = string> {
  /** What the event is in the protocol, as in `` `e_c`, `e_a`, `e_n`, `e_v` ``. */
  as: string;
  /** The fields that do not come out of `decode` as they went into `encode`, each with what becomes of it. */
  loses?: { readonly [F in Field]?: string };
  /** Set where only one direction exists: our pages write the kind, or our service reads it from other clients. */
  only?: 'encode' | 'decode';
}

/**
 * What a wire carries, kind by kind; `null` for a kind that it cannot express. The property tests take from it what has
 * to come back, and `docs/wires.md` is made of it.
 */
export type Coverage = {
  readonly [K in EventKind]: KindCoverage<keyof Extract<StampedEvent, { kind: K }> & string> | null;
};

/**
 * The fields of a protocol's requests, request by request (`GET|POST /matomo.php`), and what our service makes of each.
 * A test that is marked with `understands` shows each row, and `docs/wires.md` is made of both.
 */
export type Fields = Readonly<Record<string, Readonly<Record<string, string>>>>;
