import { statfs } from 'node:fs/promises';
import { Gauge, type Registry } from 'prom-client';
import { PACKAGE } from '../config.ts';
import type { ContentStore } from '../store/content/content-store.ts';
import { databaseSizes } from '../store/database-sizes.ts';

export interface DataMetricsOptions {
  dataDir: string;
  contentStore: Pick<ContentStore, 'queueLengths'>;
}

/** Adds the gauges that an operator watches for months: free disk space, sizes of databases, media for moderators. */
export function registerDataMetrics(registry: Registry, { dataDir, contentStore }: DataMetricsOptions): void {
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
      const { bavail, bsize } = await statfs(dataDir);
      this.set(bavail * bsize);
    },
  });
  new Gauge({
    name: 'vitrine_database_bytes',
    help: 'What a database takes of the disk, its write-ahead log included.',
    labelNames: ['database'],
    registers,
    async collect() {
      for (const { database, bytes } of await databaseSizes(dataDir)) this.set({ database }, bytes);
    },
  });
  new Gauge({
    name: 'vitrine_moderation_waiting',
    help: 'Media that wait for a moderator, by the id of their customer: new ones and reported ones.',
    labelNames: ['customer'],
    registers,
    async collect() {
      this.reset();
      for (const { customerId, waiting } of await contentStore.queueLengths())
        this.set({ customer: customerId }, waiting);
    },
  });
}
