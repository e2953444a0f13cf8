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

/** A list, page by page. Each page has something in it, and no entry comes twice. */
export type Pages<T> = AsyncGenerator<T[], void, undefined>;

/** What an entry is read with. `customer` is the one that the page embeds, if it does. */
export interface Around {
  base: string;
  customer?: Loose<Customer> | null | undefined;
}

interface Kind<T> {
  /** Keys that the list may have in `_embedded`; the first is the specification's. */
  keys: readonly [string, ...string[]];
  /** @param field where the entry stands in the answer, for what is thrown */
  read(entry: unknown, field: string, around: Around): T;
}

type PageLinks = Partial<Record<'first' | 'self' | 'prev' | 'next', Link>>;

/** Pages in a row that may have nothing new in them, as where a service filters what it has counted out. */
const PATIENCE = 100;

/**
 * Follows a list from page to page: by the link to the next one, or, in the form of paging that has none, by the id
 * of the last entry (`prev_id`). Links expire after 12 hours ("These URLs must not be saved"), and what a `prev_id`
 * names may go: whoever comes back to a page that is refused is taken to the first one again, and what was had is
 * skipped. It asks for no page before the one before it has been dealt with. A page never has more entries than were
 * asked for: those past it are the next page.
 * @throws {VitrineError} as `request`; `malformed` also for entries, links, and links that lead in a circle or nowhere
 */
export async function* pagesOf<T extends { id: string }>(
  api: Api,
  path: string,
  options: ListOptions & Keyed,
  { keys, read }: Kind<T>,
): Pages<T> {
  const first = addressOf(api, path, options);
  const had = new Set<string>();
  let asked = new Set<string>();
  let url = first;
  // A list that refuses the same page again, with nothing gained in between, would be begun for ever.
  let gained = true;
  let pages = 0;
  let patience = PATIENCE;
  for (;;) {
    asked.add(url);
    let data: Loose<{ _embedded: Record<string, unknown>; _links: PageLinks }>;
    try {
      data = objectAt(
        // A first page that the HTTP cache kept would lead to where we were refused.
        await fetched(url, options, { cache: gained ? 'default' : 'no-cache' }),
        'data',
      );
    } catch (error) {
      if (url === first || !isRefusal(error)) throw error;
      if (!gained) {
        // Some services refuse what comes after the last entry.
        if (isComputed(url)) return;
        throw error;
      }
      gained = false;
      // What was had is gone through once more.
      patience = pages + PATIENCE;
      asked = new Set();
      url = first;
      continue;
    }
    const embedded = objectAt<Record<string, unknown>>(data._embedded, 'data._embedded');
    const key = keys.find((name) => embedded[name] !== undefined) ?? keys[0];
    const field = `data._embedded.${key}`;
    const around = { base: api.base, customer: embedded.customer as Around['customer'] };
    const entries = listAt(embedded[key], field).map((entry, at) => read(entry, `${field}[${at}]`, around));
    const fresh = entries.filter(({ id }) => !had.has(id) && had.add(id));
    pages++;
    patience--;
    if (fresh.length) {
      gained = true;
      patience = Math.max(patience, PATIENCE);
      // Some services answer with more than was asked for.
      const size = options.count && options.count > 0 ? Math.ceil(options.count) : fresh.length;
      for (let at = 0; at < fresh.length; at += size) yield fresh.slice(at, at + size);
    }
    const links = objectAt<PageLinks>(data._links, 'data._links');
    const next = nextOf(api, links, first, entries, options.count);
    if (!next) return;
    if (asked.has(next)) {
      // A service that does not know `prev_id` answers the same page for ever.
      if (isComputed(next)) return;
      throw malformed('data._links.next.href: leads in a circle');
    }
    if (patience < 0) throw malformed('data._links.next.href: leads nowhere');
    url = next;
  }
}

/** All entries of a list that is small: one array. */
export async function allOf<T>(pages: Pages<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const page of pages) all.push(...page);
  return all;
}

/** Expired and unknown pages are a 404 in the text. Services that never read it may know better words. */
function isRefusal(error: unknown): boolean {
  return error instanceof VitrineError && [400, 404, 410].includes(error.status ?? 0);
}

/** Where the page after this one is, if there is one. */
function nextOf(api: Api, links: Loose<PageLinks>, first: string, entries: { id: string }[], count?: number) {
  if ('next' in links) {
    const href = links.next && objectAt<Link>(links.next, 'data._links.next').href;
    if (href == null) return;
    const url = webUrl(href, api.base);
    if (!url) throw malformed('data._links.next.href: expected an http(s) URL');
    // To another host goes no more of the key than the service itself wrote there.
    const token = new URL(url).origin === new URL(api.base).origin && { auth_token: api.key };
    return complete(url, { ...token, version: 'v2.2', ...(count && { count: `${count}` }) });
  }
  const own = webUrl((links.self ?? links.first)?.href, api.base);
  const last = entries.at(-1);
  if (!own || !last) return;
  const { searchParams } = new URL(own);
  // Unpaged lists have `_links: []`; of a list by `page_key`, no next link is the end.
  if (searchParams.has('page_key')) return;
  // `prev` leads on or back, as one reads the text. A page that is not full and has none is the last either way.
  if (links.prev?.href == null && entries.length < whole(searchParams.get('count'))) return;
  return `${first}&prev_id=${encodeURIComponent(last.id)}`;
}

const isComputed = (url: string) => url.includes('&prev_id=');

/** Links come with token and version in them, and are followed as they are: only what is missing is added. */
function complete(url: string, wanted: Record<string, string>): string {
  const { searchParams } = new URL(url);
  const missing = Object.entries(wanted).filter(([name]) => !searchParams.has(name));
  return missing.length ? `${url}${url.includes('?') ? '&' : '?'}${new URLSearchParams(missing)}` : url;
}
