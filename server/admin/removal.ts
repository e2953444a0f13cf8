import { setTimeout } from 'node:timers/promises';
import type { MediaArchive } from '../media/media-archive.ts';
import type { EventStore } from '../store/events/event-store.ts';

/** The shortest pause between two steps. Other processes get the write lock meanwhile. */
const MIN_PAUSE_MS = 10;
/** The milliseconds until a removal continues after a failed step, for example on a full disk. */
const RETRY_MS = 10_000;

interface Stores {
  archive: MediaArchive;
  eventStore: Pick<EventStore, 'forget' | 'userPoints' | 'erasure'>;
}

/** The part of a logger that a removal needs. */
interface RemovalLog {
  error(details: object, message: string): void;
}

/**
 * Removes the data of removed customers: their user points, the files of their media, and all their records. The work
 * has short steps, each followed by a pause of the same length, so that others have at least half of this thread and of
 * the databases. The next call, in any process, continues an interrupted removal.
 */
export async function finishRemovals(stores: Stores, signal?: AbortSignal): Promise<void> {
  const { archive, eventStore } = stores;
  for (const { id, withEvents } of await archive.contentStore.removedCustomers()) {
    await eventStore.forget(id);
    if (withEvents) await eventStore.erasure.eraseCustomer(id);
    await removeContent(archive, id, signal);
    if (signal?.aborted) return;
  }
  // A running service may have stored user points while another process removed their customer.
  for (const id of await eventStore.userPoints.customers())
    if (!(await archive.contentStore.customer(id))) await eventStore.forget(id);
}

async function removeContent(archive: MediaArchive, customerId: number, signal?: AbortSignal): Promise<void> {
  const { contentStore } = archive;
  let settled = new Set<string>();
  for (let left = true; left && !signal?.aborted; ) {
    const began = performance.now();
    const next = await contentStore.nextRemovedMedia(customerId);
    for (const hash of next) if (!settled.has(hash)) await removeUnshared(archive, hash);
    settled = new Set(next);
    left = await contentStore.removeSome(customerId);
    await setTimeout(Math.max(MIN_PAUSE_MS, performance.now() - began));
  }
}

/**
 * Removes the files of a media, unless another customer has the same media. The record is removed afterwards, so a kill
 * leaves no files without a record.
 */
async function removeUnshared(archive: MediaArchive, hash: string): Promise<void> {
  // Without this customer's media, the files may have another status.
  await archive.settleFiles(hash);
  // An upload of the same file may need the files before it has a record. It removes them itself if it fails.
  if ((await archive.isUpdating(hash)) || (await archive.contentStore.statusOfFiles(hash))) return;
  await archive.removeFiles(hash);
}

/** Runs removals in the background of a service, one after another. */
export class Removals {
  readonly #stores: Stores;
  readonly #log: RemovalLog;
  readonly #stopped = new AbortController();
  #running = Promise.resolve();

  constructor(stores: Stores, log: RemovalLog) {
    this.#stores = stores;
    this.#log = log;
  }

  /** Call it at the start of the service, for interrupted removals, and after each removal of a customer. */
  start(): void {
    this.#running = this.#running.then(() => this.#run());
  }

  /** Ends the work after the current step. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      try {
        return await finishRemovals(this.#stores, signal);
      } catch (error) {
        this.#log.error({ err: error }, `a customer is not removed whole; it goes on in ${RETRY_MS / 1000} s`);
        await setTimeout(RETRY_MS, undefined, { signal }).catch(() => {});
      }
    }
  }
}
