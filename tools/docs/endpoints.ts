/** The parts of the OpenAPI document that `docs/content-api.md` is made of. */

export interface OpenApi {
  paths: Record<string, Record<string, Operation>>;
  security?: Requirement[];
  components?: { securitySchemes?: Record<string, SecurityScheme> };
}

interface Operation {
  summary?: string;
  tags?: string[];
  parameters?: { name: string; in: string; description?: string; required?: boolean }[];
  requestBody?: { content: Record<string, { schema?: BodySchema }> };
  security?: Requirement[];
}

type Requirement = Record<string, string[]>;

interface SecurityScheme {
  type: string;
  in?: string;
  name?: string;
  description?: string;
}

interface BodySchema {
  properties?: Record<string, { description?: string }>;
  required?: string[];
  anyOf?: BodySchema[];
  oneOf?: BodySchema[];
  allOf?: BodySchema[];
}

/** `name` is the method and the path, as marks of tests name it. */
export interface Endpoint {
  name: string;
  tag: string;
  summary: string;
  parameters: Parameter[];
}

export interface Parameter {
  name: string;
  in: string;
  description: string;
}

/** The endpoints that have one of these tags, in the order of the tags and then of the document. */
export function readEndpoints(openapi: OpenApi, tags: readonly string[]): Endpoint[] {
  const endpoints = Object.entries(openapi.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({
      name: `${method.toUpperCase()} ${path}`,
      tag: operation.tags?.[0] ?? '',
      summary: operation.summary ?? '',
      parameters: parametersOf(openapi, operation),
    })),
  );
  return tags.flatMap((tag) => endpoints.filter((endpoint) => endpoint.tag === tag));
}

/**
 * The parameters of the path, then those of the query with the token, then those of the body. A parameter that a form and a
 * JSON body share is listed once.
 */
function parametersOf(openapi: OpenApi, operation: Operation): Parameter[] {
  const { parameters = [], requestBody } = operation;
  const told = parameters.map(({ name, in: place, description = '' }) => ({ name, in: place, description }));
  const body = Object.values(requestBody?.content ?? {}).flatMap(({ schema }) => propertiesOf(schema));
  const all = [
    ...told.filter((one) => one.in === 'path'),
    ...tokensOf(openapi, operation),
    ...told.filter((one) => one.in !== 'path'),
    ...body,
  ];
  return [...new Map(all.toReversed().map((one) => [one.name, one])).values()].toReversed();
}

/** A document tells a token in a query apart from the parameters. */
function tokensOf(openapi: OpenApi, { security = openapi.security ?? [] }: Operation): Parameter[] {
  const schemes = security
    .flatMap((one) => Object.keys(one))
    .map((name) => openapi.components?.securitySchemes?.[name]);
  const names = schemes.flatMap((scheme) => (scheme?.in === 'query' && scheme.name ? [scheme.name] : []));
  return [...new Set(names)].map((name) => ({
    name,
    in: 'query',
    description: 'A public or private token of the customer.',
  }));
}

function propertiesOf(schema: BodySchema = {}): Parameter[] {
  const { properties = {}, anyOf = [], oneOf = [], allOf = [] } = schema;
  return [
    ...Object.entries(properties).map(([name, { description = '' }]) => ({ name, in: 'body', description })),
    ...[...anyOf, ...oneOf, ...allOf].flatMap(propertiesOf),
  ];
}
