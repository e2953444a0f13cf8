/**
 * How the work of a parser grows with its input. Work that is linear takes four times as long for four times the input,
 * work that is quadratic sixteen times. The bound lies between them, so that neither noise nor a larger cache decides.
 */
export const MAX_GROWTH = 9;

/** Measurements of one parser. Each can only be too long, so the shortest counts, and the first good one ends it. */
const RUNS = 12;
/** Milliseconds. What takes less is too short to measure, and counts as this. */
const SHORTEST_MS = 1;

/**
 * Measures by the CPU time of this thread: other processes may have the machine meanwhile.
 *
 * @param work takes an input, the same one again and again
 * @returns how many times longer it takes for the large input, which is four times the small one
 */
export async function growthOf<T>(work: (input: T) => unknown, small: T, large: T): Promise<number> {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  let growth = Number.POSITIVE_INFINITY;
  await work(large);
  for (let run = 0; run < RUNS && growth >= MAX_GROWTH; run++) {
    least = Math.min(least, await cpuTimeOf(() => work(small)));
    most = Math.min(most, await cpuTimeOf(() => work(large)));
    growth = most / Math.max(least, SHORTEST_MS);
  }
  return growth;
}

async function cpuTimeOf(work: () => unknown): Promise<number> {
  const before = process.threadCpuUsage();
  await work();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1000;
}
