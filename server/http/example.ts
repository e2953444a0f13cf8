import Type from 'typebox';

/**
 * An answer in a route's schema: what the OpenAPI document says of it, with an example of the whole body. It leaves
 * the body as it is, so that what the document forgets is still answered.
 */
export function example(description: string, body: object) {
  const type = Array.isArray(body) ? 'array' : 'object';
  return Type.Unsafe<unknown>({ type, additionalProperties: true, description, examples: [body] });
}

/** An answer that is no JSON, or not always: an example for each content type, or nothing where people cannot read it. */
export function exampleOf(description: string, bodies: Record<string, object | string | undefined>) {
  const content = Object.entries(bodies).map(([type, body]) => [
    type,
    {
      schema: typeof body === 'object' ? { type: 'object' } : { type: 'string', ...(!body && { format: 'binary' }) },
      ...(body && { example: body }),
    },
  ]);
  return { description, content: Object.fromEntries(content) };
}

/** An answer without a body. */
export function empty(description: string) {
  return { description, type: 'null' };
}
