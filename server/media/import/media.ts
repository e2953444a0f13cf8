import { STREAM_STATUSES } from '../../../src/content/resources.ts';
import type { MediaInput, MediaRecord, StreamRecord } from '../../store/content/content-store.ts';
import { createMedia } from '../create-media.ts';
import type { Columns } from './columns.ts';
import * as field from './fields.ts';
import { type Row, RowError } from './rows.ts';
import { claim, type Imported, storedFields, type Target } from './target.ts';

/** The columns of `media.csv`, with their names in other programs. A column that is only stored needs no other code. */
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

/** The CSV's names of fields that the content store names differently. */
const WORDS: Record<string, string> = {
  ...{ userId: 'username', submittedAt: 'date', publishedAt: 'date', streams: 'products' },
  ...{ listed: 'shown in lists', reviewed: 'approved', imageExt: 'file', videoExt: 'file', pixelHash: 'file' },
  ...{ perceptualHash: 'file', width: 'file', height: 'file' },
};

/**
 * Imports one row of `media.csv` as a media and its user. Reports do not hide an imported media, since the shop itself
 * chose it. The fields:
 *
 * - `file`: a picture or a video in the folder, or its address;
 * - `username`: its author at `source` (`instagram`, `upload`…); the customer itself if empty;
 * - `products`: ids of products, separated by `|`, and `position`, its place among the media of each (0 is first; if
 *   empty, the place is that of the row);
 * - `rights`: yes or no, whether its author gave the rights to use it;
 * - `date`: the time of the post; if empty, the time of the first import;
 * - `poster`: for a video, a picture in the folder or its address; if empty, ffmpeg draws one where it is installed. A
 *   poster that cannot be read refuses the row, since the same video with its poster would be another media later.
 * - `share_url`: its page at the shop, and `original_source`, the address of the original post;
 * - `language`: of `username`, as `en_US`.
 *
 * An existing media is recognised by its content. Its products are added to those that it has, and an empty cell changes
 * nothing, unless the row replaces everything.
 *
 * @throws {RowError | MediaError} before anything of the row is stored
 */
export async function importMedia(target: Target, { line, values }: Row<MediaColumn>): Promise<Imported> {
  const { archive, customer, files, dryRun, replace } = target;
  const { contentStore } = archive;
  const username = field.text('username', values.username, 255);
  const source = values.source ? sourceOf(values.source) : undefined;
  const position = values.position ? field.wholeNumber('position', values.position) : undefined;
  const date = values.date ? field.date('date', values.date) : undefined;
  const stored = storedFields<MediaColumn, MediaInput>(target, MEDIA_COLUMNS, values);
  const products = await productsOf(target, values.products);
  const bytes = await files.read(field.needed('file', values.file, 2000));
  const poster = values.poster ? await files.read(values.poster) : undefined;

  const { facts, known } = await createMedia(
    archive,
    { customerId: customer.id, bytes, poster, products: products.length },
    { dryRun },
  );
  claim(target, 'media', facts.hash, line);
  // A product's own picture has no author.
  const before = known?.listed && !replace ? known : undefined;
  const from = source ?? before?.source ?? 'upload';
  const submittedAt = date ?? known?.submittedAt ?? Date.now();
  const places = await placesOf(target, products, { known, position, line });
  const { outcome, fields = [] } = await contentStore.upsertMedia(customer.id, {
    ...{ ...facts, ...stored.fields, submittedAt, publishedAt: submittedAt, listed: true, reviewed: true },
    userId: username
      ? (await contentStore.upsertUser(customer.id, { source: from, username, ...stored.user })).id
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
  if (!/^[a-z0-9_-]{1,40}$/.test(source)) throw new RowError(`source is "${value}"; it is a word like instagram.`);
  return source;
}

async function productsOf({ archive: { contentStore }, customer }: Target, products: string): Promise<StreamRecord[]> {
  const keys = products.split('|').map((key) => key.trim());
  const found: StreamRecord[] = [];
  for (const key of new Set(keys.filter((key) => key !== ''))) {
    const stream = await contentStore.streamByKey(customer.id, key);
    if (!stream) throw new RowError(`There is no product "${key}".`);
    found.push(stream);
  }
  return found;
}

/** The positions among the media of each product. Without a position in the row, an existing one stays. */
async function placesOf(
  { archive: { contentStore }, replace }: Target,
  products: StreamRecord[],
  { known, position, line }: { known: MediaRecord | undefined; position: number | undefined; line: number },
) {
  const has = known ? ((await contentStore.streamsOfMedia([known.id], STREAM_STATUSES)).get(known.id) ?? []) : [];
  const ids = new Set(has.map(({ id }) => id));
  const added = products.filter(({ id }) => !ids.has(id));
  const placed = replace || position !== undefined ? products : added;
  return {
    all: placed.map(({ id }) => ({ streamId: id, position: position ?? line })),
    added: added.map(({ key }) => key),
  };
}
