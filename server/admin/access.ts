import { randomBytes } from 'node:crypto';
import Type from 'typebox';
import type { Token } from '../store/access.ts';
import type { ContentStore, TokenRecord } from '../store/content/content-store.ts';
import { checkControls, checkHostname, checkOrigin, quote } from './checks.ts';
import { AdminError } from './errors.ts';
import { type Input, Text } from './input.ts';

/** The tokens, origins and redirect hosts of a customer. Each function checks its input and throws {@link AdminError}s. */

export const NewToken = Type.Object(
  { kind: Text('`public` or `private`.'), label: Type.Optional(Text('For people.')) },
  { examples: [{ kind: 'public', label: 'product pages' }] },
);

/** @returns the token in clear text, which is stored nowhere and cannot be shown again */
export async function addToken(
  contentStore: ContentStore,
  customerId: number,
  { kind, label = '' }: Input<typeof NewToken>,
): Promise<TokenRecord & { token: string }> {
  if (kind !== 'public' && kind !== 'private')
    throw new AdminError(400, 'A token is public (for pages) or private (reads events, administers).');
  if (label.length > 200) throw new AdminError(400, 'The label must have at most 200 characters.');
  checkControls(label, 'label');
  const token = randomBytes(32).toString('hex');
  return { ...(await contentStore.addToken(customerId, kind satisfies Token['kind'], label, token)), token };
}

export async function removeToken(contentStore: ContentStore, customerId: number, id: number): Promise<void> {
  if (!(await contentStore.removeToken(customerId, id))) throw new AdminError(404, `The customer has no token ${id}.`);
}

export const NewOrigin = Type.Object(
  { origin: Text('As `https://www.shop.example`.') },
  { examples: [{ origin: 'https://shop.example.com' }] },
);

/** @returns the origin in the form that browsers send */
export async function addOrigin(contentStore: ContentStore, customerId: number, given: string): Promise<string> {
  const origin = checkOrigin(given);
  if (origin.includes('*'))
    throw new AdminError(
      400,
      `No browser sends an origin with *, so ${quote(given)} would let no page in. Add each origin by itself.`,
    );
  await contentStore.addOrigin(customerId, origin);
  return origin;
}

export async function removeOrigin(contentStore: ContentStore, customerId: number, given: string): Promise<void> {
  const origin = checkOrigin(given);
  if (!(await contentStore.removeOrigin(customerId, origin)))
    throw new AdminError(404, `The customer has no origin ${origin}.`);
}

export const NewHost = Type.Object(
  { host: Text('As `www.shop.example`.') },
  { examples: [{ host: 'shop.example.com' }] },
);

/** @returns the host name in the form that redirects are compared with */
export async function addHost(contentStore: ContentStore, customerId: number, given: string): Promise<string> {
  const host = checkHostname(given);
  await contentStore.addHost(customerId, host);
  return host;
}

export async function removeHost(contentStore: ContentStore, customerId: number, given: string): Promise<void> {
  const host = checkHostname(given);
  if (!(await contentStore.removeHost(customerId, host)))
    throw new AdminError(404, `The customer has no host ${host}.`);
}
