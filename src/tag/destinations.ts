import { dispatchError } from '../tracker/dispatch-error.ts';
import type { Wire } from '../wires/wire.ts';
import type { ImportChunk } from './chunk-loader.ts';
import type { Command } from './commands.ts';
import type { TagOptions } from './tag-options.ts';
import { type Destinations, WIRE_CHUNKS } from './wire-chunks.ts';

/** The longest time for which the tracker waits for the code of wires. A wire that is loaded later is added later. */
const WIRE_TIMEOUT_MS = 3000;

/**
 * Starts the tracker of a page that names its destinations, once their wires are loaded. Each of these wires gets every
 * event. A wire that cannot be loaded, such as one whose name a blocker filters, delays the others by `WIRE_TIMEOUT_MS` at
 * most.
 */
export function start(options: TagOptions, waiting: Command[], importChunk: ImportChunk): void {
  const early: Wire[] = [];
  let isStarted = false;
  const take = (wire: Wire) => void (isStarted ? waiting.push(['addDestination', wire]) : early.push(wire));

  const named = namedIn(options as never);
  for (const command of waiting.filter((command) => command?.[0] === 'destinations')) {
    waiting.splice(waiting.indexOf(command), 1);
    Object.assign(named, command[1]);
  }
  importChunk('start');
  const loading = load(named, options, importChunk, take);
  const timeout = new Promise((resolve) => setTimeout(resolve, WIRE_TIMEOUT_MS));
  void Promise.race([loading, timeout]).then(() =>
    importChunk('start', (chunk) => {
      isStarted = true;
      chunk.start({ ...options, destinations: early }, waiting, importChunk);
    }),
  );
}

/** Adds destinations to a running tracker. They get all following events. */
export function add(named: Destinations, options: TagOptions, waiting: Command[], importChunk: ImportChunk): void {
  void load(named, options, importChunk, (wire) => waiting.push(['addDestination', wire]));
}

/**
 * The destinations of the tag's attributes: `data-destinations="tracking product-events"`. Attributes that begin with the
 * name of a destination are its options: `data-product-events-org-id` is `orgId`. Without that attribute, the only
 * destination is the service.
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

/** Loads wires. Resolves when each of them has been taken or has failed. One that failed may be taken later. */
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
        if (!Object.hasOwn(WIRE_CHUNKS, name)) {
          dispatchError({ code: 'markup', message: `destinations: ${name}` });
          return resolve();
        }
        const chunk = WIRE_CHUNKS[name as keyof typeof WIRE_CHUNKS];
        // Dispatched when the chunk fails to load, and when the wire does not accept the options.
        addEventListener('vitrine-error', ({ detail }) => detail.message.startsWith(`${chunk}: `) && resolve());
        importChunk(chunk, (wires) => {
          // Both tracking wires speak to the page's service unless the options name another.
          const options = name.startsWith('tracking') ? { ...ours, ...own } : own;
          take((wires as unknown as Record<string, (options: object) => Wire>)[name]?.(options) as Wire);
          resolve();
        });
      }),
  );
  await Promise.all(loads);
}
