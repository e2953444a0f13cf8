import type { UserPointName, UserPointUpdate } from '../user-points/user-points.ts';

/** Names and changes of user points, for tests. */

export const NOW = 1_790_000_000_000;
export const agent = (id: string): UserPointName => ({ kind: 'agent', compartment: '', id });
export const account = (id: string): UserPointName => ({ kind: 'account', compartment: '1', id });
export const choice = (accepted: boolean, at = NOW - 1000, processing = '1'): UserPointUpdate['change'] => ({
  kind: 'choice',
  processing,
  at,
  accepted,
  body: {},
});
export const profile = (properties: Record<string, string>): UserPointUpdate['change'] => ({
  kind: 'profile',
  compartment: '1',
  account: 'ann',
  properties,
  strategy: 'merge',
});
