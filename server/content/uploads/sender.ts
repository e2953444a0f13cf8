import type { FastifyRequest } from 'fastify';
import { clientNetwork } from '../../http/client-address.ts';
import { fairOrder } from '../../http/fair-order.ts';
import { contextOf } from '../request-context.ts';

/**
 * The sender of an upload. Limited resources are shared fairly between customers, and a customer's part between the
 * network addresses of its visitors.
 */
export interface Sender {
  customerId: number;
  network: string;
}

export function senderOf(request: FastifyRequest): Sender {
  return { customerId: contextOf(request).token.customerId, network: clientNetwork(request) };
}

/**
 * The holder that loses its part of a limited resource: of the customer with most holders, of its address with most, the
 * latest. No holder loses its part to a sender that has as many.
 * @param holders at least one, in the order in which they came
 */
export function firstToGo<T extends { sender: Sender }>(holders: Iterable<T>): T {
  const byAddress = fairOrder(holders, ({ sender }) => sender.network);
  return fairOrder(byAddress, ({ sender }) => sender.customerId).at(-1) as T;
}
