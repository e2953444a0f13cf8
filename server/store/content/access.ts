import { createHash } from 'node:crypto';
import type { Database } from 'better-sqlite3';
import { type Access, LOOK_EVERY_MS, PERMISSIONS, type Permissions, type Token } from '../access.ts';
import { toStorageError } from '../storage-error.ts';

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

/** Milliseconds between two looks for requests that are about to be refused: however many guess, looks stay rare. */
const LOOK_AGAIN_MS = 20;

/**
 * Access from memory. Another process (the `admin` command) may change the database, which `PRAGMA data_version` tells.
 * It is asked at most once a second, and more often before somebody is refused: whoever adds an origin opens a page of it
 * at once. Changes by this process call `forget`.
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
  let lookedAt = 0;

  function current(maxAgeMs = LOOK_EVERY_MS) {
    try {
      return read(maxAgeMs);
    } catch (error) {
      throw toStorageError(error, 'content');
    }
  }

  function read(maxAgeMs: number) {
    const now = Date.now();
    // A clock set back must not keep us from looking.
    if (now - lookedAt >= maxAgeMs || now < lookedAt) {
      lookedAt = now;
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

  /** Looks a second time, into newer data, where nothing is found. */
  async function find<T>(look: (all: ReturnType<typeof current>) => T): Promise<T> {
    return look(current()) || look(current(LOOK_AGAIN_MS));
  }

  return {
    token: (raw) =>
      find(({ tokens, seen }) => {
        const known = seen.get(raw) ?? tokens.get(hashToken(raw));
        // Only what is known is kept: strangers cannot fill the memory.
        if (known && !seen.has(raw)) seen.set(raw, known);
        return known;
      }),
    signer: (keyId) => find(({ signers }) => signers.get(keyId)),
    hasCustomer: (customerId) => find(({ customers }) => customers.has(customerId)),
    allowsOrigin: (customerId, value) => find(({ origins }) => origins.has(pair({ customerId, value }))),
    permits: async (customerId, permission) =>
      current().customers.get(customerId)?.[permission] ?? PERMISSIONS[permission],
    allowsHost: (customerId, value) => find(({ hosts }) => hosts.has(pair({ customerId, value }))),
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
