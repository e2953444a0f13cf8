import type { CustomerRecord, Upserted, UserInput } from '../../store/content/content-store.ts';
import type { MediaArchive } from '../media-archive.ts';
import type { Column, Columns } from './columns.ts';
import { RowError } from './rows.ts';
import type { SourceFiles } from './source-file.ts';

/** The target and the source of an import, and what it has imported so far. */
export interface Target {
  archive: MediaArchive;
  customer: CustomerRecord;
  files: SourceFiles;
  /** No media file is stored. */
  dryRun: boolean;
  /** The address of the shop, which relative product URLs are resolved against. */
  baseUrl: string | undefined;
  /** Whether a row replaces what is stored, or adds to it. */
  replace: boolean;
  /** The line of each product and media so far. A second line for one of them is refused: each import would change it twice. */
  lines: Map<string, number>;
  /** The ids of streams, by the shop's own keys of its products. */
  streams: Map<string, number>;
  categories: Map<string, number>;
}

/** The result of a row. */
export interface Imported {
  outcome: Upserted['outcome'];
  /** The changed fields, with the names of the CSV. */
  changes: string[];
  /** A sentence that says why a part of the row is missing. */
  lacks?: string | undefined;
}

/** @throws {RowError} if an earlier row has the same product or media */
export function claim({ lines }: Target, what: 'product' | 'media', key: string, line: number): void {
  const earlier = lines.get(`${what} ${key}`);
  if (earlier !== undefined) throw new RowError(`The same ${what} is in line ${earlier} already.`);
  lines.set(`${what} ${key}`, line);
}

/** The record fields of all columns that are only stored. An empty cell is skipped, unless the row replaces all fields. */
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
