import type { IncomingEvent } from '../../../src/events/vocabulary.ts';
import type { Access } from '../../store/access.ts';

type Redirecting = IncomingEvent & { redirectUrl: string };

/** Whether an event has a redirect. Most events have none, and need not wait for `redirectProblem`. */
export function redirects(event: IncomingEvent): event is Redirecting {
  return event.kind === 'media' && event.redirectUrl !== undefined;
}

/**
 * Why an event's redirect is refused, if it is. A redirect leads only to hosts that the customer registered: otherwise
 * anybody could use this service's name for a link to any page.
 */
export async function redirectProblem(
  event: IncomingEvent,
  customerId: number,
  access: Pick<Access, 'allowsHost'>,
): Promise<string | undefined> {
  if (!redirects(event)) return;
  const { hostname } = new URL(event.redirectUrl);
  if (await access.allowsHost(customerId, hostname)) return;
  // The sender chose the host, so the message has no command with it that an operator might copy.
  return `redirect_url: the host ${hostname} is not registered: npm run admin -- host add HOST --customer ${customerId}`;
}
