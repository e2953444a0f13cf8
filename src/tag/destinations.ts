import { report } from '../tracker/report.ts';
import type { Wire } from '../wires/wire.ts';
import type { ImportChunk } from './chunk-loader.ts';
import type { Command } from './run-commands.ts';
import type { TagOptions } from './start.ts';

/** Where each wire is. The tracking wire is always there, in the tracker's own chunk. */
const WIRES = {
  tracking: 'start',
  trackingGet: 'tracking-get',
  matomo: 'matomo',
  productEvents: 'product-events',
  activities: 'activities',
} as const;

/** Destinations by name, each with the options of its wire's function: `{ matomo: { url, idSite } }`. */
export type Destinations = { [N in keyof typeof WIRES]?: object };

/** Milliseconds for which the others wait for a wire whose code does not come; it then joins them later. */
const PATIENCE = 3000;

/**
 * Starts the tag's tracker on a page that names its destinations, as soon as their wires are there: then they are
 * delivered all that happens. A wire that cannot be loaded (a blocker may dislike its name) holds up no other.
 */
export function start(options: TagOptions, waiting: Command[], importChunk: ImportChunk): void {
  const early: Wire[] = [];
  let started = false;
  const take = (wire: Wire) => void (started ? waiting.push(['deliver', wire]) : early.push(wire));

  const named = namedIn(options as never);
  for (const command of waiting.filter((command) => command?.[0] === 'destinations')) {
    waiting.splice(waiting.indexOf(command), 1);
    Object.assign(named, command[1]);
  }
  importChunk('start');
  const coming = load(named, options, importChunk, take);
  const patience = new Promise((resolve) => setTimeout(resolve, PATIENCE));
  void Promise.race([coming, patience]).then(() =>
    importChunk('start', (chunk) => {
      started = true;
      chunk.start({ ...options, destinations: early }, waiting, importChunk);
    }),
  );
}

/** Adds destinations to a tracker that runs: what happens from then on goes there, too. */
export function add(named: Destinations, options: TagOptions, waiting: Command[], importChunk: ImportChunk): void {
  void load(named, options, importChunk, (wire) => waiting.push(['deliver', wire]));
}

/**
 * What the tag's attributes name: `data-destinations="tracking product-events"`, and what begins with a name is an
 * option of it, as `data-product-events-org-id` is `orgId`. Without that attribute it is our service alone.
 */
function namedIn({ destinations = 'tracking', ...attributes }: Record<string, string>): Destinations {
  const names = destinations.split(/\s+/).map((word) => word.replace(/-(.)/g, (_, first) => first.toUpperCase()));
  return Object.fromEntries(
    names.filter(Boolean).map((name) => [
      name,
      Object.fromEntries(
        Object.entries(attributes)
          .filter(([attribute]) => attribute.startsWith(name) && /[A-Z]/.test(attribute.charAt(name.length)))
          .map(([attribute, value]) => [
            attribute.charAt(name.length).toLowerCase() + attribute.slice(name.length + 1),
            value,
          ]),
      ),
    ]),
  );
}

/** Resolves when each wire has been taken or is known not to come for now. */
async function load(
  named: Destinations,
  { api, key }: TagOptions,
  importChunk: ImportChunk,
  take: (wire: Wire) => void,
): Promise<void> {
  const ours = { api: new URL(api, location.href).href.replace(/\/$/, ''), key };
  const loads = Object.entries(named).map(
    ([name, own]) =>
      new Promise<void>((resolve) => {
        if (!Object.hasOwn(WIRES, name)) {
          report({ code: 'markup', message: `destinations: ${name}` });
          return resolve();
        }
        const chunk = WIRES[name as keyof typeof WIRES];
        // Said when it did not come, and when the options are not what its function takes.
        addEventListener('vitrine-error', ({ detail }) => detail.message.startsWith(`${chunk}: `) && resolve());
        importChunk(chunk, (wires) => {
          // Whom the page names as its service is asked in either way, unless another is named.
          const options = name.startsWith('tracking') ? { ...ours, ...own } : own;
          take((wires as unknown as Record<string, (options: object) => Wire>)[name]?.(options) as Wire);
          resolve();
        });
      }),
  );
  await Promise.all(loads);
}
