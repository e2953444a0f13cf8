import { setTimeout } from 'node:timers/promises';
import { isBeingPlaced } from '../content/uploads/folders.ts';
import { removeFiles, settleFiles } from '../media/withdraw.ts';
import type { ContentStore } from '../store/content/content-store.ts';
import type { EventStore } from '../store/events/event-store.ts';

/** The least pause between two steps, in milliseconds. Other processes get the write lock meanwhile. */
const MIN_PAUSE_MS = 10;
/** When a step has failed, as on a full disk, the removal goes on after so many milliseconds. */
const RETRY_MS = 10_000;

interface Stores {
  content: ContentStore;
  events: Pick<EventStore, 'forget' | 'userPoints' | 'erasure'>;
  /** The data folder. */
  data: string;
}

/** The part of a logger that a removal needs. */
interface RemovalLog {
  error(details: object, message: string): void;
}

/**
 * Removes what is left of removed customers: what is known of their people, the files of their media, and all rows.
 * Each step is short, and the pause after it is as long as the step, so that others have at least half of this thread
 * and of the databases. What is interrupted goes on with the next call, here or in another process.
 */
export async function finishRemovals(stores: Stores, signal?: AbortSignal): Promise<void> {
  const { content, events } = stores;
  for (const { id, withEvents } of await content.removedCustomers()) {
    await events.forget(id);
    if (withEvents) await events.erasure.eraseCustomer(id);
    await removeContent(stores, id, signal);
    if (signal?.aborted) return;
  }
  // A running service may have taken something from pages while another process removed their customer.
  for (const id of await events.userPoints.customers()) if (!(await content.customer(id))) await events.forget(id);
}

async function removeContent({ content, data }: Stores, customerId: number, signal?: AbortSignal): Promise<void> {
  let settled = new Set<string>();
  for (let left = true; left && !signal?.aborted; ) {
    const began = performance.now();
    const next = await content.nextRemovedMedia(customerId);
    for (const hash of next) if (!settled.has(hash)) await removeUnneeded(content, data, hash);
    settled = new Set(next);
    left = await content.removeSome(customerId);
    await setTimeout(Math.max(MIN_PAUSE_MS, performance.now() - began));
  }
}

/** Files of a media that no other customer has. Its row is still there, so a kill leaves no files that nobody knows. */
async function removeUnneeded(content: ContentStore, data: string, hash: string): Promise<void> {
  // The status may be another one without this customer's media.
  await settleFiles(content, data, hash);
  // An upload of the same file that has found it in its place, and has no row yet, tidies up itself.
  if ((await isBeingPlaced(data, hash)) || (await content.statusOfFiles(hash))) return;
  await removeFiles(data, hash);
}

/** Removals in the background of a service, one after another. */
export class Removals {
  readonly #stores: Stores;
  readonly #log: RemovalLog;
  readonly #stopped = new AbortController();
  #running = Promise.resolve();

  constructor(stores: Stores, log: RemovalLog) {
    this.#stores = stores;
    this.#log = log;
  }

  /** To be called at start, for what was interrupted, and after each removal of a customer. */
  start(): void {
    this.#running = this.#running.then(() => this.#run());
  }

  /** Ends after the step that is under way. */
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
