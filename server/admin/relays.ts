import { isLoopback } from '../http/client-address.ts';
import { networkKindOf } from '../http/networks.ts';
import type { ContentStore, RelayRecord } from '../store/content/content-store.ts';
import { AdminError } from './actions.ts';

/** Of one customer; each may have some connections of its own. */
const MOST = 20;

export interface NewRelay {
  /** What stands before `/v1/datamarts` at the other server. */
  url: string;
  /** The number of the datamart there. */
  datamart: string;
  /** What signs, and what is said of it. */
  keyId: string;
  secret: string;
}

/** A relay, with what its owner should know of it. */
export type AddedRelay = RelayRecord & { note?: string };

/**
 * Registers another server's datamart, or gives it another address or key; what waits for it goes there then.
 * @param allowPrivate whether it may be in a private network, or this machine. Each request is judged again when it is
 * sent, since a name may have other addresses by then
 */
export async function addRelay(
  store: ContentStore,
  customerId: number,
  wanted: NewRelay,
  allowPrivate: boolean,
): Promise<AddedRelay> {
  const url = baseOf(wanted.url);
  const { datamart, keyId, secret } = wanted;
  if (!/^\d{1,18}$/.test(datamart)) throw new AdminError(400, 'The datamart must be a number.');
  if (datamart === String(customerId))
    throw new AdminError(
      409,
      `${datamart} is the customer’s own datamart here: its activities are stored, not relayed.`,
    );
  // What stands in a header.
  if (!/^[\x21-\x7e]{1,200}$/.test(keyId))
    throw new AdminError(400, 'The key id must have 1 to 200 letters and digits.');
  if (secret.length < 1 || secret.length > 1000)
    throw new AdminError(400, 'The secret must have 1 to 1000 characters.');
  const others = (await store.relays(customerId)).filter((relay) => relay.datamart !== datamart);
  if (others.length >= MOST) throw new AdminError(400, `A customer has at most ${MOST} relays.`);
  const { hostname } = new URL(url);
  const network = allowPrivate ? 'public' : await networkKindOf(hostname);
  if (network === 'private')
    throw new AdminError(
      400,
      `${hostname} is a private address, which is relayed to with VITRINE_RELAY_PRIVATE=allow only.`,
    );
  const id = await store.putRelay(customerId, { url, datamart, keyId, secret });
  const added = { id, customerId, url, datamart, keyId };
  return network === 'public'
    ? added
    : { ...added, note: `${hostname} has no address now: nothing is sent until it has.` };
}

/** What waits for it is given up. */
export async function removeRelay(store: ContentStore, customerId: number, id: number): Promise<void> {
  if (!(await store.removeRelay(customerId, id))) throw new AdminError(404, `The customer has no relay ${id}.`);
}

function baseOf(given: string): string {
  const url = URL.parse(given);
  const secure = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname));
  if (!url || !secure || url.username || url.password || url.search || url.hash || given.length > 2048)
    throw new AdminError(400, 'The server must look like https://api.example.com: with https, without user, ? and #.');
  // From the first of the slashes that end it: without the look behind, each of them would be tried as the first.
  return url.href.replace(/(?<!\/)\/+$/, '');
}
