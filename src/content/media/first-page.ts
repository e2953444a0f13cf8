import type { Scope } from '../../events/vocabulary.ts';
import { type Api, address, mediaAddress, type Source } from '../address.ts';
import { idOf } from '../id.ts';
import { malformed, request } from '../request.ts';
import type { Customer, MediaPage, WidgetInstance } from '../resources.ts';
import { text } from '../text.ts';
import { MAX_TEXT, readMedia, type ShownMedia } from './shown-media.ts';

export interface Page {
  media: ShownMedia[];
  /** The stream, category or customer of the media. Its id is the API's own, also where the source was a key. */
  scope: Scope;
}

export interface PageOptions {
  /** One of `SORTINGS`. By default the sorting of the widget instance, else `recent`. */
  sorting?: string | null;
  /** Media of a page, 1 to 50; 20 by default. */
  count?: number | null;
  signal?: AbortSignal;
}

/** Media of a page by default, and at most (`001-content-api-v2.2.txt`). */
const DEFAULT_COUNT = 20;
const MAX_COUNT = 50;

/**
 * Fetches the first page of a source's media. Media past the count are left out. A stream or category by id or key takes one
 * request. `best` and `instance` take two: the first is for the customer or the widget.
 * @throws {VitrineError} `network` without an answer, `not_found`, `refused` for any other error status, `malformed`
 * for an answer that is not the content API's; and the signal's reason when aborted
 */
export async function fetchMedia(
  api: Api,
  { kind, id }: Source,
  { sorting, count, signal }: PageOptions,
): Promise<Page> {
  const get = (url: string) => request(url, fetch(url, { signal }), signal);
  let what = kind.replace('Key', '') as What;
  const byKey = kind.endsWith('Key');
  if (kind === 'instance' || kind === 'best') {
    // The root endpoint embeds the customer as a widget does, and has no type. A widget without a type shows the best media.
    const asked = kind === 'best' ? '/' : `/widgets/${encodeURIComponent(id)}`;
    const { type, settings, _embedded } = (await get(address(api, asked))) as Partial<WidgetInstance>;
    what = (/stream|category/.exec(text(type))?.[0] as What | undefined) ?? 'customer';
    id = idOf(_embedded?.[what], `data._embedded.${what}`);
    sorting ??= /\w+/.exec(text(settings?.sorting))?.[0];
  }
  const of = COLLECTIONS[what] + (byKey ? '' : `/${encodeURIComponent(id)}`);
  const page = (await get(mediaAddress(api, of, byKey && id, sorting, count))) as MediaPage;
  const embedded = page._embedded;
  if (!Array.isArray(embedded?.media)) throw malformed('data._embedded.media: expected an array');
  const currency = text((embedded.customer as Partial<Customer> | undefined)?.settings?.currency);
  const max = Math.min(count && count > 0 ? count : DEFAULT_COUNT, MAX_COUNT);
  const media = embedded.media.slice(0, max).map((entry, at) => {
    const one = readMedia(entry, `data._embedded.media[${at}]`, api.base, currency);
    return { ...one, caption: one.caption.slice(0, MAX_TEXT), uploader: one.uploader.slice(0, MAX_TEXT) };
  });
  if (byKey) id = idOf(embedded[what] ?? page, `data._embedded.${what}`);
  return { media, scope: what === 'customer' ? { kind: 'best' } : { kind: what, id } };
}

type What = keyof typeof COLLECTIONS;
const COLLECTIONS = { stream: '/streams', category: '/categories', customer: '/customers' };
