/** Something that goes wrong around the service or is done to it, and what must hold all the same. */
export interface Fault {
  /** What is done, as the table of docs/benchmarks.md names it. */
  what: string;
  /** What must hold. */
  must: string;
  /** @param progress says where a long run is; shown to whoever waits */
  run(progress: (note: string) => void): Promise<Outcome>;
}

export interface Outcome {
  /** What was measured, in a few words and figures. */
  seen: string;
  /** Whether it is what must hold. */
  held: boolean;
}
