import type { FastifyError, FastifyInstance, FastifyRequest } from 'fastify';
import { answerPages, preflight } from '../http/cors.ts';
import { handleErrors } from '../http/error-handler.ts';
import { createAddressWarning, publicAddressOf, varyByAddress } from '../http/public-address.ts';
import { acceptTrailingSlash } from '../http/trailing-slash.ts';
import type { ContentStore } from '../store/content/content-store.ts';
import { deliver } from './delivery.ts';
import { ContentError, errorAnswer, fromValidation, notAllowed } from './errors.ts';
import { callbackOf } from './jsonp.ts';
import { checkCharset, isOn, oncePerValue } from './parameters.ts';
import { askerOf } from './request-context.ts';
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
import { takeUploadId } from './upload-id.ts';
import { uploadsPlugin } from './uploads/plugin.ts';

export interface ContentOptions {
  store: ContentStore;
  /** The data folder. */
  data: string;
  /** The setting `VITRINE_PUBLIC_URL`. */
  publicUrl?: string | undefined;
}

/** The content API, `001-content-api-v2.2.txt`. */
export async function contentPlugin(app: FastifyInstance, options: ContentOptions): Promise<void> {
  const { store, data, publicUrl } = options;
  const warnOfAddress = createAddressWarning(app.log);
  answerPages(app, store.access);
  app.decorateRequest('asker', null);
  app.decorateRequest('jsonp', null);
  app.decorateRequest('uploadId', null);
  acceptTrailingSlash(app);
  app.addHook('onRequest', async (request, reply) => {
    if (request.method === 'OPTIONS') return;
    oncePerValue(request.query as Record<string, unknown>);
    request.jsonp = callbackOf(request);
    app.rates.admit(request, request.method === 'POST' ? 'upload' : 'read', request.caller);
    const address = publicAddressOf(request, publicUrl);
    request.asker = await askerOf(request, reply, store.access, address);
    varyByAddress(request, reply, publicUrl);
    if (publicUrl === undefined && address) warnOfAddress(request, address.host);
    // A script runs in any page, and what a private token reads belongs into none.
    if (request.jsonp !== null && request.asker.token.kind === 'private') {
      request.jsonp = null;
      throw notAllowed();
    }
    checkCharset(request.url);
    takeUploadId(request, store.secret);
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

  finishStreams(app, store);

  app.options('/*', { schema: { hide: true } }, preflight('GET, HEAD, POST'));
  for (const register of ROUTES) register(app, store);
  await app.register(uploadsPlugin, { store, data });
  unknownRoutes(app);
}

/** What an import was killed in is finished in the background, so that nobody waits for it. */
function finishStreams(app: FastifyInstance, store: ContentStore): void {
  const stopped = new AbortController();
  let finishing = Promise.resolve();
  app.addHook('onReady', async () => {
    finishing = store
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
