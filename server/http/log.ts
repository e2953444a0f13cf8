import { type FastifyReply, type FastifyRequest, type FastifyServerOptions, LogController } from 'fastify';
import { escapeOutput } from '../cli/terminal.ts';

/** Where a log goes, line by line. */
export interface LogStream {
  write(line: string): void;
}

/**
 * Of the requests that only collect events or load files, and of those that are told to come again, one is logged so
 * often, however many there are; mistakes of ours always are. Why somebody has to come again is told once, by what
 * cannot go on.
 */
const SAMPLE_EVERY_MS = 10_000;
const SAMPLED =
  /^\/(track|v|media-files)\/|\/user_activities$|^\/(vitrine\.js|matomo\.php|piwik\.php|api\/analytics\/events|healthz|metrics)$/;

/**
 * What is said of a request: its route as it was registered, never its URL, which carries tokens and visitors' ids,
 * nor the visitor's address.
 */
class RequestLog extends LogController {
  /** By `performance.now()`. */
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
    const said = { route, method: request.method, status: reply.statusCode, ms: Math.round(reply.elapsedTime) };
    if (error) request.log.error({ ...said, err: error }, 'request failed');
    else request.log.info(said, 'request');
  }
}

/**
 * Fastify's options for a log in which nobody can be found: a line of JSON each, with an ISO time and the level's name.
 * @param stream where it goes; standard output unless told
 */
export function logging(level: string, stream?: LogStream): Pick<FastifyServerOptions, 'logger' | 'logController'> {
  return {
    logger: {
      level,
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      // JSON leaves C1 and the writing direction as they are, and somebody reads the log in a terminal.
      hooks: { streamWrite: escapeOutput },
      serializers: {
        req: ({ method, routeOptions }) => ({ method, route: routeOptions?.url }),
        // The parser of forms tells all headers of a request at the level `trace`.
        busboyOptions: () => undefined,
      },
      ...(stream && { stream }),
    },
    logController: new RequestLog(),
  };
}

/** Lines that a person reads, where the log goes to a terminal; else it stays JSON. */
export async function terminalStream(): Promise<LogStream | undefined> {
  if (!process.stdout.isTTY) return;
  const { default: pretty } = await import('pino-pretty');
  return pretty({ translateTime: 'SYS:HH:MM:ss', singleLine: true, sync: true });
}
