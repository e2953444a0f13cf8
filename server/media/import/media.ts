import type { Upserted } from '../../store/content/content-store.ts';
import { keepMedia } from '../keep.ts';
import * as field from './fields.ts';
import { type Row, RowRefused } from './rows.ts';
import { readSource } from './source-file.ts';
import { claim, type Target } from './target.ts';

/** The columns of `media.csv`, and whether they must be there. */
export const MEDIA_COLUMNS = {
  file: true,
  caption: false,
  username: false,
  source: false,
  products: false,
  position: false,
  rights: false,
  date: false,
  poster: false,
  share_url: false,
  original_source: false,
  language: false,
};

/**
 * One row of `media.csv` becomes a media and its user. The shop itself shows it, so that reports do not hide it. The
 * fields:
 *
 * - `file`: a picture or a video in the folder;
 * - `username`: who posted it, at `source` (`instagram`, `upload`…); the customer itself when empty;
 * - `products`: ids of products, separated by `|`, and `position`, its place among the media of each (0 is first; when
 *   empty, the order of the rows);
 * - `rights`: yes or no, whether its author agreed to its use;
 * - `date`: when it was posted; when empty, the time of the first import;
 * - `poster`: for a video, a picture in the folder; when empty, ffmpeg draws one where it is installed;
 * - `share_url`: its page at the shop, and `original_source`, the post that it was; when empty, what is known stays;
 * - `language`: of `username`, as `en_US`; when empty, what is known stays.
 *
 * @throws {RowRefused | MediaRefused} before anything of the row is stored
 */
export async function importMedia(
  target: Target,
  { line, values }: Row<keyof typeof MEDIA_COLUMNS>,
): Promise<Upserted['outcome']> {
  const { store, customer, data, folder } = target;
  const username = field.text('username', values.username, 255);
  const source = sourceOf(values.source);
  const caption = field.text('caption', values.caption, 5000) || null;
  const rights = field.yesOrNo('rights', values.rights);
  const position = values.position ? field.wholeNumber('position', values.position) : line;
  const date = values.date ? field.date('date', values.date) : undefined;
  const shareUrl = values.share_url ? field.url('share_url', values.share_url, target.baseUrl) : undefined;
  const originalSource = values.original_source
    ? field.url('original_source', values.original_source, undefined)
    : undefined;
  const language = values.language ? field.language('language', values.language) : undefined;
  const streams = (await streamsOf(target, values.products)).map((streamId) => ({ streamId, position }));
  const file = await readSource(folder, field.needed('file', values.file, 1000));
  const poster = values.poster ? await readSource(folder, values.poster) : undefined;

  const archive = { store, customerId: customer.id, data };
  const { facts, known } = await keepMedia(archive, { bytes: file, poster }, streams.length);
  claim(target, 'media', facts.hash, line);
  const userId = username ? (await store.upsertUser(customer.id, { source, username, language })).id : customer.userId;
  const submittedAt = date ?? known?.submittedAt ?? Date.now();
  const post = { userId, source, caption, rights, submittedAt, publishedAt: submittedAt, listed: true, streams };
  const origin = { shareUrl, originalSource };
  return (await store.upsertMedia(customer.id, { ...facts, ...post, ...origin, reviewed: true })).outcome;
}

function sourceOf(value: string): string {
  const source = value.toLowerCase() || 'upload';
  if (!/^[a-z0-9_-]{1,40}$/.test(source)) throw new RowRefused(`source is "${value}"; it is a word like instagram.`);
  return source;
}

async function streamsOf({ store, customer }: Target, products: string): Promise<number[]> {
  const keys = products.split('|').map((key) => key.trim());
  const ids: number[] = [];
  for (const key of new Set(keys.filter((key) => key !== ''))) {
    const stream = await store.streamByKey(customer.id, key);
    if (!stream) throw new RowRefused(`There is no product "${key}".`);
    ids.push(stream.id);
  }
  return ids;
}
