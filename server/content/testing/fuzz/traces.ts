import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { isDatabaseFile } from '../../../store/database-files.ts';
import type { Inspector } from '../../../store/testing/read-content.ts';

/** The records and files that a refused request must not change. */
export interface Traces {
  rows: Record<string, number>;
  files: string[];
}

/** The milliseconds for the service to clean up after a closed connection. */
const TIMEOUT_MS = 3_000;

export async function tracesIn(folder: string, content: Inspector): Promise<Traces> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  // SQLite creates and removes files of its own.
  return { rows: content.counts(), files: files.filter((file) => !isDatabaseFile(basename(file))).toSorted() };
}

/** Waits until the traces are `wanted`. @returns them, or the last traces after the time limit */
export async function settledTraces(folder: string, content: Inspector, wanted: Traces): Promise<Traces> {
  const until = Date.now() + TIMEOUT_MS;
  for (;;) {
    const now = await tracesIn(folder, content);
    if (isDeepStrictEqual(now, wanted) || Date.now() > until) return now;
    await setTimeout(20);
  }
}
