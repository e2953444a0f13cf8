import { type Row, SETTLED, setState, UNCONFIRMED, WAITING } from '../row.ts';
import { type Batch, encodeBatches } from './batch.ts';
import type { Destination } from './destination.ts';
import { settle } from './settle.ts';
import { type Answer, send, sendKeepalive } from './transport.ts';

/**
 * Completes one request: waits for its answer, and settles its rows by it.
 * @param answering the answer to the request, which has been sent
 * @param backlog aborts the delivery of the backlog; absent for rows of this page
 * @returns whether the destination is up
 */
export async function attempt(
  destination: Destination,
  { request, rows }: Batch,
  answering: Promise<Answer>,
  backlog?: AbortSignal,
): Promise<boolean> {
  const { name, wire, backoff } = destination;
  setState(rows, name, UNCONFIRMED);
  destination.lastUrl = request.url;
  const answer = await answering;
  const outcomes = wire.settle(request, answer);

  const isRefused = rows.every(({ event }) => outcomes.get(event.id) === 'refused');
  if (isRefused && rows.length > 1 && [400, 413].includes(answer.status)) {
    // One bad event may be the reason. Halves find it, and the other events are delivered.
    setState(rows, name, WAITING);
    const half = rows.length >> 1;
    return (
      (await attemptEach(destination, rows.slice(0, half), backlog)) &&
      attemptEach(destination, rows.slice(half), backlog)
    );
  }
  await settle(destination, rows, outcomes);
  // A request without events, such as the start of a session, has only its status.
  const isDown = request.ids.length
    ? [...outcomes.values()].every((outcome) => outcome === 'retry')
    : answer.status !== 200;
  destination.isDown = isDown;
  if (isDown) backoff.failed(answer.retryAfter);
  else backoff.succeeded();
  return !isDown;
}

/**
 * Sends rows, one request after the other. The parameters are those of `attempt`.
 * @returns whether all requests were sent, and the destination is up
 */
export async function attemptEach(destination: Destination, rows: Row[], backlog?: AbortSignal): Promise<boolean> {
  const { name, wire } = destination;
  for (const batch of encodeBatches(destination, rows)) {
    if (!destination.canSend() || backlog?.aborted) return false;
    // The page may have been hidden while the last request was under way, and `flushOnExit` has sent the rows then.
    const isDue = ({ states }: Row) => (backlog ? states[name] !== SETTLED : states[name] === WAITING);
    if (wire.idempotent && !batch.rows.every(isDue)) continue;
    // The tab may be closed while the request is under way. Rows of this page are sent by keepalive while the quota has
    // room. Rows of the backlog leave the quota to them.
    const { request } = batch;
    const answering = backlog ? send(request, backlog) : (sendKeepalive(request) ?? send(request));
    if (!(await attempt(destination, batch, answering, backlog))) return false;
  }
  return true;
}
