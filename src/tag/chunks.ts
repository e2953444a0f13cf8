/** Put in by the build: for each name that is loaded lazily, the files to import, its entry first. */
declare const __CHUNKS__: Record<'carousel' | 'viewer' | 'vitals', string[]>;
declare const __VERSION__: string;

type ChunkName = keyof typeof __CHUNKS__;

/**
 * Imports what is loaded lazily, from beside the tag's own script: `/vitrine.js` has its chunks in `/v/{version}/`,
 * and `/v/{version}/vitrine.js` beside itself.
 * @returns the entry's exports
 */
export function importChunk<T>(name: ChunkName, script: string): Promise<T> {
  const base = script.replace(/(\/v\/[^/]+)?\/[^/?#]*([?#].*)?$/, `/v/${__VERSION__}/`);
  // All at once: each file naming the next would cost a round trip a file.
  const files = __CHUNKS__[name].map((file) => import(/* @vite-ignore */ base + file));
  return Promise.all(files).then(([entry]) => entry as T);
}
