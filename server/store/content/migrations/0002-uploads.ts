import { type Kysely, sql } from 'kysely';

/**
 * Uploads and their moderation.
 *
 * `uploaders` finds the user who uploads under an e-mail address, of which only a hash is kept: an HMAC with a key of
 * this database, since a plain hash of an address is found by trying addresses.
 *
 * `moderation_queue` holds the media that wait for a decision, in the order in which they came; `reports` what people
 * said about a media, one a person. A stash that became a media keeps its row and has no file any more, so that who
 * did not hear the answer may ask again.
 */
const STATEMENTS = `
create table uploaders (
  customer_id integer not null references customers on delete cascade,
  email_hash blob not null,
  user_id integer not null references users on delete cascade,
  primary key (customer_id, email_hash)
) strict, without rowid;
create index uploaders_by_user on uploaders (user_id);
insert into secrets (name, value) values ('email', randomblob(32));

create table moderation_queue (
  id integer primary key autoincrement,
  customer_id integer not null references customers on delete cascade,
  media_id integer not null unique references media on delete cascade,
  reason text not null check (reason in ('premoderated', 'reported')),
  since integer not null
) strict;
create index moderation_queue_of_customer on moderation_queue (customer_id, id);
insert into moderation_queue (customer_id, media_id, reason, since)
  select customer_id, id, 'premoderated', submitted_at from media where status = 'pending' order by submitted_at, id;

create table reports (
  id integer primary key autoincrement,
  media_id integer not null references media on delete cascade,
  email text not null,
  reason text not null,
  reported_at integer not null,
  unique (media_id, email)
) strict;

create table stashes (
  id text primary key,
  customer_id integer not null references customers on delete cascade,
  bytes integer not null,
  expires_at integer not null,
  media_id integer references media on delete cascade
) strict, without rowid;
create index stashes_of_customer on stashes (customer_id);
create index stashes_by_media on stashes (media_id);
create index stashes_by_expiry on stashes (expires_at);
`;

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS.split(';\n')) {
    if (statement.trim()) await sql.raw(statement).execute(db);
  }
}
