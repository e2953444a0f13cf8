import type { Api } from '../address.ts';
import { type Loose, listAt, objectAt } from '../check.ts';
import { VitrineError } from '../error.ts';
import { malformed } from '../request.ts';
import type { Customer, Link } from '../resources.ts';
import { whole } from '../text.ts';
import { webUrl } from '../url.ts';
import { type AskOptions, addressOf, fetched, type Keyed } from './fetch-by-key.ts';

export interface ListOptions extends AskOptions {
  /** Entries of a page, 1 to 50. The API's own 20 without it. */
  count?: number | undefined;
}

/** A list, page by page. No page is empty, and no entry comes twice. */
export type Pages<T> = AsyncGenerator<T[], void, undefined>;

/** The context of an entry. `customer` is the one that the page embeds. */
export interface Around {
  base: string;
  customer?: Loose<Customer> | null | undefined;
}

interface Kind<T> {
  /** Keys of the list in `_embedded`. The first is the specification's, the others are those of real services. */
  keys: readonly [string, ...string[]];
  /** @param field the place of the entry in the answer, for errors */
  read(entry: unknown, field: string, around: Around): T;
}

type PageLinks = Partial<Record<'first' | 'self' | 'prev' | 'next', Link>>;

/** Consecutive pages without new entries, as of a service that filters them. After more, the list is an error. */
const MAX_EMPTY_PAGES = 100;

/**
 * Follows a list from page to page: by the link to the next page, or by the id of the last entry (`prev_id`) where the API has
 * no such link. A page is requested only after the caller has taken the one before. A page has at most `count` entries;
 * further ones of the answer are the next page.
 *
 * Links expire after 12 hours ("These URLs must not be saved"), and the entry of a `prev_id` may be deleted. After such a
 * refusal the list starts at the first page again, and skips the entries that it has yielded.
 * @throws {VitrineError} as `request`; `malformed` also for entries, links, and links that lead in a circle or nowhere
 */
export async function* pagesOf<T extends { id: string }>(
  api: Api,
  path: string,
  options: ListOptions & Keyed,
  { keys, read }: Kind<T>,
): Pages<T> {
  const first = addressOf(api, path, options);
  const yielded = new Set<string>();
  let requested = new Set<string>();
  let url = first;
  // Whether there were new entries since the last restart. Without any, another restart would repeat for ever.
  let hasProgressed = true;
  let pages = 0;
  let emptyPagesLeft = MAX_EMPTY_PAGES;
  for (;;) {
    requested.add(url);
    let data: Loose<{ _embedded: Record<string, unknown>; _links: PageLinks }>;
    try {
      data = objectAt(
        // A first page of the HTTP cache would lead to the page that was refused.
        await fetched(url, options, { cache: hasProgressed ? 'default' : 'no-cache' }),
        'data',
      );
    } catch (error) {
      if (url === first || !isRefusal(error)) throw error;
      if (!hasProgressed) {
        // Some services refuse the page after the last entry.
        if (isComputed(url)) return;
        throw error;
      }
      hasProgressed = false;
      // The pages that were yielded come once more, without new entries.
      emptyPagesLeft = pages + MAX_EMPTY_PAGES;
      requested = new Set();
      url = first;
      continue;
    }
    const embedded = objectAt<Record<string, unknown>>(data._embedded, 'data._embedded');
    const key = keys.find((name) => embedded[name] !== undefined) ?? keys[0];
    const field = `data._embedded.${key}`;
    const around = { base: api.base, customer: embedded.customer as Around['customer'] };
    const entries = listAt(embedded[key], field).map((entry, at) => read(entry, `${field}[${at}]`, around));
    const fresh = entries.filter(({ id }) => !yielded.has(id) && yielded.add(id));
    pages++;
    emptyPagesLeft--;
    if (fresh.length) {
      hasProgressed = true;
      emptyPagesLeft = Math.max(emptyPagesLeft, MAX_EMPTY_PAGES);
      // Some services answer with more entries than the count.
      const size = options.count && options.count > 0 ? Math.ceil(options.count) : fresh.length;
      for (let at = 0; at < fresh.length; at += size) yield fresh.slice(at, at + size);
    }
    const links = objectAt<PageLinks>(data._links, 'data._links');
    const next = nextOf(api, links, first, entries, options.count);
    if (!next) return;
    if (requested.has(next)) {
      // A service that does not know `prev_id` answers with the same page.
      if (isComputed(next)) return;
      throw malformed('data._links.next.href: leads in a circle');
    }
    if (emptyPagesLeft < 0) throw malformed('data._links.next.href: leads nowhere');
    url = next;
  }
}

/** All entries of a small list. */
export async function allOf<T>(pages: Pages<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const page of pages) all.push(...page);
  return all;
}

/** Expired and unknown pages are a 404 in the specification. Real services answer with other statuses, too. */
function isRefusal(error: unknown): boolean {
  return error instanceof VitrineError && [400, 404, 410].includes(error.status ?? 0);
}

/** The URL of the next page, if there is one. */
function nextOf(api: Api, links: Loose<PageLinks>, first: string, entries: { id: string }[], count?: number) {
  if ('next' in links) {
    const href = links.next && objectAt<Link>(links.next, 'data._links.next').href;
    if (href == null) return;
    const url = webUrl(href, api.base);
    if (!url) throw malformed('data._links.next.href: expected an http(s) URL');
    // The key is not sent to another host, unless the service itself has written it into the link.
    const token = new URL(url).origin === new URL(api.base).origin && { auth_token: api.key };
    return complete(url, { ...token, version: 'v2.2', ...(count && { count: `${count}` }) });
  }
  const own = webUrl((links.self ?? links.first)?.href, api.base);
  const last = entries.at(-1);
  if (!own || !last) return;
  const { searchParams } = new URL(own);
  // A list without pages has `_links: []`. A list by `page_key` ends where there is no next link.
  if (searchParams.has('page_key')) return;
  // The specification is ambiguous on whether `prev` leads to later or to earlier entries. A page that is not full and has no
  // `prev` is the last in either reading.
  if (links.prev?.href == null && entries.length < whole(searchParams.get('count'))) return;
  return `${first}&prev_id=${encodeURIComponent(last.id)}`;
}

const isComputed = (url: string) => url.includes('&prev_id=');

/** Adds the parameters that a link lacks. Links come with token and version, and are not changed otherwise. */
function complete(url: string, wanted: Record<string, string>): string {
  const { searchParams } = new URL(url);
  const missing = Object.entries(wanted).filter(([name]) => !searchParams.has(name));
  return missing.length ? `${url}${url.includes('?') ? '&' : '?'}${new URLSearchParams(missing)}` : url;
}
