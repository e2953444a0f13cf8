import Type from 'typebox';
import { isLoopback } from '../http/client-address.ts';
import { networkKindOf } from '../http/networks.ts';
import type { ContentStore, RelayRecord } from '../store/content/content-store.ts';
import { AdminError } from './errors.ts';
import type { Input } from './input.ts';

/** The relays of one customer. Each may open some connections. */
const MAX_RELAYS = 20;

export const NewRelay = Type.Object(
  {
    url: Type.String({
      maxLength: 2048,
      description: 'The part of the address before `/v1/datamarts` at the other server.',
    }),
    datamart: Type.String({ maxLength: 18, description: 'The number of the datamart there.' }),
    keyId: Type.String({ maxLength: 200, description: 'The `X-Mics-Key-Id` of the shop at the other server.' }),
    secret: Type.String({ maxLength: 1000, description: 'The secret of the signature. No answer shows it.' }),
  },
  {
    examples: [
      {
        ...{ url: 'https://api.analytics.example', datamart: '1234', keyId: 'shop-key' },
        secret: 'what the other server gave you',
      },
    ],
  },
);

/** A relay that was added, with a note for the customer. */
export type AddedRelay = RelayRecord & { note?: string };

/**
 * Adds a relay to another server's datamart, or changes its address and key. Waiting activities then go to the new
 * address.
 * @param allowPrivate whether the server may be in a private network or on this machine. The address is checked again
 * for each request, since a name may get another address
 */
export async function addRelay(
  contentStore: ContentStore,
  customerId: number,
  wanted: Input<typeof NewRelay>,
  allowPrivate: boolean,
): Promise<AddedRelay> {
  const url = checkBaseUrl(wanted.url);
  const { datamart, keyId, secret } = wanted;
  if (!/^\d{1,18}$/.test(datamart)) throw new AdminError(400, 'The datamart must be a number.');
  if (datamart === String(customerId))
    throw new AdminError(
      409,
      `${datamart} is the customer’s own datamart here: its activities are stored, not relayed.`,
    );
  // The key id is sent in a header.
  if (!/^[\x21-\x7e]{1,200}$/.test(keyId))
    throw new AdminError(400, 'The key id must have 1 to 200 letters and digits.');
  if (secret.length < 1 || secret.length > 1000)
    throw new AdminError(400, 'The secret must have 1 to 1000 characters.');
  const others = (await contentStore.relays(customerId)).filter((relay) => relay.datamart !== datamart);
  if (others.length >= MAX_RELAYS) throw new AdminError(400, `A customer has at most ${MAX_RELAYS} relays.`);
  const { hostname } = new URL(url);
  const network = allowPrivate ? 'public' : await networkKindOf(hostname);
  if (network === 'private')
    throw new AdminError(
      400,
      `${hostname} is a private address, which is relayed to with VITRINE_RELAY_PRIVATE=allow only.`,
    );
  const id = await contentStore.putRelay(customerId, { url, datamart, keyId, secret });
  const added = { id, customerId, url, datamart, keyId };
  return network === 'public'
    ? added
    : { ...added, note: `${hostname} has no address now: nothing is sent until it has.` };
}

/** Removes a relay and its waiting activities. */
export async function removeRelay(contentStore: ContentStore, customerId: number, id: number): Promise<void> {
  if (!(await contentStore.removeRelay(customerId, id))) throw new AdminError(404, `The customer has no relay ${id}.`);
}

function checkBaseUrl(given: string): string {
  const url = URL.parse(given);
  const secure = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname));
  if (!url || !secure || url.username || url.password || url.search || url.hash || given.length > 2048)
    throw new AdminError(400, 'The server must look like https://api.example.com: with https, without user, ? and #.');
  // The look-behind makes the match begin only at the first slash, so the time is linear in the number of slashes.
  return url.href.replace(/(?<!\/)\/+$/, '');
}
