import type { FastifyRequest } from 'fastify';
import { clientNetwork } from '../../http/client-address.ts';
import { fairOrder } from '../../http/fair-order.ts';
import { asking } from '../request-context.ts';

/** Who uploads. What is scarce is shared by customers, and what a customer gets of it by the addresses of its visitors. */
export interface Sender {
  customerId: number;
  network: string;
}

export function senderOf(request: FastifyRequest): Sender {
  return { customerId: asking(request).token.customerId, network: clientNetwork(request) };
}

/**
 * Which of those who share something scarce goes when it is not enough for all: of the customer that has most of it, the
 * address that has most, and of that address who came last. Nobody goes for somebody who has as much himself.
 * @param holders in the order in which they came; at least one
 */
export function firstToGo<T extends { sender: Sender }>(holders: Iterable<T>): T {
  const byAddress = fairOrder(holders, ({ sender }) => sender.network);
  return fairOrder(byAddress, ({ sender }) => sender.customerId).at(-1) as T;
}
