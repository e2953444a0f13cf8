import type { ContentStore, CustomerRecord } from '../../store/content/content-store.ts';

import { RowRefused } from './rows.ts';

/** Where an import goes to, and where it comes from. */
export interface Target {
  store: ContentStore;
  customer: CustomerRecord;
  /** The data folder. */
  data: string;
  /** The folder that the files named by the CSVs are in. */
  folder: string;
  /** What relative product URLs are resolved against: the address of the shop. */
  baseUrl: string | undefined;
  /** The line of each product and media so far: the same one twice would be changed to and fro by every import. */
  lines: Map<string, number>;
  /** What the products became: ids by the shop's own keys. */
  streams: Map<string, number>;
  categories: Map<string, number>;
}

/** @throws {RowRefused} when an earlier row was about the same */
export function claim({ lines }: Target, what: 'product' | 'media', key: string, line: number): void {
  const earlier = lines.get(`${what} ${key}`);
  if (earlier !== undefined) throw new RowRefused(`The same ${what} is in line ${earlier} already.`);
  lines.set(`${what} ${key}`, line);
}
