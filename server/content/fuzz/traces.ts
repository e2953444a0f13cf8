import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import Database from 'better-sqlite3';

/** What a request that was refused must not change: how many rows there are, and which files. */
export type Traces = Record<string, number | string>;

/** How long the service may need to clear away after a sender who has gone. */
const PATIENCE_MS = 3_000;

/** Looks into a data folder from outside. */
export class DataFolder {
  readonly #folder: string;
  readonly #content: Database.Database;
  readonly #counts: Database.Statement<[], Record<string, number>>;

  constructor(folder: string) {
    this.#folder = folder;
    this.#content = new Database(join(folder, 'content.db'), { readonly: true });
    const tables = this.#content
      .prepare<[], { name: string }>("select name from sqlite_master where type = 'table' and name not like 'sqlite_%'")
      .all();
    const columns = tables.map(({ name }) => `(select count(*) from "${name}") as "${name}"`);
    this.#counts = this.#content.prepare(`select ${columns.join(', ')}`);
  }

  async traces(): Promise<Traces> {
    const files = await readdir(this.#folder, { recursive: true });
    // SQLite's own come and go.
    const ours = files.filter((file) => !/\.db(-wal|-shm|-journal)?$/.test(file)).toSorted();
    return { ...this.#counts.get(), files: ours.join('\n') };
  }

  /** The traces as soon as they are `wanted`, or what they are when that takes too long. */
  async settled(wanted: Traces): Promise<Traces> {
    const until = Date.now() + PATIENCE_MS;
    for (;;) {
      const now = await this.traces();
      if (JSON.stringify(now) === JSON.stringify(wanted) || Date.now() > until) return now;
      await setTimeout(20);
    }
  }

  /** What the database itself has to complain about. */
  damage(): unknown[] {
    const integrity = this.#content.pragma('integrity_check', { simple: true });
    return [...(this.#content.pragma('foreign_key_check') as unknown[]), ...(integrity === 'ok' ? [] : [integrity])];
  }

  close(): void {
    this.#content.close();
  }
}
