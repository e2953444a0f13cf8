import { STREAM_STATUSES } from '../../../src/content/resources.ts';
import type { MediaInput, MediaRecord, StreamRecord } from '../../store/content/content-store.ts';
import { keepMedia } from '../create-media.ts';
import type { Columns } from './columns.ts';
import * as field from './fields.ts';
import { type Row, RowRefused } from './rows.ts';
import { claim, type Imported, storedFields, type Target } from './target.ts';

/** The columns of `media.csv`, with the names that other programs have for them. What is only kept is one line. */
export const MEDIA_COLUMNS = {
  file: {
    required: true,
    names: ['filename', 'file_name', 'media_url', 'image_url', 'image_link', 'image_src', 'image'],
  },
  caption: {
    names: ['text', 'description'],
    store: (value) => ({ caption: field.text('caption', value, 5000) || null }),
  },
  username: { names: ['user', 'user_name', 'author'] },
  source: { names: ['network', 'platform'] },
  products: { names: ['product', 'product_id', 'product_ids', 'sku', 'skus'] },
  position: {},
  rights: { store: (value) => ({ rights: value !== '' && field.yesOrNo('rights', value) }) },
  date: { names: ['timestamp', 'created_at', 'date_submitted'] },
  poster: { names: ['thumbnail', 'thumbnail_url'] },
  share_url: { store: (value, base) => ({ shareUrl: value ? field.url('share_url', value, base) : null }) },
  original_source: {
    store: (value) => ({ originalSource: value ? field.url('original_source', value, undefined) : null }),
  },
  language: { user: (value) => ({ language: value ? field.language('language', value) : null }) },
} satisfies Columns<string, MediaInput>;

type MediaColumn = keyof typeof MEDIA_COLUMNS;

/** The words of the CSV for what the store calls otherwise. */
const WORDS: Record<string, string> = {
  ...{ userId: 'username', submittedAt: 'date', publishedAt: 'date', streams: 'products' },
  ...{ listed: 'shown in lists', reviewed: 'approved', imageExt: 'file', videoExt: 'file', pixelHash: 'file' },
  ...{ perceptualHash: 'file', width: 'file', height: 'file' },
};

/**
 * One row of `media.csv` becomes a media and its user. The shop itself shows it, so that reports do not hide it. The
 * fields:
 *
 * - `file`: a picture or a video in the folder, or its address;
 * - `username`: who posted it, at `source` (`instagram`, `upload`…); the customer itself when empty;
 * - `products`: ids of products, separated by `|`, and `position`, its place among the media of each (0 is first; when
 *   empty, the order of the rows that named them first);
 * - `rights`: yes or no, whether its author agreed to its use;
 * - `date`: when it was posted; when empty, the time of the first import;
 * - `poster`: for a video, a picture in the folder or its address; when empty, ffmpeg draws one where it is installed.
 *   One that cannot be read refuses the row: by its poster, the same video would be another media the next time.
 * - `share_url`: its page at the shop, and `original_source`, the post that it was;
 * - `language`: of `username`, as `en_US`.
 *
 * A media that is there is known by its content: its products are added to those that it has, and what the row leaves
 * empty stays as it is, unless the row replaces all.
 *
 * @throws {RowRefused | MediaRefused} before anything of the row is stored
 */
export async function importMedia(target: Target, { line, values }: Row<MediaColumn>): Promise<Imported> {
  const { store, customer, archive, files, replace } = target;
  const username = field.text('username', values.username, 255);
  const source = values.source ? sourceOf(values.source) : undefined;
  const position = values.position ? field.wholeNumber('position', values.position) : undefined;
  const date = values.date ? field.date('date', values.date) : undefined;
  const stored = storedFields<MediaColumn, MediaInput>(target, MEDIA_COLUMNS, values);
  const products = await productsOf(target, values.products);
  const bytes = await files.read(field.needed('file', values.file, 2000));
  const poster = values.poster ? await files.read(values.poster) : undefined;

  const { facts, known } = await keepMedia(archive, { bytes, poster }, products.length);
  claim(target, 'media', facts.hash, line);
  // A product's own picture was posted by nobody.
  const before = known?.listed && !replace ? known : undefined;
  const from = source ?? before?.source ?? 'upload';
  const submittedAt = date ?? known?.submittedAt ?? Date.now();
  const places = await placesOf(target, products, { known, position, line });
  const { outcome, fields = [] } = await store.upsertMedia(customer.id, {
    ...{ ...facts, ...stored.fields, submittedAt, publishedAt: submittedAt, listed: true, reviewed: true },
    userId: username
      ? (await store.upsertUser(customer.id, { source: from, username, ...stored.user })).id
      : (before?.userId ?? customer.userId),
    source: from,
    ...(replace ? { streams: places.all } : { addStreams: places.all }),
  });
  const words = new Set(fields.filter((name) => name !== 'streams').map((name) => WORDS[name] ?? name));
  if (fields.includes('streams'))
    words.add(`products${places.added.length > 0 ? ` (added ${places.added.join(', ')})` : ''}`);
  return { outcome, changes: [...words] };
}

function sourceOf(value: string): string {
  const source = value.toLowerCase();
  if (!/^[a-z0-9_-]{1,40}$/.test(source)) throw new RowRefused(`source is "${value}"; it is a word like instagram.`);
  return source;
}

async function productsOf({ store, customer }: Target, products: string): Promise<StreamRecord[]> {
  const keys = products.split('|').map((key) => key.trim());
  const found: StreamRecord[] = [];
  for (const key of new Set(keys.filter((key) => key !== ''))) {
    const stream = await store.streamByKey(customer.id, key);
    if (!stream) throw new RowRefused(`There is no product "${key}".`);
    found.push(stream);
  }
  return found;
}

/** The places among the media of each product: without a position, one that the media has stays. */
async function placesOf(
  { store, replace }: Target,
  products: StreamRecord[],
  { known, position, line }: { known: MediaRecord | undefined; position: number | undefined; line: number },
) {
  const has = known ? ((await store.streamsOfMedia([known.id], STREAM_STATUSES)).get(known.id) ?? []) : [];
  const ids = new Set(has.map(({ id }) => id));
  const added = products.filter(({ id }) => !ids.has(id));
  const placed = replace || position !== undefined ? products : added;
  return {
    all: placed.map(({ id }) => ({ streamId: id, position: position ?? line })),
    added: added.map(({ key }) => key),
  };
}
