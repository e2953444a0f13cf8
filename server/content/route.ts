import type { FastifyContextConfig, FastifyInstance, FastifyRequest, onRequestAsyncHookHandler } from 'fastify';
import type { Static, TSchema } from 'typebox';
import { type answers, ok } from './answer.ts';
import { Common, Reading } from './parameters.ts';
import { contextOf, type RequestContext } from './request-context.ts';

/** What an endpoint of the content API takes and answers. The schemas validate requests and make the OpenAPI document. */
interface Endpoint<Params extends TSchema, Query extends TSchema> {
  summary: string;
  description?: string;
  params?: Params;
  /** The parameters in the query; by default those that all endpoints of the method take. */
  query?: Query;
  /** Made by {@link answers}. */
  response: ReturnType<typeof answers>;
}

interface PostEndpoint<Params extends TSchema, Body extends TSchema> extends Endpoint<Params, typeof Common> {
  body: Body;
  /** The content types of the body. */
  consumes: readonly string[];
  config?: FastifyContextConfig;
  /** Runs before the body is received. */
  onRequest?: onRequestAsyncHookHandler;
}

/** What a handler gets of a request. */
interface Received<Params extends TSchema, Query extends TSchema> {
  context: RequestContext;
  params: Static<Params>;
  query: Static<Query>;
  request: FastifyRequest;
}

/** Registers endpoints of the content API. A handler returns the `data` of the answer, or throws a `ContentError`. */
export function contentRoutes(app: FastifyInstance, tag: string) {
  return {
    get<Params extends TSchema, Query extends TSchema = typeof Reading>(
      path: string,
      { params, query, ...documentation }: Endpoint<Params, Query>,
      read: (received: Received<Params, Query>) => Promise<unknown>,
    ): void {
      const schema = { tags: [tag], ...(params && { params }), querystring: query ?? Reading, ...documentation };
      app.get(path, { schema }, async (request) => ok(await read(receivedOf(request))));
    },

    post<Params extends TSchema, Body extends TSchema>(
      path: string,
      { params, query, config = {}, onRequest, ...documentation }: PostEndpoint<Params, Body>,
      write: (received: Received<Params, typeof Common> & { body: Static<Body> }) => Promise<unknown>,
    ): void {
      const schema = { tags: [tag], ...(params && { params }), querystring: query ?? Common, ...documentation };
      app.post(path, { config, schema, ...(onRequest && { onRequest }) }, async (request) =>
        ok(await write({ ...receivedOf<Params, typeof Common>(request), body: request.body as Static<Body> })),
      );
    },
  };
}

/** The validator has checked that the parameters have these types. */
function receivedOf<Params extends TSchema, Query extends TSchema>(request: FastifyRequest): Received<Params, Query> {
  const { params, query } = request;
  return { context: contextOf(request), params: params as Static<Params>, query: query as Static<Query>, request };
}
