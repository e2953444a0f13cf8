import type { FastifyError, FastifyInstance, FastifyRequest } from 'fastify';
import { LIMITS } from '../../../src/events/limits.ts';
import type { AnswerFormat } from '../../../src/wires/tracking/decode.ts';
import { answerPages } from '../../http/cors.ts';
import { isForLog, refusalOf } from '../../http/errors.ts';
import { refuseExcess } from '../../http/overload-guard.ts';
import type { Access } from '../../store/access.ts';
import type { Intake } from '../ingest/intake.ts';
import { answer, COME_AGAIN_AS, refusal } from './answers.ts';
import { bulkRoute } from './bulk.ts';
import { TRACKING_TOKEN, trackingRoute } from './tracking.ts';

/** What the collector works with. */
export interface CollectOptions {
  access: Access;
  intake: Intake;
}

/** The collector: one route file for each wire. */
export async function collectPlugin(app: FastifyInstance, { access, intake }: CollectOptions): Promise<void> {
  // One line is logged of one request in many: a logger of its own for each would cost more than the line.
  app.setChildLoggerFactory((logger) => logger);
  refuseExcess(app, (request) => COME_AGAIN_AS[formatOf(request)]);
  answerPages(app, access, TRACKING_TOKEN, () => true);
  app.addHook('onRequest', (request, reply, done) => {
    if (request.method !== 'OPTIONS') app.rates.admit(request, reply, 'track', request.caller);
    done();
  });
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const { status, detail, retryAfter } = refusalOf(error);
    if (retryAfter) reply.header('retry-after', retryAfter);
    if (isForLog(error, status))
      request.log.error({ err: error, route: request.routeOptions.url }, 'an event was not taken');
    return answer(reply, formatOf(request), status, refusal(status, BODY_PROBLEMS[error.code] ?? detail));
  });
  trackingRoute(app, access, intake);
  bulkRoute(app, access, intake);
}

/** Where an answer is due before the URL is read. */
function formatOf({ originalUrl }: FastifyRequest): AnswerFormat {
  return /\.gif(\?|$)/.test(originalUrl) ? 'gif' : 'json';
}

/** The framework's complaints about a body, in this protocol's words. */
const BODY_PROBLEMS: Record<string, string> = {
  FST_ERR_CTP_BODY_TOO_LARGE: `body: at most ${LIMITS.bulkBytes} bytes`,
  FST_ERR_CTP_EMPTY_JSON_BODY: 'body: is empty; expected JSON, {"sent_at": milliseconds, "requests": ["/track/…"]}',
  FST_ERR_CTP_INVALID_JSON_BODY:
    'body: expected JSON without "__proto__", {"sent_at": milliseconds, "requests": ["/track/…"]}',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'body: expected the type text/plain or application/json',
};
