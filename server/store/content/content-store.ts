import type { Access } from '../access.ts';
import type { Administration, Relays, Removal } from './interfaces/administration.ts';
import type { Moderation } from './interfaces/moderation.ts';
import type { Collections, ContentReader } from './interfaces/reader.ts';
import type { Uploads } from './interfaces/uploads.ts';
import type { ContentWriter } from './interfaces/writer.ts';

export * from './interfaces/administration.ts';
export * from './interfaces/lists.ts';
export * from './interfaces/moderation.ts';
export * from './interfaces/reader.ts';
export * from './interfaces/records.ts';
export * from './interfaces/uploads.ts';
export * from './interfaces/writer.ts';

/**
 * The store of customers and their content. `ContentReader` and `Collections` are what the content API asks,
 * `ContentWriter` what an import does, `Uploads` what strangers do, `Moderation` what is decided about it,
 * `Administration` what an operator does. None of them says which database it is.
 */
export interface ContentStore
  extends ContentReader,
    Collections,
    ContentWriter,
    Uploads,
    Moderation,
    Administration,
    Removal,
    Relays {
  readonly access: Access;
  /** The key that signs `page_key`s. It is created with the database, so links outlive a restart. */
  readonly secret: Buffer;
  /** Resolves when the database was really read and written just now. It waits for other processes like every write. */
  check(): Promise<void>;
  close(): Promise<void>;
}
