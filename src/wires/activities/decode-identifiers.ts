import { LIMITS } from '../../events/limits.ts';
import type { Json, JsonObject } from '../../events/vocabulary.ts';
import { ActivityError, isObject, readId } from './decode-values.ts';

/** An account, a browser (agent) or an e-mail address, by which a user point is known. */
export type Identifier =
  | { kind: 'account'; compartment: string; id: string }
  | { kind: 'agent'; id: string }
  | { kind: 'email'; id: string; email?: string };

/** The compartment of accounts that name none. */
export const DEFAULT_COMPARTMENT = '1';
/** Identifiers of one activity. Real activities have two or three; one with more is refused. */
const MAX_IDENTIFIERS = 20;

/**
 * Reads the identifiers of an activity: those of the list, and those that older clients write at the root. Each counts
 * once.
 * @throws {ActivityError}
 */
export function readIdentifiers(body: JsonObject): Identifier[] {
  const listed = body.$user_identifiers ?? [];
  if (!Array.isArray(listed) || listed.length > MAX_IDENTIFIERS)
    throw new ActivityError(`$user_identifiers: expected an array of at most ${MAX_IDENTIFIERS}`);
  const read = [
    ...listed.map((identifier: Json) => {
      if (!isObject(identifier)) throw new ActivityError('$user_identifiers: expected objects');
      return readIdentifier(identifier);
    }),
    ...readRoot(body),
  ];
  if (read.length === 0) throw new ActivityError('$user_identifiers: at least one');
  return [...new Map(read.map((one) => [JSON.stringify([one.kind, one.id, compartmentOf(one)]), one])).values()];
}

function compartmentOf(identifier: Identifier): string {
  return identifier.kind === 'account' ? identifier.compartment : '';
}

function readIdentifier(written: JsonObject): Identifier {
  switch (written.$type) {
    case 'USER_ACCOUNT':
      return readAccount(written);
    case 'USER_AGENT':
      return { kind: 'agent', id: readAgent(written.$user_agent_id) };
    case 'USER_EMAIL':
      return readEmail(written);
    default:
      throw new ActivityError('$user_identifiers: $type is one of USER_ACCOUNT, USER_AGENT, USER_EMAIL');
  }
}

function* readRoot(body: JsonObject): Iterable<Identifier> {
  const { $user_agent_id: agent, $user_account_id: account, $email_hash: email } = body;
  if (agent != null) yield { kind: 'agent', id: readAgent(agent) };
  if (account != null) yield readAccount(body);
  // One client sends an object in place of the text.
  if (email != null) yield isObject(email) ? readEmail(email) : { kind: 'email', id: readId('$email_hash', email) };
}

/** Reads a browser's id. Our clients write `vec:` before a visitor's id. @throws {ActivityError} */
export function readAgent(id: Json | undefined): string {
  return readId('$user_agent_id', id, LIMITS.analyticsId + 'vec:'.length);
}

/** @throws {ActivityError} */
export function readAccount(written: JsonObject): Identifier {
  const id = readId('$user_account_id', written.$user_account_id);
  return { kind: 'account', compartment: readCompartment(written), id };
}

function readCompartment({ $compartment_id, $compartmentId }: JsonObject): string {
  return readId('$compartment_id', $compartment_id ?? $compartmentId ?? DEFAULT_COMPARTMENT);
}

function readEmail({ $hash, $email }: JsonObject): Identifier {
  const id = readId('$hash', $hash);
  return $email == null ? { kind: 'email', id } : { kind: 'email', id, email: readId('$email', $email) };
}

/** The `analytics_id` of an activity: the browser's id, else the account, else the e-mail address's hash. */
export function visitorOf(identifiers: readonly Identifier[]): string {
  const first = (kind: Identifier['kind']) => identifiers.find((identifier) => identifier.kind === kind)?.id;
  const visitor = first('agent')?.replace(/^vec:(?=.)/s, '') ?? first('account') ?? first('email') ?? '';
  return visitor.slice(0, LIMITS.analyticsId);
}
