/** The address of the content API, and the page's public token for it. */
export interface Api {
  /** Absolute URL, with or without a trailing slash. */
  base: string;
  key: string;
}

/**
 * The source of media: a stream or a category by the API's id or by the shop's own key, the customer's best media (`id` is
 * empty), or the source that a widget instance is set to.
 */
export interface Source {
  kind: 'instance' | 'stream' | 'streamKey' | 'category' | 'categoryKey' | 'best';
  id: string;
}

/**
 * A URL of the API. The key is in the query, not in a header: the request needs no CORS preflight, and caches can store the
 * answer.
 */
export function address({ base, key }: Api, path: string, parameters?: Record<string, string>): string {
  // Not `new URL(path, base)`: the base may have a path of its own.
  return `${base.replace(/\/$/, '')}${path}?${new URLSearchParams({ auth_token: key, version: 'v2.2', ...parameters })}`;
}

/**
 * The URL of the first page of media.
 * @param of `/streams/ID`, `/categories/ID` or `/customers/ID`; `/streams` or `/categories` alone, with the shop's own `key`
 * @param sorting one of `SORTINGS`; `recent` without it
 * @param count 1 to 50; the API's own 20 without it
 */
export function mediaAddress(
  api: Api,
  of: string,
  key: string | false,
  sorting?: string | null,
  count?: number | string | null,
): string {
  return address(api, `${of}/media/${encodeURIComponent(sorting ?? 'recent')}`, {
    ...(key && { tag_key: key }),
    ...(count && { count: `${count}` }),
    // No element shows the categories of a media. They can be half of the answer.
    disable_embedded_categories: '1',
  });
}
