import type { Json } from '../../../src/events/vocabulary.ts';
import { DEFAULT_COMPARTMENT, type Identifier, readAgent, readId } from '../../../src/wires/activities/decode.ts';
import { HttpError } from '../../http/errors.ts';
import type { UserPointName, UserPoints } from '../../store/user-points/user-points.ts';

/** How a path selects a user point: by its id, or by one of its names. */
export type Selector = { point: string } | { name: UserPointName };

/** @param text a decoded `:userPointSelector` @throws {ActivityError} @throws {HttpError} 400 */
export function readSelector(text: string): Selector {
  if (!text.includes('=')) return { point: readId('user point', text) };
  const fields = readFields(text);
  if ('user_point_id' in fields) return { point: readId('user_point_id', fields.user_point_id) };
  if ('email_hash' in fields)
    return { name: { kind: 'email', compartment: '', id: readId('email_hash', fields.email_hash) } };
  if ('user_agent_id' in fields)
    return { name: { kind: 'agent', compartment: '', id: readAgent(fields.user_agent_id) } };
  return { name: readAccount(fields) };
}

/** The fields of `compartment_id=C,user_account_id=U`, or of one name alone. */
export function readFields(text: string): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const part of text.split(/,(?=(?:compartment_?id|user_account_id)=)/i)) {
    const equals = part.indexOf('=');
    // One real client writes `compartmentId`.
    const key = part.slice(0, equals).replace(/^compartmentid$/i, 'compartment_id');
    fields[key] = part.slice(equals + 1);
  }
  return fields;
}

export function readAccount(fields: { [key: string]: Json }): UserPointName {
  const unknown = Object.keys(fields).find((key) => key !== 'compartment_id' && key !== 'user_account_id');
  if (unknown !== undefined)
    throw new HttpError(
      400,
      'user point: expected an id, user_point_id=, email_hash=, user_agent_id= or compartment_id=,user_account_id=',
    );
  return {
    kind: 'account',
    compartment: readId('compartment_id', fields.compartment_id ?? DEFAULT_COMPARTMENT),
    id: readId('user_account_id', fields.user_account_id),
  };
}

export function nameOf(identifier: Identifier): UserPointName {
  return { compartment: '', ...identifier };
}

export function pointOf(selector: Selector, customerId: number, userPoints: UserPoints): Promise<string | undefined> {
  return 'point' in selector
    ? userPoints.point(customerId, selector.point)
    : userPoints.pointNamed(customerId, selector.name);
}
