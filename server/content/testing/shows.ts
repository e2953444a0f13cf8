/** The parameters that a test demonstrates, by endpoint: `{ 'GET /media/{media_id}': ['auth_token', 'media_id'] }`. */
export type Shown = Record<string, readonly string[]>;

declare module 'vitest' {
  interface TaskMeta {
    shows?: Shown;
  }
}

/**
 * Marks a test that demonstrates parameters. `docs/content-api.md` is made of these marks. An endpoint is written as in
 * the OpenAPI document.
 * @example test('a page has as many media as asked for', shows({ 'GET /…': ['count'] }), async () => { … });
 */
export function shows(shown: Shown): { meta: { shows: Shown } } {
  return { meta: { shows: shown } };
}
