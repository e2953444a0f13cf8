import Type from 'typebox';

/**
 * An answer in a route's schema: what the OpenAPI document says of it, with an example of the whole body. It leaves
 * the body as it is, so that what the document forgets is still answered.
 */
export function example(description: string, body: object) {
  const type = Array.isArray(body) ? 'array' : 'object';
  return Type.Unsafe<unknown>({ type, additionalProperties: true, description, examples: [body] });
}
