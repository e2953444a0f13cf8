import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openContentStore } from '../../server/store/testing/open-stores.ts';
import { inspectContent } from '../../server/store/testing/read-content.ts';
import { StoredEvents } from '../../server/store/testing/stored-events.ts';
import { removeData, startService } from '../../tools/service.ts';
import { anonymousMemory } from '../memory.ts';
import type { Fault } from './fault.ts';
import { BLOWS } from './malformed/blows.ts';
import { ask } from './malformed/raw.ts';
import { openShop, type Shop } from './shop.ts';

const PRIVATE = 'fedcba9876543210fedcba9876543210';
const LANES = 6;
/** How often all requests are sent. Memory that grows each time would grow for ever. */
const TIMES = 3;
/** How much more memory the last time may take than the one before it; when garbage is collected is chance. */
const MAX_GROWTH = 1.25;
/** How the tracking HTTP API answers a bulk in which it finds no request: what of it was stored is looked at anyway. */
const TAKEN_AS_NOTHING = /"status":"success","tracked":0\b/;
/** Tables that the service writes by itself. */
const OWN = ['ratings', 'rating_snapshots'];

/** Every endpoint that the OpenAPI document names, and everything that can be wrong with a request to it. */
export const malformed: Fault = {
  what: `malformed and huge requests to every endpoint of the OpenAPI document, ${BLOWS.length} kinds, ${TIMES} times`,
  must: `a body that cannot be read is refused with 4xx; nothing is answered with 500 or not at all; nothing is stored; memory does not grow from one time to the next; healthy`,
  async run(progress) {
    const shop = await openShop();
    await furnish(shop);
    const service = await startService({ data: shop.data });
    const ownMemory = async () => (await anonymousMemory(service.process.pid as number)) ?? Number.NaN;
    const endpoints = await endpointsOf(service.url, shop);
    const before = await traces(shop);
    const atRest = await ownMemory();
    const wrong: string[] = [];
    const statuses = new Map<string, number>();
    let asked = 0;
    const peaks: number[] = [];
    const memory = setInterval(async () => {
      const now = await ownMemory();
      peaks.push(Math.max(peaks.pop() ?? 0, now));
    }, 50);
    const all = endpoints.flatMap((endpoint) => BLOWS.map((blow) => ({ endpoint, blow })));
    const lane = async (rest: Iterable<(typeof all)[number]>) => {
      for (const { endpoint, blow } of rest) {
        const request = blow.deal(endpoint);
        const where = `${endpoint.method} ${endpoint.path}: ${blow.name}`;
        try {
          const { status, text } = await ask(service.port, request);
          statuses.set(String(status ?? 'closed'), (statuses.get(String(status ?? 'closed')) ?? 0) + 1);
          if (status === undefined && !request.breaksOff) wrong.push(`${where}: no answer`);
          if (status !== undefined && status >= 500) wrong.push(`${where}: ${status}`);
          const refused = status === undefined || status >= 400 || TAKEN_AS_NOTHING.test(text);
          if (!refused && endpoint.takesBody && blow.may === undefined) wrong.push(`${where}: ${status}`);
        } catch (error) {
          wrong.push(`${where}: ${(error as Error).message}`);
        }
        progress(`${++asked} of ${TIMES * all.length} requests`);
      }
    };
    for (let time = 0; time < TIMES; time++) {
      peaks.push(0);
      const rest = all.values();
      await Promise.all(Array.from({ length: LANES }, () => lane(rest)));
    }
    clearInterval(memory);
    const healthy = (await fetch(`${service.url}/healthz`)).status === 200;
    const [last = 0, former = 0] = peaks.toReversed();
    if (last > former * MAX_GROWTH) wrong.push('memory grows');
    if (!healthy) wrong.push('not healthy afterwards');
    const after = await traces(shop);
    for (const [name, left] of Object.entries(after))
      if (left !== before[name]) wrong.push(`${name} had ${before[name]}, and has ${left}`);
    if (/"level":"(error|fatal)"/.test(service.output()))
      wrong.push(`the log has errors: ${service.output().slice(0, 500)}`);
    if ((await service.stop()) !== 0) wrong.push('the service did not end well');
    await removeData(shop.data);
    const counts = [...statuses].sort().map(([status, count]) => `${count} × ${status}`);
    const figures = `${asked.toLocaleString('en')} requests to ${endpoints.length} endpoints: ${counts.join(', ')}; memory of its own ${atRest.toFixed(0)} MB before, then at most ${peaks.map((peak) => peak.toFixed(0)).join(', ')} MB`;
    const told = wrong.length > 12 ? [...wrong.slice(0, 12), `and ${wrong.length - 12} more`] : wrong;
    return { seen: [...told, figures].join('; '), held: wrong.length === 0 };
  },
};

interface Endpoint {
  method: string;
  path: string;
  target: string;
  headers: string[];
  takesBody: boolean;
}

/** With a private token, so that nobody is turned away before what is wrong is looked at. */
async function endpointsOf(url: string, { customerId }: Shop): Promise<Endpoint[]> {
  const { paths } = (await (await fetch(`${url}/docs/json`)).json()) as {
    paths: Record<string, Record<string, { requestBody?: object }>>;
  };
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, { requestBody }]) => {
      const changes = method !== 'get' && path.startsWith('/admin/');
      const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => placeholder(name, customerId, changes));
      const bearer = path.startsWith('/admin/') || path.startsWith('/api/');
      return {
        ...{ method: method.toUpperCase(), path, target: `${filled}?auth_token=${PRIVATE}` },
        headers: bearer ? [`Authorization: Bearer ${PRIVATE}`] : [],
        takesBody: requestBody !== undefined,
      };
    }),
  );
}

/** Something that is there; what would be removed or decided is not. */
function placeholder(name: string, customerId: number, changes: boolean): string {
  if (name === 'customer_id' || name === 'datamart') return String(customerId);
  if (name === 'instance_id') return '0123456789abcdef0123456789abcdef';
  const words: Record<string, string> = { sorting_option: 'recent', action: 'render', format: '', key: 'print-1' };
  const more: Record<string, string> = { selector: 'user_agent_id=vec:1', choice: 'granted', name: 'LCP' };
  return words[name] ?? more[name] ?? (changes ? '999999' : '1');
}

async function furnish({ data, customerId }: Shop): Promise<void> {
  const store = await openContentStore(data);
  await store.addToken(customerId, 'private', 'desk', PRIVATE);
  const { id: userId } = await store.upsertUser(customerId, { source: 'instagram', username: 'mila' });
  const { id: category } = await store.upsertCategory(customerId, { key: 'prints', name: 'Prints' });
  const { id: stream } = await store.upsertStream(customerId, {
    key: 'print-1',
    name: 'Print',
    categoryIds: [category],
  });
  const picture = { type: 'IMAGE', hash: 'a'.repeat(64), imageExt: 'jpg', width: 9, height: 9 } as const;
  await store.addMedia(customerId, { userId, ...picture, source: 'upload', submittedAt: 1, publishedAt: 1 }, [stream]);
  await store.close();
}

/** What is in the data folder: rows of each table, and files. */
async function traces(shop: Shop): Promise<Record<string, number>> {
  const content = inspectContent(shop.data);
  const rows = Object.entries(content.counts()).filter(([name]) => !OWN.includes(name));
  content.close();
  const stored = new StoredEvents(shop);
  const { events } = stored;
  stored.close();
  const files = (folder: string) => readdir(join(shop.data, folder), { recursive: true }).catch(() => []);
  const uploads = (await files('uploads')).length;
  return { ...Object.fromEntries(rows), events, uploads, media: (await files('media')).length };
}
