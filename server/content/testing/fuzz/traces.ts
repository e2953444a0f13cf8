import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { isDatabaseFile } from '../../../store/database-files.ts';
import type { Inspector } from '../../../store/testing/read-content.ts';

/** What a request that was refused must not change: how many rows there are, and which files. */
export interface Traces {
  rows: Record<string, number>;
  files: string[];
}

/** How long the service may need to clear away after a sender who has gone. */
const PATIENCE_MS = 3_000;

export async function tracesIn(folder: string, content: Inspector): Promise<Traces> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  // SQLite's own come and go.
  return { rows: content.counts(), files: files.filter((file) => !isDatabaseFile(basename(file))).toSorted() };
}

/** The traces as soon as they are `wanted`, or what they are when that takes too long. */
export async function settledTraces(folder: string, content: Inspector, wanted: Traces): Promise<Traces> {
  const until = Date.now() + PATIENCE_MS;
  for (;;) {
    const now = await tracesIn(folder, content);
    if (isDeepStrictEqual(now, wanted) || Date.now() > until) return now;
    await setTimeout(20);
  }
}
