import type { FastifyInstance } from 'fastify';
import { decode } from '../../../src/wires/tracking/decode.ts';
import { preflight } from '../../http/cors.ts';
import { arrivalOf, rowOf } from '../ingest/event-row.ts';
import { type Intake, NOT_STORABLE } from '../ingest/intake.ts';
import { redirects } from '../ingest/redirects.ts';
import { answer, refusal, TRACKING_ANSWERS, tracked } from './answers.ts';
import { TRACKING_PATHS } from './openapi-paths.ts';
import { TRACK_ROUTE } from './routed-url.ts';

const schema = {
  summary: 'Track one event',
  description: 'Answered when it is on disk. The same path without a format is answered as JSON.',
  tags: ['tracking'],
  response: TRACKING_ANSWERS,
  'x-paths': TRACKING_PATHS,
};

/** `GET /track/…`: one event by its path and query. Answers when the event is on disk. */
export function trackRoute(app: FastifyInstance, intake: Intake): void {
  app.options(TRACK_ROUTE, { schema: { hide: true } }, preflight('GET, HEAD'));
  app.get(TRACK_ROUTE, { schema }, (request, reply) => {
    const decoded = decode(request.originalUrl);
    const { caller } = request;
    const refuse = (status: number, detail: string) => answer(reply, decoded.format, status, refusal(status, detail));
    if (!caller || 'refused' in caller) return refuse(403, caller?.refused ?? 'auth_token: is missing');
    if ('status' in decoded) return refuse(decoded.status, decoded.detail);
    const { events, format } = decoded;
    const [{ event }] = events;
    const { customerId } = caller.token;
    const receivedAt = Date.now();
    const succeed = () => {
      const location = 'redirectUrl' in event ? event.redirectUrl : undefined;
      // `href` is the URL in ASCII; a header can hold nothing else.
      if (location !== undefined) reply.header('location', new URL(location).href);
      return answer(reply, format, location === undefined ? 200 : 302, tracked(receivedAt, event.analyticsId));
    };
    const store = async () => {
      const problem = redirects(event) ? await intake.redirectProblem(customerId, event) : undefined;
      if (problem !== undefined) return refuse(400, problem);
      // Programs that check links send HEAD before anybody follows the link. It is answered as GET, and stores nothing.
      if (request.method === 'HEAD') return succeed();
      const arrival = arrivalOf(request.headers, receivedAt);
      const [outcome] = await intake.submit(customerId, arrival, [rowOf(event, arrival)]);
      return outcome === 'refused' ? refuse(400, NOT_STORABLE) : succeed();
    };
    // The promise is not returned: the framework would wait for it once more after the answer.
    store().catch((error) => reply.send(error));
  });
}
