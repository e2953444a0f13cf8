import type { Outcome } from '../../wires/wire.ts';
import { dispatchDrop } from '../dispatch-drop.ts';
import { type Row, setState, WAITING } from '../row.ts';
import type { Destination } from './destination.ts';

/**
 * Applies the outcomes of a request to its rows. Resolves when the delivered rows are settled.
 * @param outcomes by the id of the event; an event without an outcome is retried
 */
export async function settle(
  { name, wire, outbox }: Destination,
  rows: Row[],
  outcomes: ReadonlyMap<string, Outcome>,
): Promise<void> {
  const withOutcome = (...some: Outcome[]) =>
    rows.filter(({ event }) => some.includes(outcomes.get(event.id) ?? 'retry'));
  await outbox.settle(name, withOutcome('accepted', 'repeated'));
  void outbox.discard(name, withOutcome('refused'), 'refused');
  const unanswered = withOutcome('retry');
  if (wire.idempotent) setState(unanswered, name, WAITING);
  // The row is settled since before the request: the other side may have the event.
  else dispatchDrop(name, 'lost', unanswered.length);
}
