import type { ElementName } from '../elements/registry.ts';
import type { ElementError } from '../events/dom.ts';
import { report } from '../tracker/report.ts';

/** What is loaded lazily. */
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
}
export type ImportChunk = <N extends keyof Chunks>(name: N, use?: (chunk: Chunks[N]) => void, again?: string) => void;

/** Put in by the build: where chunks are, seen from the tag's own script, and the mark that all their names end with. */
declare const __FOLDER__: string;
declare const __MARK__: string;

/** Milliseconds until a chunk that did not come is asked for again; each time three times as long. */
const FIRST_WAIT = 1000;

/**
 * Imports what is loaded lazily, from beside the tag's own script. What does not come is said as `vitrine-error` with
 * `network` and tried again: what a page pushes waits for it. What `use` throws is said with `markup`.
 */
export function chunksOf(script: string): ImportChunk {
  const importChunk: ImportChunk = (name, use, again = '') => {
    let code: ElementError['code'] = 'network';
    import(/* @vite-ignore */ new URL(`${__FOLDER__}${name}-${__MARK__}.js${again}`, script) as never)
      .then((chunk) => {
        code = 'markup';
        use?.(chunk as never);
      })
      .catch((error) => {
        report({ code, message: `${name}: ${error}` });
        // Browsers before 2026 remember for the life of the page that a module did not come: hence another URL.
        if (code === 'network') setTimeout(importChunk, FIRST_WAIT * 3 ** again.length, name, use, `${again}?`);
      });
  };
  return importChunk;
}
