import type { FastifyInstance, FastifyRequest } from 'fastify';
import { LIMITS } from '../../../src/events/limits.ts';
import type { AnswerFormat } from '../../../src/wires/tracking/decode.ts';
import { answerPages } from '../../http/cors.ts';
import { handleErrors } from '../../http/error-handler.ts';
import { rejectExcess } from '../../http/overload-guard.ts';
import type { Access } from '../../store/access.ts';
import type { Intake } from '../ingest/intake.ts';
import { inFormat, refusal, UNAVAILABLE } from './answers.ts';
import { bulkRoute } from './bulk-route.ts';
import { TRACKING_TOKEN } from './routed-url.ts';
import { trackRoute } from './track-route.ts';

export interface TrackingOptions {
  access: Access;
  intake: Intake;
}

/** The tracking API: one event by `GET /track/…`, many by `POST /track/bulk`. */
export async function trackingPlugin(app: FastifyInstance, { access, intake }: TrackingOptions): Promise<void> {
  // The log has one request in many. A logger for each request would cost more than its line.
  app.setChildLoggerFactory((logger) => logger);
  rejectExcess(app, (request) => UNAVAILABLE[formatOf(request)]);
  answerPages(app, access, TRACKING_TOKEN, () => true);
  app.addHook('onRequest', (request, _, done) => {
    if (request.method !== 'OPTIONS') app.rates.admit(request, 'track', request.caller);
    done();
  });
  handleErrors(app, {
    logMessage: 'an event was not stored',
    bodyOf: ({ status, message }, request, reply) => inFormat(reply, formatOf(request), refusal(status, message)),
    bodyProblems: BODY_PROBLEMS,
  });
  trackRoute(app, intake);
  bulkRoute(app, intake);
}

/** The format of an answer that is sent before the URL is decoded. */
function formatOf({ originalUrl }: FastifyRequest): AnswerFormat {
  return /\.gif(\?|$)/.test(originalUrl) ? 'gif' : 'json';
}

const BODY_PROBLEMS: Record<string, string> = {
  FST_ERR_CTP_BODY_TOO_LARGE: `body: at most ${LIMITS.bulkBytes} bytes`,
  FST_ERR_CTP_EMPTY_JSON_BODY: 'body: is empty; expected JSON, {"sent_at": milliseconds, "requests": ["/track/…"]}',
  FST_ERR_CTP_INVALID_JSON_BODY:
    'body: expected JSON without "__proto__", {"sent_at": milliseconds, "requests": ["/track/…"]}',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'body: expected the type text/plain or application/json',
};
