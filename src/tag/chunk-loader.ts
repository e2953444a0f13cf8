import type { ElementName } from '../elements/registry.ts';
import type { ElementError } from '../events/dom.ts';
import { dispatchError } from '../tracker/dispatch-error.ts';

/** The code that the tag loads when it is needed. */
interface Chunks extends Record<ElementName, unknown> {
  start: typeof import('./start.ts');
  commands: typeof import('./run-commands.ts');
  address: typeof import('./address.ts');
  console: typeof import('./console.ts');
  subdomains: typeof import('../tracker/cookie.ts');
  destinations: typeof import('./destinations.ts');
  'tracking-get': unknown;
  matomo: unknown;
  'product-events': unknown;
  activities: unknown;
  vitals: typeof import('./late.ts');
  backlog: typeof import('../tracker/delivery/backlog.ts');
}
export type ImportChunk = <N extends keyof Chunks>(name: N, use?: (chunk: Chunks[N]) => void, again?: string) => void;

/** Set by the build: the folder of the chunks relative to the tag's script, and the mark at the end of their names. */
declare const __FOLDER__: string;
declare const __MARK__: string;

/** The delay before a failed chunk is requested again. Each further delay is three times as long. */
const FIRST_RETRY_DELAY_MS = 1000;

/**
 * Imports chunks from beside the tag's script. A chunk that fails to load is reported as `vitrine-error` with `network`, and
 * requested again, because what the page pushes waits for it. An error of `use` is reported with `markup`.
 */
export function createChunkLoader(script: string): ImportChunk {
  const importChunk: ImportChunk = (name, use, again = '') => {
    let code: ElementError['code'] = 'network';
    import(/* @vite-ignore */ new URL(`${__FOLDER__}${name}-${__MARK__}.js${again}`, script) as never)
      .then((chunk) => {
        code = 'markup';
        use?.(chunk as never);
      })
      .catch((error) => {
        dispatchError({ code, message: `${name}: ${error}` });
        // Browsers before 2026 cache the failure of a module for the life of the page. Another URL is not cached.
        if (code === 'network')
          setTimeout(importChunk, FIRST_RETRY_DELAY_MS * 3 ** again.length, name, use, `${again}?`);
      });
  };
  return importChunk;
}
