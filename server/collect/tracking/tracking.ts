import type { FastifyInstance } from 'fastify';
import type { IncomingEvent } from '../../../src/events/vocabulary.ts';
import { decode } from '../../../src/wires/tracking/encode.ts';
import { rawTokenOf, type TokenPlace } from '../../http/caller.ts';
import { preflight } from '../../http/cors.ts';
import type { Access } from '../../store/access.ts';
import { arrivalOf, rowOf } from '../ingest/event-row.ts';
import type { Intake } from '../ingest/intake.ts';
import { answer, refusal, TRACKING_ANSWERS, tracked } from './answers.ts';
import { TRACKING_PATHS } from './openapi-paths.ts';

const schema = {
  summary: 'Track one event',
  description: 'Answered when it is on disk. The same path without a format is answered as JSON.',
  tags: ['tracking'],
  response: TRACKING_ANSWERS,
  'x-paths': TRACKING_PATHS,
};

/** Where the router finds the one route of all tracking paths. */
const ROUTE = '/track/event';

/**
 * The URL to route by. The router would decode a tracking path itself, and answer one that it cannot decode without
 * this protocol's shape and without CORS; so it gets to see the query at most, and `decode` the URL as it came.
 */
export function routedUrl(url: string): string {
  if (!url.startsWith('/track/') || /^\/track\/bulk(\?|$)/.test(url)) return url;
  const query = url.indexOf('?');
  // `decode` reads the query; of it, the framework needs to read the token only, and not even that where it is plain.
  return query < 0 || plainToken(url) !== undefined ? ROUTE : ROUTE + url.slice(query);
}

/** The token as nearly all senders write it. A query parsed for nothing else would cost as much as finding the route. */
function plainToken(url: string): string | undefined {
  const name = url.lastIndexOf(TOKEN);
  const query = url.indexOf('?');
  if (query < 0 || name <= query || (url[name - 1] !== '&' && name - 1 !== query)) return;
  const end = url.indexOf('&', name);
  const token = url.slice(name + TOKEN.length, end < 0 ? url.length : end);
  return /^[\w-]+$/.test(token) ? token : undefined;
}

const TOKEN = 'auth_token=';

/** Where a tracking request carries its token. */
export const TRACKING_TOKEN: TokenPlace = {
  name: 'auth_token',
  // `routedUrl` leaves out a query whose token is plain.
  rawTokenOf: (request) => rawTokenOf(request) ?? plainToken(request.originalUrl),
};

/** `GET /track/…`: one event by its path and query. Answers when it is on disk. */
export function trackingRoute(app: FastifyInstance, access: Access, intake: Intake): void {
  app.options(ROUTE, { schema: { hide: true } }, preflight('GET, HEAD'));
  app.get(ROUTE, { schema }, (request, reply) => {
    const read = decode(request.originalUrl);
    const { caller } = request;
    const refuse = (status: number, detail: string) => answer(reply, read.format, status, refusal(status, detail));
    if (!caller || 'refused' in caller) return refuse(403, caller?.refused ?? 'auth_token: is missing');
    if ('status' in read) return refuse(read.status, read.detail);
    const { event, format } = read;
    const { customerId } = caller.token;
    const receivedAt = Date.now();
    const stored = () => {
      const location = 'redirectUrl' in event ? event.redirectUrl : undefined;
      // `href` is the URL in ASCII; a header can hold nothing else.
      if (location !== undefined) reply.header('location', new URL(location).href);
      return answer(reply, format, location === undefined ? 200 : 302, tracked(receivedAt, event.analyticsId));
    };
    const take = async () => {
      const elsewhere = redirects(event) ? await redirectProblem(event, customerId, access) : undefined;
      if (elsewhere) return refuse(400, elsewhere);
      // HEAD asks what GET would answer, and is sent by things that look at links before anybody follows them.
      if (request.method === 'HEAD') return stored();
      const arrival = arrivalOf(request.headers, receivedAt);
      const [outcome] = await intake.submit(customerId, arrival, [rowOf(event, arrival)]);
      return outcome === 'refused' ? refuse(400, NOT_STORABLE) : stored();
    };
    // Nothing is returned: the framework would wait for a promise once more after it is answered.
    take().catch((error) => reply.send(error));
  });
}

export const NOT_STORABLE = 'event: the database refused it';

type Redirecting = IncomingEvent & { redirectUrl: string };

/** Whether an event leads somewhere. Most do not, and need not wait for `redirectProblem`. */
export function redirects(event: IncomingEvent): event is Redirecting {
  return event.kind === 'media' && event.redirectUrl !== undefined;
}

/** A redirect leads only to hosts that the customer registered, or anybody could borrow our name for any page. */
export async function redirectProblem(
  event: IncomingEvent,
  customerId: number,
  access: Access,
): Promise<string | undefined> {
  if (!redirects(event)) return;
  const { hostname } = new URL(event.redirectUrl);
  if (await access.allowsHost(customerId, hostname)) return;
  // The sender chose the host, so it has no place in a command that somebody may copy.
  return `redirect_url: the host ${hostname} is not registered: npm run admin -- host add HOST --customer ${customerId}`;
}
