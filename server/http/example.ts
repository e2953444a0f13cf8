import Type from 'typebox';

/**
 * An answer in a route's schema: its description in the OpenAPI document, with an example of the whole body. It does not
 * restrict the body, so a field that the example lacks is still answered.
 */
export function example(description: string, body: object) {
  const type = Array.isArray(body) ? 'array' : 'object';
  return Type.Unsafe<unknown>({ type, additionalProperties: true, description, examples: [body] });
}

/** An answer with several content types: an example for each, or undefined for a binary one. */
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
