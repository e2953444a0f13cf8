import type { Scope } from '../events/vocabulary.ts';
import { type Api, address, mediaAddress, type Source } from './address.ts';
import { VitrineError } from './error.ts';
import { readMedia, type ShownMedia, text } from './media.ts';
import type { Answer, Customer, Entity, ErrorAnswer, MediaPage, WidgetInstance } from './resources.ts';

export interface Page {
  media: ShownMedia[];
  /** What the media belong to, with the API's own id also where the source was a key. */
  scope: Scope;
}

export interface PageOptions {
  /** One of `SORTINGS`; without it the widget instance's own, or `recent`. */
  sorting?: string | null;
  /** Media of a page, 1 to 50. The API takes 20 without it. */
  count?: number | null;
  signal?: AbortSignal;
}

/**
 * The first page of media of a source: one request for a stream or category by id or key, two for `best` and
 * `instance`, which ask for the customer or the widget first.
 * @throws {VitrineError} `network` without an answer, `not_found`, `refused` for any other error status, `malformed`
 * for an answer that is not the content API's; and the signal's reason when aborted
 */
export async function fetchMedia(api: Api, { kind, id }: Source, options: PageOptions): Promise<Page> {
  const { count, signal } = options;
  let { sorting } = options;
  if (kind === 'instance') {
    const widget = await get<WidgetInstance>(address(api, `/widgets/${encodeURIComponent(id)}`), signal);
    kind = widget.type === 'by_stream' ? 'stream' : widget.type === 'by_category' ? 'category' : 'best';
    id = idOf(widget._embedded?.[kind === 'best' ? 'customer' : kind], kind);
    sorting ??= widget.settings?.sorting;
  } else if (kind === 'best') {
    const root = await get<{ _embedded?: { customer?: Customer } }>(address(api, '/'), signal);
    id = idOf(root._embedded?.customer, kind);
  }
  const what = kind.replace('Key', '') as keyof typeof COLLECTIONS;
  const byKey = what !== kind;
  const of = COLLECTIONS[what] + (byKey ? '' : `/${encodeURIComponent(id)}`);
  const page = await get<MediaPage>(mediaAddress(api, of, byKey && id, sorting, count), signal);
  const embedded = page._embedded;
  if (!Array.isArray(embedded?.media)) throw malformed('data._embedded.media: expected an array');
  const currency = text((embedded.customer as Partial<Customer> | undefined)?.settings?.currency);
  const media = embedded.media.map((entry, at) => readMedia(entry, `data._embedded.media[${at}]`, api.base, currency));
  if (what === 'best') return { media, scope: { kind: what } };
  return { media, scope: { kind: what, id: byKey ? idOf(embedded[what] ?? page, what) : id } };
}

const COLLECTIONS = { stream: '/streams', category: '/categories', best: '/customers' };

/** The `data` of an answer. */
async function get<T>(url: string, signal?: AbortSignal): Promise<T> {
  let response: Response;
  let body: string;
  try {
    response = await fetch(url, { signal });
    body = await response.text();
  } catch (error) {
    signal?.throwIfAborted();
    throw new VitrineError('network', `${url.split('?')[0]}: ${error}`);
  }
  const { status } = response;
  let answer: Partial<Answer<unknown>> | null = null;
  try {
    answer = JSON.parse(body);
  } catch {}
  if (!response.ok) {
    // A 404 that is not the API's own (a wrong address) says nothing about streams.
    const unknown = status === 404 && answer?.metadata?.code === status;
    const message = (answer as ErrorAnswer | null)?.data?.message;
    throw new VitrineError(unknown ? 'not_found' : 'refused', message ?? `HTTP ${status}`, status);
  }
  if (!answer?.data) throw malformed('data: expected JSON of the content API', status);
  return answer.data as T;
}

function malformed(message: string, status?: number): VitrineError {
  return new VitrineError('malformed', message, status);
}

/** Real answers often name a stream or category by no more than a link, `//host/streams/42/…`. */
function idOf(entity: Partial<Entity> | MediaPage | undefined, what: keyof typeof COLLECTIONS): string {
  const { id, _links } = (entity ?? {}) as Partial<Entity>;
  const found = id ?? new RegExp(`${COLLECTIONS[what]}/(\\d+)`).exec(_links?.self?.href ?? '')?.[1];
  if (!found) throw malformed(`the id of the ${what}: is missing`);
  return String(found);
}
