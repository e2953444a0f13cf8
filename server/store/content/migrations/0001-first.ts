import { type Kysely, sql } from 'kysely';

/**
 * Lists of media are read from `listings`: one row for each list that a media is in (its customer's, its
 * uploader's, each of its streams', each of those streams' categories), with every sort column in it, so that each order of each list is one
 * covering index walked by keyset. `shuffle` is 32 random bits of the media. The flags are in the indexes because a
 * filter is tested on every entry walked over.
 *
 * `ratings` holds each listing's rating with the snapshots it was valid for, so a walk through a rated list keeps its
 * order while ratings are written anew every 10 minutes.
 */
const STATEMENTS = `
create table customers (
  id integer primary key autoincrement,
  key text not null unique,
  name text not null,
  domain text not null,
  language text not null default 'en_US',
  settings text not null default '{}'
) strict;

create table tokens (
  id integer primary key autoincrement,
  customer_id integer not null references customers on delete cascade,
  hash text not null unique,
  kind text not null check (kind in ('public', 'private')),
  label text not null,
  created_at integer not null
) strict;
create index tokens_of_customer on tokens (customer_id);

create table origins (
  customer_id integer not null references customers on delete cascade,
  origin text not null,
  primary key (customer_id, origin)
) strict, without rowid;

create table hosts (
  customer_id integer not null references customers on delete cascade,
  hostname text not null,
  primary key (customer_id, hostname)
) strict, without rowid;

create table users (
  id integer primary key autoincrement,
  customer_id integer not null references customers on delete cascade,
  source text not null,
  username text not null,
  name text,
  avatar_url text,
  language text,
  source_id text,
  unique (customer_id, source, username)
) strict;

create table media (
  id integer primary key autoincrement,
  customer_id integer not null references customers on delete cascade,
  user_id integer not null references users,
  type text not null check (type in ('IMAGE', 'VIDEO')),
  hash text not null,
  image_ext text not null,
  video_ext text,
  width integer not null,
  height integer not null,
  source text not null,
  source_id text,
  original_source text,
  share_url text,
  caption text,
  latitude real,
  longitude real,
  favorite integer not null default 0,
  likes integer not null default 0,
  status text not null default 'approved' check (status in ('approved', 'pending', 'rejected')),
  rights integer not null default 0,
  submitted_at integer not null,
  published_at integer not null,
  listed integer not null default 1,
  photorank real not null default 0,
  rating real not null default 0,
  avif text not null default 'waiting' check (avif in ('waiting', 'done', 'failed')),
  unique (customer_id, hash)
) strict;
create index media_of_user on media (user_id);
create index media_waiting_for_avif on media (id) where avif = 'waiting';
create index media_rated on media (customer_id, submitted_at) where rating <> 0;

create table streams (
  id integer primary key autoincrement,
  customer_id integer not null references customers on delete cascade,
  key text not null,
  name text not null,
  description text,
  product_url text,
  shop_button_url text,
  status text not null default 'available'
    check (status in ('available', 'unavailable', 'miscellaneous', 'discontinued')),
  hide_from_related integer not null default 0,
  price text,
  availability text,
  stock text,
  color text,
  base_media_id integer references media on delete set null,
  cover_media_id integer references media on delete set null,
  unique (customer_id, key)
) strict;
create index streams_by_base_media on streams (base_media_id);
create index streams_by_cover_media on streams (cover_media_id);

create table categories (
  id integer primary key autoincrement,
  customer_id integer not null references customers on delete cascade,
  key text not null,
  name text not null,
  product_url text,
  unique (customer_id, key)
) strict;

create table stream_categories (
  stream_id integer not null references streams on delete cascade,
  category_id integer not null references categories on delete cascade,
  primary key (stream_id, category_id)
) strict, without rowid;
create index streams_of_category on stream_categories (category_id, stream_id);

create table media_streams (
  stream_id integer not null references streams on delete cascade,
  media_id integer not null references media on delete cascade,
  position integer not null,
  primary key (media_id, stream_id)
) strict, without rowid;
create index media_of_stream on media_streams (stream_id, position, media_id);

create table listings (
  id integer primary key autoincrement,
  scope_kind integer not null,
  scope_id integer not null,
  media_id integer not null references media on delete cascade,
  published_at integer not null,
  shuffle integer not null,
  photorank real not null,
  position integer not null,
  rights integer not null,
  in_stock integer not null,
  unique (media_id, scope_kind, scope_id)
) strict;
create index listings_recent on listings (scope_kind, scope_id, published_at, media_id, rights, in_stock);
create index listings_shuffled on listings (scope_kind, scope_id, shuffle, media_id, rights, in_stock);
create index listings_photorank on listings (scope_kind, scope_id, photorank, media_id, rights, in_stock);
create index listings_position on listings (scope_kind, scope_id, position, media_id, rights, in_stock)
  where scope_kind = 1;

create table ratings (
  listing_id integer not null references listings on delete cascade,
  scope_kind integer not null,
  scope_id integer not null,
  media_id integer not null,
  rating real not null,
  rights integer not null,
  in_stock integer not null,
  since integer not null,
  until integer not null default 9007199254740991,
  primary key (scope_kind, scope_id, rating, media_id, since)
) strict, without rowid;
create index ratings_of_listing on ratings (listing_id);
create index ratings_past on ratings (until) where until < 9007199254740991;

create table rating_snapshots (
  id integer primary key,
  written_at integer not null
) strict;
insert into rating_snapshots (id, written_at) values (1, 0);

create table widget_styles (
  id integer primary key autoincrement,
  customer_id integer not null references customers on delete cascade,
  type text not null,
  name text not null,
  settings text not null default '{}',
  unique (customer_id, name)
) strict;

create table widget_instances (
  id text primary key,
  customer_id integer not null references customers on delete cascade,
  name text not null,
  type text not null check (type in ('best_photos', 'by_category', 'by_stream')),
  settings text not null default '{}',
  style_id integer not null references widget_styles,
  stream_id integer references streams on delete set null,
  category_id integer references categories on delete set null
) strict, without rowid;
create index widget_instances_of_customer on widget_instances (customer_id);
create index widget_instances_of_style on widget_instances (style_id);

create table secrets (
  name text primary key,
  value blob not null
) strict, without rowid;
insert into secrets (name, value) values ('page_key', randomblob(32));
`;

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS.split(';\n')) {
    if (statement.trim()) await sql.raw(statement).execute(db);
  }
}
