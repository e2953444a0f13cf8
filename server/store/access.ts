/** Milliseconds after which a service knows at the latest what another process has changed of access. */
export const LOOK_EVERY_MS = 1000;

/**
 * Who may do what: tokens, the origins their pages may have, and the hosts a redirect may lead to. Every request asks, so
 * a store answers from memory: the promises of a request cost 1 µs of the 30 to 45 µs that Fastify alone takes for one.
 */
export interface Access {
  /** What a token in clear text stands for, or nothing. Tokens are stored hashed (SHA-256). */
  token(raw: string): Promise<Token | undefined>;
  /**
   * The token whose key has this id, with the secret that it signs with; both follow from the token's hash (see
   * `keyOf`), since nothing else of it is stored.
   */
  signer(keyId: string): Promise<{ token: Token; secret: string } | undefined>;
  /** Whether there is such a customer; not since its removal began. */
  hasCustomer(customerId: number): Promise<boolean>;
  /** Whether pages of this origin (`https://shop.example`) may use the customer's public tokens. */
  allowsOrigin(customerId: number, origin: string): Promise<boolean>;
  /** Whether the customer allows something that is a matter of taste: see `Permission`. */
  permits(customerId: number, permission: Permission): Promise<boolean>;
  /** Whether `redirect_url` may lead to this host name (exact, in lower case, without port). */
  allowsHost(customerId: number, hostname: string): Promise<boolean>;
}

/**
 * What a customer may allow or forbid.
 * - `trackers`: senders that name no page (apps, servers, pages that hide where they are) track without a private token.
 *   Allowed unless forbidden.
 * - `views`: pages count product events with a public token. Forbidden unless allowed.
 */
export const PERMISSIONS = { trackers: true, views: false } as const;
export type Permission = keyof typeof PERMISSIONS;
export type Permissions = Record<Permission, boolean>;

export interface Token {
  id: number;
  customerId: number;
  /** A public token stands in pages: it reads content, tracks and uploads. A private one reads events and administers. */
  kind: 'public' | 'private';
}
