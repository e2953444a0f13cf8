import { type FastifyReply, type FastifyRequest, type FastifyServerOptions, LogController } from 'fastify';
import { escapeOutput } from '../cli/terminal.ts';

/** Where a log goes, line by line. */
export interface LogStream {
  write(line: string): void;
}

/**
 * Milliseconds between two logged requests of those that only bring events or load files, or are answered 503. Errors of
 * the service are always logged. The reason of a 503 is logged once, by the part that fails.
 */
const SAMPLE_EVERY_MS = 10_000;
const SAMPLED =
  /^\/(track|v|media-files)\/|\/user_activities$|^\/(vitrine\.js|matomo\.php|piwik\.php|api\/analytics\/events|healthz|metrics)$/;

/**
 * Logs a request by its route as it was registered. Its URL, which carries tokens and visitors' ids, and the visitor's
 * address are never logged.
 */
class RequestLog extends LogController {
  /** When the next sample is due, by `performance.now()`. */
  #nextSample = 0;

  override incomingRequest(): void {}

  override routeNotFound(): void {}

  override requestCompleted(error: Error | null | undefined, request: FastifyRequest, reply: FastifyReply): void {
    const route = request.routeOptions.url ?? 'none';
    const sampled = reply.statusCode === 503 || (reply.statusCode < 500 && SAMPLED.test(route));
    if (!error && sampled) {
      const now = performance.now();
      if (now < this.#nextSample) return;
      this.#nextSample = now + SAMPLE_EVERY_MS;
    }
    const line = { route, method: request.method, status: reply.statusCode, ms: Math.round(reply.elapsedTime) };
    if (error) request.log.error({ ...line, err: error }, 'request failed');
    else request.log.info(line, 'request');
  }
}

/**
 * Fastify's options for a log without personal data: lines of JSON, each with an ISO time and the level's name.
 * @param stream where it goes. Default: standard output
 */
export function logging(level: string, stream?: LogStream): Pick<FastifyServerOptions, 'logger' | 'logController'> {
  return {
    logger: {
      level,
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      // JSON does not escape C1 controls and controls of the writing direction, which a terminal would obey.
      hooks: { streamWrite: escapeOutput },
      serializers: {
        req: ({ method, routeOptions }) => ({ method, route: routeOptions?.url }),
        // At the level `trace`, the form parser would log all headers of a request.
        busboyOptions: () => undefined,
      },
      ...(stream && { stream }),
    },
    logController: new RequestLog(),
  };
}

/** A stream of readable lines, where standard output is a terminal; undefined otherwise, for JSON. */
export async function terminalStream(): Promise<LogStream | undefined> {
  if (!process.stdout.isTTY) return;
  const { default: pretty } = await import('pino-pretty');
  return pretty({ translateTime: 'SYS:HH:MM:ss', singleLine: true, sync: true });
}
