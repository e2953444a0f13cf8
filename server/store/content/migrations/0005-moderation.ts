import { type Kysely, sql } from 'kysely';

/**
 * Moderation that strangers cannot turn against a shop.
 *
 * `media.reviewed` says that a moderator, or the shop by its import, approved a media: reports do not hide it. Earlier
 * versions did not note that. What no visitor uploaded, and what came into lists later than it was submitted, counts as
 * reviewed.
 *
 * `pixel_hash` and `perceptual_hash` find a rejected picture that was saved anew. Both stay null for media of earlier
 * versions until they are rejected. `media_withheld` holds all that an upload is compared with, so that ten thousand
 * media are read in 10 ms.
 *
 * `reports.network` is a keyed hash of the reporter's address, and `counts` whether the report counts towards hiding.
 * `report_quota` bounds both for an hour: with a network, how many media its reports counted for; without one, how
 * many media reports have hidden. `new_uploaders` are users who have uploaded nothing yet.
 */
const STATEMENTS = `
alter table media add column reviewed integer not null default 0;
alter table media add column pixel_hash text;
alter table media add column perceptual_hash text;
update media set reviewed = 1
  where status = 'approved' and (source <> 'harddrive' or published_at > submitted_at);
create index media_withheld on media (customer_id, id, type, status, pixel_hash, perceptual_hash)
  where status <> 'approved';

alter table reports add column network blob;
alter table reports add column counts integer not null default 0;
insert into secrets (name, value) values ('network', randomblob(32));

create table report_quota (
  id integer primary key,
  customer_id integer not null references customers on delete cascade,
  network blob,
  used_at integer not null
) strict;
create index report_quota_of_customer on report_quota (customer_id, network, used_at);
create index report_quota_by_age on report_quota (used_at);

create table new_uploaders (
  user_id integer primary key references users on delete cascade,
  customer_id integer not null,
  created_at integer not null
) strict;
create index new_uploaders_by_age on new_uploaders (created_at);
create index new_uploaders_of_customer on new_uploaders (customer_id, created_at);
`;

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS.split(';\n')) {
    if (statement.trim()) await sql.raw(statement).execute(db);
  }
}
