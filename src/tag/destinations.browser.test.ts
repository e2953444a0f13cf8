import { afterEach, expect, inject, test } from 'vitest';
import type { ElementError } from '../events/dom.ts';
import * as backlog from '../tracker/delivery/backlog.ts';
import { click, closeShops, openShop, type Shop } from '../tracker/testing/shops.ts';
import { tracking } from '../wires/tracking/encode.ts';
import type { ImportChunk } from './chunk-loader.ts';
import type { Command } from './commands.ts';
import * as destinations from './destinations.ts';
import * as commands from './run-commands.ts';
import * as starting from './start.ts';

/** The tag keeps its trackers to itself: they are stopped by command. */
const queues: Command[][] = [];
afterEach(async () => {
  for (const queue of queues.splice(0)) queue.push(['stop']);
  await closeShops();
});

interface Asked {
  options: object[];
  /** Lets the chunks come that were held back. */
  release(): void;
}

/**
 * The chunks of a page. The wires speak what the collector of the tests understands; the names of those that are `held`
 * do not come at first, like those that a blocker dislikes.
 */
function holdChunks(...held: string[]): { importChunk: ImportChunk; asked: Asked } {
  const options: object[] = [];
  const wire = (name: string) => (own: { url: string; token: string }) => {
    options.push(own);
    return { ...tracking({ api: own.url, key: own.token }), name };
  };
  const chunks: Record<string, object> = {
    start: starting,
    backlog,
    commands,
    destinations,
    matomo: { matomo: wire('matomo') },
    'product-events': { productEvents: wire('product-events') },
    activities: { activities: wire('activities') },
  };
  const later: (() => void)[] = [];
  const importChunk = (name: string, use?: (chunk: never) => void) => {
    const come = () => void Promise.resolve().then(() => use?.(chunks[name] as never));
    if (!held.includes(name)) return come();
    later.push(come);
    const detail: ElementError = { code: 'network', message: `${name}: blocked` };
    queueMicrotask(() => dispatchEvent(new CustomEvent('vitrine-error', { detail })));
  };
  return {
    importChunk: importChunk as ImportChunk,
    asked: { options, release: () => later.forEach((come) => void come()) },
  };
}

const url = () => inject('collector');

function start({ key }: Shop, attributes: object, waiting: Command[], importChunk: ImportChunk): void {
  queues.push(waiting);
  destinations.start({ api: url(), key, vitals: 'off', ...attributes } as never, waiting, importChunk);
}

test('attributes name the destinations, and what begins with a name is an option of its wire', async () => {
  const [ours, first, second] = [openShop(), openShop(), openShop()];
  const { importChunk, asked } = holdChunks();
  const attributes = {
    destinations: ' tracking  product-events\nmatomo ',
    productEventsUrl: url(),
    productEventsToken: first.key,
    productEventsOrgId: '7',
    matomoUrl: url(),
    matomoToken: second.key,
    matomographUrl: 'another word',
  };
  start(ours, attributes, [['track', click(1)]], importChunk);
  for (const shop of [ours, first, second]) await expect.poll(shop.clicks).toEqual(['1']);
  expect(asked.options).toEqual([
    { url: url(), token: first.key, orgId: '7' },
    { url: url(), token: second.key },
  ]);
});

test('without `tracking` among them, our service gets nothing', async () => {
  const [ours, other] = [openShop(), openShop()];
  const { importChunk } = holdChunks();
  const attributes = { destinations: 'activities', activitiesUrl: url(), activitiesToken: other.key };
  start(ours, attributes, [['track', click(1)]], importChunk);
  await expect.poll(other.clicks).toEqual(['1']);
  expect((await ours.log()).requests).toEqual([]);
});

test('a command that waits adds a destination for all that happens, wherever in the queue it stands', async () => {
  const [ours, other] = [openShop(), openShop()];
  const { importChunk } = holdChunks();
  const named = { matomo: { url: url(), token: other.key } };
  const waiting: Command[] = [['track', click(1)], null as never, ['destinations', named], ['track', click(2)]];
  start(ours, {}, waiting, importChunk);
  for (const shop of [ours, other]) await expect.poll(shop.clicks).toEqual(['1', '2']);
});

test('a command to a tracker that runs adds a destination for what happens from then on', async () => {
  const [ours, other] = [openShop(), openShop()];
  const { importChunk } = holdChunks();
  const waiting: Command[] = [['track', click(1)]];
  queues.push(waiting);
  starting.start({ api: url(), key: ours.key, vitals: 'off' }, waiting, importChunk);
  await expect.poll(ours.clicks).toEqual(['1']);
  waiting.push(['destinations', { activities: { url: url(), token: other.key } }]);
  await new Promise((resolve) => setTimeout(resolve, 100));
  waiting.push(['track', click(2)]);
  await expect.poll(other.clicks).toEqual(['2']);
  await expect.poll(ours.clicks).toEqual(['1', '2']);
});

test('a wire that is blocked holds up no other, and joins when it comes', async () => {
  const [ours, other] = [openShop(), openShop()];
  const { importChunk, asked } = holdChunks('matomo');
  const waiting: Command[] = [['track', click(1)]];
  const attributes = { destinations: 'tracking matomo', matomoUrl: url(), matomoToken: other.key };
  start(ours, attributes, waiting, importChunk);
  // Before the patience with a wire that merely hangs would be over.
  await expect.poll(ours.clicks, { timeout: 2500 }).toEqual(['1']);
  asked.release();
  await new Promise((resolve) => setTimeout(resolve, 100));
  waiting.push(['track', click(2)]);
  await expect.poll(other.clicks).toEqual(['2']);
});

test('a name that is none is told, and the others are delivered to', async () => {
  const ours = openShop();
  const { importChunk } = holdChunks();
  const errors: string[] = [];
  const listen = ({ detail }: CustomEvent<ElementError>) => void errors.push(`${detail.code} ${detail.message}`);
  addEventListener('vitrine-error', listen);
  start(ours, { destinations: 'tracking toString piwik' }, [['track', click(1)]], importChunk);
  await expect.poll(ours.clicks, { timeout: 2500 }).toEqual(['1']);
  removeEventListener('vitrine-error', listen);
  expect(errors).toEqual(['markup destinations: toString', 'markup destinations: piwik']);
});
