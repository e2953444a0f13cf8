/** What a sender did in its present window. */
export interface RateWindow {
  counted: number;
  /** By `performance.now()`: set back by a day, the wall's clock would keep whoever had to wait waiting for a day. */
  ends: number;
}

/** Senders remembered of each kind, those that were quiet longest forgotten first: some 5 MB when all are full. */
export const MOST_SENDERS = 20_000;

/** Counts requests, or the events in them, by sender in windows of time. Nothing in it waits: each event of each shopper passes here. */
export class Windows {
  readonly #lengthMs: number;
  readonly #windows = new Map<string, RateWindow>();

  constructor(lengthMs: number) {
    this.#lengthMs = lengthMs;
  }

  /** Counts one more, or so many. */
  count(sender: string, amount = 1): RateWindow {
    const window = this.read(sender) ?? { counted: 0, ends: performance.now() + this.#lengthMs };
    window.counted += amount;
    // A map keeps the order in which its keys came, so the first is the one that was quiet longest.
    this.#windows.delete(sender);
    this.#windows.set(sender, window);
    if (this.#windows.size > MOST_SENDERS) this.#windows.delete(this.#windows.keys().next().value as string);
    return window;
  }

  /** The window as it is, if one is open. */
  read(sender: string): RateWindow | undefined {
    const found = this.#windows.get(sender);
    return found && found.ends > performance.now() ? found : undefined;
  }
}
