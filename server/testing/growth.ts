/**
 * How the work of a parser grows with its input. Work that is linear takes four times as long for four times the input,
 * work that is quadratic sixteen times. The bound lies between them, so that neither noise nor a larger cache decides.
 */
export const MAX_GROWTH = 9;

/** Measurements of one parser: each can only be too long, so the shortest counts. */
const MIN_RUNS = 4;
/** Where the growth is too large after those, it is measured so often before that counts. */
const MAX_RUNS = 12;
/** Milliseconds. What takes less is too short to measure, and counts as this. */
const SHORTEST_MS = 2;

/** Milliseconds. Some kernels count CPU time in steps as long as this. */
const CPU_STEP_MS = 10;

/**
 * Measures what this thread works: other processes may have the machine meanwhile.
 *
 * @param work takes an input, the same one again and again
 * @returns how many times longer it takes for the large input, which is four times the small one
 */
export async function growthOf<T>(work: (input: T) => unknown, small: T, large: T): Promise<number> {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  let growth = Number.POSITIVE_INFINITY;
  await work(large);
  for (let run = 0; run < MIN_RUNS || (run < MAX_RUNS && growth >= MAX_GROWTH); run++) {
    least = Math.min(least, await timeOf(() => work(small)));
    most = Math.min(most, await timeOf(() => work(large)));
    growth = most / Math.max(least, SHORTEST_MS);
  }
  return growth;
}

/** In milliseconds: by the clock what is short, and has likely not been interrupted, by CPU time what is long. */
async function timeOf(work: () => unknown): Promise<number> {
  const begun = performance.now();
  const before = process.threadCpuUsage();
  await work();
  const { user, system } = process.threadCpuUsage(before);
  const passed = performance.now() - begun;
  return Math.min(passed, Math.max(CPU_STEP_MS, (user + system) / 1000));
}
