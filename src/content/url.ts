/**
 * A URL of an answer as an absolute http(s) URL. Any other scheme (`javascript:`, `data:`) gives `undefined`, so that it never
 * becomes a link, an image or a video. Links in answers are protocol-relative (`//host/…`) and take the scheme of the API.
 * @param base URL of the API
 */
export function webUrl(value: unknown, base: string): string | undefined {
  if (typeof value !== 'string' || !value) return;
  try {
    const { href, protocol } = new URL(value, base);
    return /^https?:$/.test(protocol) ? href : undefined;
  } catch {}
}
