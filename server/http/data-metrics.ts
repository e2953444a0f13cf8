import { statfs } from 'node:fs/promises';
import { Gauge, type Registry } from 'prom-client';
import { PACKAGE } from '../config.ts';
import type { ContentStore } from '../store/content/content-store.ts';
import { databaseSizes } from '../store/database-sizes.ts';

export interface DataMetricsOptions {
  /** The data folder. */
  data: string;
  content: Pick<ContentStore, 'queueLengths'>;
}

/** Adds what an operator watches for months: room on the disk, the databases' sizes, media that wait for a moderator. */
export function registerDataMetrics(registry: Registry, { data, content }: DataMetricsOptions): void {
  const registers = [registry];
  new Gauge({
    name: 'vitrine_build_info',
    help: 'Always 1; the labels say which version runs.',
    labelNames: ['version', 'node'],
    registers,
  }).set({ version: PACKAGE.version, node: process.version }, 1);
  new Gauge({
    name: 'vitrine_disk_free_bytes',
    help: 'What the service may still write on the disk of the data folder.',
    registers,
    async collect() {
      const { bavail, bsize } = await statfs(data);
      this.set(bavail * bsize);
    },
  });
  new Gauge({
    name: 'vitrine_database_bytes',
    help: 'What a database takes of the disk, its write-ahead log included.',
    labelNames: ['database'],
    registers,
    async collect() {
      for (const { database, bytes } of await databaseSizes(data)) this.set({ database }, bytes);
    },
  });
  new Gauge({
    name: 'vitrine_moderation_waiting',
    help: 'Media that wait for a moderator, by the id of their customer: new ones and reported ones.',
    labelNames: ['customer'],
    registers,
    async collect() {
      this.reset();
      for (const { customerId, waiting } of await content.queueLengths()) this.set({ customer: customerId }, waiting);
    },
  });
}
