import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import {
  errorBody,
  HttpError,
  isOutOfFiles,
  isSilent,
  isStorageDown,
  RETRY_AFTER_SECONDS,
  toHttpError,
} from './errors.ts';

/** How a protocol answers errors. Status, `Retry-After`, caching and the log are the same for all protocols. */
export interface ErrorProtocol {
  /** The body. It sets the content type of a body that is no JSON, and may change the status that the client sees. */
  bodyOf(error: HttpError, request: FastifyRequest, reply: FastifyReply): unknown;
  /** The message of an error's line in the log. */
  logMessage: string;
  /** The message for what the framework refuses in a body, by the framework's error code. */
  bodyProblems?: Record<string, string>;
  /** The answer to errors that only this protocol knows; undefined for all others. */
  translate?(error: FastifyError, request: FastifyRequest): HttpError | undefined;
}

/** Answers every error of this scope: what a route throws, and what the framework refuses. */
export function handleErrors(app: FastifyInstance, protocol: ErrorProtocol): void {
  const { bodyOf, logMessage, bodyProblems = {}, translate } = protocol;
  app.setErrorHandler((thrown: FastifyError, request, reply) => {
    const error = translate?.(thrown, request) ?? withBodyProblem(toHttpError(thrown), bodyProblems[thrown.code]);
    if (needsLog(thrown, error)) request.log.error({ err: thrown, route: request.routeOptions.url }, logMessage);
    const retryAfter = error.retryAfter ?? (error.status === 503 ? RETRY_AFTER_SECONDS : undefined);
    if (retryAfter !== undefined) reply.header('retry-after', String(retryAfter));
    const body = bodyOf(error, request, reply.code(error.status));
    if (reply.statusCode >= 400 && !String(reply.getHeader('cache-control')).includes('no-store'))
      reply.header('cache-control', 'no-store');
    return reply.send(body);
  });
}

/** Errors of routes without a protocol of their own. */
export const COMMON_ERRORS: ErrorProtocol = {
  logMessage: 'a request failed',
  bodyOf: ({ status, message }) => errorBody(status, message),
};

export function answerNotFound(_request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return reply.code(404).send(errorBody(404, 'There is nothing at this path.'));
}

function withBodyProblem(error: HttpError, message: string | undefined): HttpError {
  return message === undefined ? error : new HttpError(error.status, message, error.retryAfter);
}

/** Whether the operator has to know: of a bug, of a disk, of a limit on open files. */
function needsLog(thrown: FastifyError, { status }: HttpError): boolean {
  if (isSilent(thrown)) return false;
  return status === 500 || isStorageDown(thrown) || isOutOfFiles(thrown);
}
