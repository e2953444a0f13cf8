/** What one sender did in its present window. */
export interface RateWindow {
  counted: number;
  /** By `performance.now()`, which nobody sets back: a wall clock set back by a day would block the sender for a day. */
  endsAt: number;
}

/** Senders remembered by one counter, some 5 MB with all counters full. Past it, the least recent one is forgotten. */
export const MAX_SENDERS = 20_000;

/** Counts requests or events by sender, in windows of fixed length. Everything is synchronous: every event passes here. */
export class FixedWindow {
  readonly #lengthMs: number;
  readonly #windows = new Map<string, RateWindow>();

  constructor(lengthMs: number) {
    this.#lengthMs = lengthMs;
  }

  /** Adds an amount to the sender's window, which begins now if none is open. */
  count(sender: string, amount = 1): RateWindow {
    const window = this.read(sender) ?? { counted: 0, endsAt: performance.now() + this.#lengthMs };
    window.counted += amount;
    // A map keeps its keys in the order of insertion, so its first key is the least recent sender.
    this.#windows.delete(sender);
    this.#windows.set(sender, window);
    if (this.#windows.size > MAX_SENDERS) this.#windows.delete(this.#windows.keys().next().value as string);
    return window;
  }

  /** The sender's window, if one is open. */
  read(sender: string): RateWindow | undefined {
    const found = this.#windows.get(sender);
    return found && found.endsAt > performance.now() ? found : undefined;
  }
}
