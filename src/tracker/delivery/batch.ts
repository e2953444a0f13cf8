import type { StampedEvent } from '../../events/vocabulary.ts';
import type { Wire, WireRequest } from '../../wires/wire.ts';
import type { Row } from '../row.ts';
import type { Destination } from './destination.ts';
import { MAX_REQUEST_BYTES } from './transport.ts';

/** Rows that are encoded at once. They fit into about one request. On a slow phone, encoding more would be a long task. */
export const BATCH_SIZE = 25;

/** A request and the rows that it carries. */
export interface Batch {
  request: WireRequest;
  rows: Row[];
}

/**
 * Encodes events as requests. Scripts of the page push events as well: an event that the wire cannot encode is in no
 * request, and the others are.
 */
export function encodeEvents(wire: Wire, events: StampedEvent[]): WireRequest[] {
  try {
    return wire.encode(events, MAX_REQUEST_BYTES, Date.now());
  } catch {
    const half = events.length >> 1;
    return half ? [events.slice(0, half), events.slice(half)].flatMap((some) => encodeEvents(wire, some)) : [];
  }
}

/** Encodes rows as batches. Rows that no request carries are discarded. */
export function encodeBatches({ name, wire, outbox }: Destination, rows: Row[]): Batch[] {
  const requests = encodeEvents(
    wire,
    rows.map(({ event }) => event),
  );
  const unsendable = rows.filter(({ event }) => !requests.some(({ ids }) => ids.includes(event.id)));
  void outbox.discard(name, unsendable, 'unsendable');
  return requests.map((request) => ({
    request,
    rows: rows.filter(({ event }) => request.ids.includes(event.id)),
  }));
}
