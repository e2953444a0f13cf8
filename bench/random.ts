/** Chance that is the same at every run. */

export function pick<T>(random: () => number, values: readonly T[]): T {
  return values[below(random, values.length)] as T;
}

export function below(random: () => number, limit: number): number {
  return Math.floor(random() * limit);
}

/** Mulberry32: the same numbers for the same seed. */
export function generator(seed: number): () => number {
  let state = Math.imul(seed, 0x9e3779b1);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
