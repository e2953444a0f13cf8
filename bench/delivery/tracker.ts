/** Something that tells a collector what shoppers do: ours, or one that it is compared with. */
export interface Tracker {
  name: string;
  /** Where its collector listens: `http://127.0.0.1:PORT` */
  collector: string;
  /**
   * Answers for the shop: its page with the tracker, which sends to `api` and defines `say` and `ready`, and what that
   * page loads.
   */
  shop(path: string, api: string): { type: string; body: string } | undefined;
  /** The page comes from there from now on. */
  sellAt(origin: string): void;
  /** How often its collector holds each act of a run: by the number of its media. */
  stored(run: string): Map<number, number>;
  close(): Promise<void>;
}

declare global {
  interface Window {
    /** Says `to - from` acts in one task: those of the media `from` to `to`, each with a text of its own if asked to. */
    say(run: string, from: number, to: number, text?: () => string): void;
    /** Whether the tracker is there. */
    ready(): boolean;
  }
}
