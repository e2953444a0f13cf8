import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { openEventStore } from '../events/open.ts';
import { relayQueueContract } from '../testing/contract/relay-queue.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vitrine-relays-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

relayQueueContract(() => openEventStore(folder, console));
