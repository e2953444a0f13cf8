import { createHash } from 'node:crypto';
import type { Database } from 'better-sqlite3';
import { type Access, LOOK_EVERY_MS, PERMISSIONS, type Permissions, type Token } from '../access.ts';

/** Tokens are random and long, so one round of SHA-256 is enough: there is nothing to guess. */
export function hashToken(raw: string): string {
  return createHash('sha256').update(raw).digest('hex');
}

/**
 * What signs requests in a token's place: the secret is the token's SHA-256 in hex, and the key's id the first 16 hex
 * digits of that secret's own SHA-256. Whoever has the token can work out both, and the id tells nothing of the secret.
 * A stolen `content.db` has the secrets: it signs requests of user activities, and opens nothing else.
 */
export function keyOf(hash: string): { id: string; secret: string } {
  return { id: hashToken(hash).slice(0, 16), secret: hash };
}

/**
 * Access from memory, since every request asks. Another process (the `admin` command) may change the database, which
 * `PRAGMA data_version` tells; it is asked at most once a second. This process's own changes call `forget`.
 */
export function createAccess(sqlite: Database): Access & { forget(): void } {
  const customers = sqlite.prepare<[], { id: number; permissions: string | null }>(
    "select id, settings -> 'permissions' as permissions from customers where removed_at is null",
  );
  const tokens = sqlite.prepare<[], Token & { hash: string }>(
    'select id, customer_id as customerId, kind, hash from tokens',
  );
  const origins = sqlite.prepare<[], { customerId: number; value: string }>(
    'select customer_id as customerId, origin as value from origins',
  );
  const hosts = sqlite.prepare<[], { customerId: number; value: string }>(
    'select customer_id as customerId, hostname as value from hosts',
  );

  let known:
    | {
        /** What differs from `PERMISSIONS`, by customer. */
        customers: Map<number, Partial<Permissions>>;
        tokens: Map<string, Token>;
        /** Tokens as they were sent, once they were found by their hash: every event asks again. */
        seen: Map<string, Token>;
        signers: Map<string, Signer>;
        origins: Set<string>;
        hosts: Set<string>;
      }
    | undefined;
  let version: unknown;
  let lookAgainAt = 0;

  function current() {
    const now = Date.now();
    // A clock set back must not keep us from looking.
    if (now >= lookAgainAt || lookAgainAt - now > LOOK_EVERY_MS) {
      lookAgainAt = now + LOOK_EVERY_MS;
      const seen = sqlite.pragma('data_version', { simple: true });
      if (seen !== version) known = undefined;
      version = seen;
    }
    known ??= {
      customers: new Map(customers.all().map(({ id, permissions }) => [id, JSON.parse(permissions ?? '{}')])),
      ...keysOf(tokens.all()),
      seen: new Map(),
      origins: new Set(origins.all().map(pair)),
      hosts: new Set(hosts.all().map(pair)),
    };
    return known;
  }

  return {
    token(raw) {
      const { tokens, seen } = current();
      const known = seen.get(raw) ?? tokens.get(hashToken(raw));
      // Only what is known is kept: strangers cannot fill the memory.
      if (known && !seen.has(raw)) seen.set(raw, known);
      return known;
    },
    signer: (keyId) => current().signers.get(keyId),
    hasCustomer: (customerId) => current().customers.has(customerId),
    allowsOrigin: (customerId, value) => current().origins.has(pair({ customerId, value })),
    permits: (customerId, permission) => current().customers.get(customerId)?.[permission] ?? PERMISSIONS[permission],
    allowsHost: (customerId, value) => current().hosts.has(pair({ customerId, value })),
    forget() {
      known = undefined;
    },
  };
}

type Signer = { token: Token; secret: string };

function keysOf(rows: (Token & { hash: string })[]): { tokens: Map<string, Token>; signers: Map<string, Signer> } {
  const tokens = rows.map(({ hash, ...token }) => [hash, token] as const);
  const signers = tokens.map(([hash, token]): [string, Signer] => {
    const { id, secret } = keyOf(hash);
    return [id, { token, secret }];
  });
  return { tokens: new Map(tokens), signers: new Map(signers) };
}

function pair({ customerId, value }: { customerId: number; value: string }): string {
  return `${customerId} ${value}`;
}
