import type { FastifyContextConfig, FastifyInstance } from 'fastify';
import Type, { type Static, type TSchema } from 'typebox';
import { Id } from '../http/validation.ts';
import { ANSWERS } from './examples.ts';

export const ListedId = Type.Object({ id: Id('Its id, as its list has it.') });

/** What an endpoint of the administration takes and answers. The schemas make the OpenAPI document, too. */
interface Endpoint<Params extends TSchema, Query extends TSchema, Body extends TSchema> {
  summary: string;
  description?: string;
  params?: Params;
  querystring?: Query;
  body?: Body;
  /** The examples of the answer, by status. */
  response: object;
  security?: Record<string, string[]>[];
  config?: FastifyContextConfig;
}

/** What a handler gets of a request. */
interface Received<Params extends TSchema, Query extends TSchema, Body extends TSchema> {
  /** The customer of the private token. */
  customerId: number;
  params: Static<Params>;
  query: Static<Query>;
  body: Static<Body>;
}

/** Registers endpoints of the administration. A handler returns the answer, or throws an `AdminError`. */
export function adminRoutes(app: FastifyInstance) {
  function register(method: 'GET' | 'PUT' | 'POST' | 'DELETE', status: number) {
    return <Params extends TSchema, Query extends TSchema, Body extends TSchema>(
      url: string,
      { config = {}, ...documentation }: Endpoint<Params, Query, Body>,
      handle: (received: Received<Params, Query, Body>) => Promise<unknown>,
    ): void => {
      const schema = { tags: ['administration'], ...documentation };
      app.route({
        ...{ method, url, config, schema },
        async handler(request, reply) {
          const { administered: customerId, params, query, body } = request;
          const received = { customerId, params, query, body } as Received<Params, Query, Body>;
          return reply.code(status).send(await handle(received));
        },
      });
    };
  }
  const remove = register('DELETE', 204);
  return {
    get: register('GET', 200),
    put: register('PUT', 200),
    post: register('POST', 200),
    /** A POST that is answered with 201. */
    add: register('POST', 201),
    /** A DELETE that is answered with 204. */
    remove<Params extends TSchema, Query extends TSchema>(
      url: string,
      documentation: Omit<Endpoint<Params, Query, TSchema>, 'response'>,
      handle: (received: Received<Params, Query, TSchema>) => Promise<void>,
    ): void {
      remove(url, { ...documentation, response: ANSWERS.removed }, handle);
    },
  };
}
