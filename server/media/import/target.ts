import type { ContentStore, CustomerRecord, Upserted, UserInput } from '../../store/content/content-store.ts';
import type { Archive } from '../create-media.ts';
import type { Column, Columns } from './columns.ts';
import { RowRefused } from './rows.ts';
import type { SourceFiles } from './source-file.ts';

/** Where an import goes to, and where it comes from. */
export interface Target {
  store: ContentStore;
  customer: CustomerRecord;
  archive: Archive;
  files: SourceFiles;
  /** What relative product URLs are resolved against: the address of the shop. */
  baseUrl: string | undefined;
  /** Whether a row says all that shall be there, or adds to it. */
  replace: boolean;
  /** The line of each product and media so far: the same one twice would be changed to and fro by every import. */
  lines: Map<string, number>;
  /** What the products became: ids by the shop's own keys. */
  streams: Map<string, number>;
  categories: Map<string, number>;
}

/** What became of a row. */
export interface Imported {
  outcome: Upserted['outcome'];
  /** What was changed, in the words of the CSV. */
  changes: string[];
  /** Why a part of the row is not there, in a sentence. */
  lacks?: string | undefined;
}

/** @throws {RowRefused} when an earlier row was about the same */
export function claim({ lines }: Target, what: 'product' | 'media', key: string, line: number): void {
  const earlier = lines.get(`${what} ${key}`);
  if (earlier !== undefined) throw new RowRefused(`The same ${what} is in line ${earlier} already.`);
  lines.set(`${what} ${key}`, line);
}

/**
 * The fields of the store of all columns that are kept as they are read. An empty cell says nothing, unless the row
 * replaces what is there.
 */
export function storedFields<Name extends string, Stored>(
  { replace, baseUrl }: Target,
  columns: Columns<Name, Stored>,
  values: Record<Name, string>,
): { fields: Partial<Stored>; user: Partial<UserInput> } {
  const fields: Partial<Stored> = {};
  const ofUser: Partial<UserInput> = {};
  for (const [name, { store, user }] of Object.entries(columns) as [Name, Column<Stored>][]) {
    const value = values[name];
    if (value === '' && !replace) continue;
    Object.assign(fields, store?.(value, baseUrl));
    Object.assign(ofUser, user?.(value));
  }
  return { fields, user: ofUser };
}
