import type { FastifyError, FastifyInstance, FastifyRequest } from 'fastify';
import { answerPages, preflight } from '../http/cors.ts';
import { handleErrors } from '../http/error-handler.ts';
import { createAddressWarning, publicAddressOf, varyByAddress } from '../http/public-address.ts';
import { acceptTrailingSlash } from '../http/trailing-slash.ts';
import type { MediaArchive } from '../media/media-archive.ts';
import type { ContentStore } from '../store/content/content-store.ts';
import { deliver } from './delivery.ts';
import { ContentError, errorAnswer, fromValidation, notAllowed } from './errors.ts';
import { callbackOf } from './jsonp.ts';
import { checkCharset, isOn, joinRepeated } from './parameters.ts';
import { authenticate } from './request-context.ts';
import { categoryRoutes } from './routes/categories.ts';
import { categoryListRoutes } from './routes/category-lists.ts';
import { customerRoutes } from './routes/customers.ts';
import { listRoutes } from './routes/lists.ts';
import { mediaRoutes } from './routes/media.ts';
import { streamListRoutes } from './routes/stream-lists.ts';
import { streamRoutes } from './routes/streams.ts';
import { unknownRoutes } from './routes/unknown.ts';
import { userRoutes } from './routes/users.ts';
import { widgetRoutes } from './routes/widgets.ts';
import { resolveUploadId } from './upload-id.ts';
import { uploadsPlugin } from './uploads/plugin.ts';

export interface ContentOptions {
  archive: MediaArchive;
  /** The setting `VITRINE_PUBLIC_URL`. */
  publicUrl?: string | undefined;
}

/** The content API, `001-content-api-v2.2.txt`. */
export async function contentPlugin(app: FastifyInstance, options: ContentOptions): Promise<void> {
  const { archive, publicUrl } = options;
  const { contentStore } = archive;
  const warnOfAddress = createAddressWarning(app.log);
  answerPages(app, contentStore.access);
  app.decorateRequest('contentContext', null);
  app.decorateRequest('jsonp', null);
  app.decorateRequest('uploadId', null);
  acceptTrailingSlash(app);
  app.addHook('onRequest', async (request, reply) => {
    if (request.method === 'OPTIONS') return;
    joinRepeated(request.query as Record<string, unknown>);
    request.jsonp = callbackOf(request);
    app.rates.admit(request, request.method === 'POST' ? 'upload' : 'read', request.caller);
    const address = publicAddressOf(request, publicUrl);
    request.contentContext = await authenticate(request, reply, contentStore, address);
    varyByAddress(request, reply, publicUrl);
    if (publicUrl === undefined && address) warnOfAddress(request, address.host);
    // Any page can run a script, so a private token gets no JSONP.
    if (request.jsonp !== null && request.contentContext.token.kind === 'private') {
      request.jsonp = null;
      throw notAllowed();
    }
    checkCharset(request.url);
    resolveUploadId(request, contentStore.secret);
  });
  app.addHook('onSend', deliver);
  handleErrors(app, {
    logMessage: 'content was not answered',
    translate: validationError,
    bodyOf: (error, request, reply) => {
      const { status, message } = error;
      const wrapped = status === 404 && isOn((request.query as Record<string, string>).wrap_responses, false);
      if (wrapped) reply.code(200);
      return errorAnswer(status, message, error instanceof ContentError ? error.detail : undefined);
    },
  });

  finishStreams(app, contentStore);

  app.options('/*', { schema: { hide: true } }, preflight('GET, HEAD, POST'));
  for (const register of ROUTES) register(app, contentStore);
  await app.register(uploadsPlugin, { archive });
  unknownRoutes(app);
}

/** Finishes the list changes of an import that was killed. It runs in the background, so that the start does not wait. */
function finishStreams(app: FastifyInstance, contentStore: ContentStore): void {
  const stopped = new AbortController();
  let finishing = Promise.resolve();
  app.addHook('onReady', async () => {
    finishing = contentStore
      .finishStreams(stopped.signal)
      .catch((err) => app.log.error({ err }, 'some lists do not show what an import has changed'));
  });
  app.addHook('onClose', () => {
    stopped.abort();
    return finishing;
  });
}

const ROUTES = [
  customerRoutes,
  mediaRoutes,
  listRoutes,
  streamRoutes,
  streamListRoutes,
  categoryRoutes,
  categoryListRoutes,
  userRoutes,
  widgetRoutes,
];

/** The answer to parameters that the framework refuses, in the specification's words. */
function validationError(error: FastifyError, { params, query, body }: FastifyRequest): ContentError | undefined {
  const [problem] = error.validation ?? [];
  if (problem) return fromValidation(problem, { ...(params as object), ...(query as object), ...(body as object) });
}
