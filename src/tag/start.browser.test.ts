import { afterEach, expect, inject, test, vi } from 'vitest';
import { click, closeShops, openShop, type Shop } from '../tracker/testing/shops.ts';
import type { ImportChunk } from './chunk-loader.ts';
import type { Command } from './commands.ts';
import * as commands from './run-commands.ts';
import { start } from './start.ts';

const queues: Command[][] = [];
afterEach(async () => {
  for (const queue of queues.splice(0)) queue.push(['stop']);
  await closeShops();
});

/** Starts the tracker of a tag whose chunks are requested and do not come, except for what `release` brings. */
function startAlone({ key }: Shop, attributes: object, waiting: Command[] = []) {
  const requested: string[] = [];
  let release = () => {};
  queues.push(waiting);
  const importChunk: ImportChunk = (name, use) => {
    requested.push(name);
    if (name === 'commands') release = () => use?.(commands as never);
  };
  start({ api: inject('collector'), key, ...attributes }, waiting, importChunk);
  return { requested, release: () => release() };
}

test('a second after load, the tag loads the code of the backlog and of the web vitals', async () => {
  const { requested } = startAlone(openShop(), {});
  expect(requested).toEqual([]);
  await expect.poll(() => requested.toSorted()).toEqual(['backlog', 'vitals']);
});

test('without web vitals, the tag loads the code of the backlog all the same', async () => {
  const { requested } = startAlone(openShop(), { vitals: 'off' });
  await expect.poll(() => requested).toEqual(['backlog']);
});

test('a page that has not loaded yet has the line to itself', async () => {
  const state = vi.spyOn(Document.prototype, 'readyState', 'get').mockReturnValue('interactive');
  const { requested } = startAlone(openShop(), {});
  const { requested: other } = startAlone(openShop(), {});
  state.mockRestore();
  expect([requested, other]).toEqual([[], []]);
  dispatchEvent(new Event('load'));
  await expect.poll(() => [requested.length, other.length]).toEqual([2, 2]);
});

test('commands wait behind one that the tracker does not know, and the visitor’s choice does not', async () => {
  const shop = openShop();
  const sale: Command = ['checkout', { transactionId: 'T-1', currency: 'EUR', products: [{ id: 'mug', amount: 18 }] }];
  const waiting: Command[] = [['track', click(1)], sale, ['track', click(2)]];
  const { requested, release } = startAlone(shop, { vitals: 'off', consent: 'required' }, waiting);
  expect(requested).toEqual(['commands']);
  expect([...waiting]).toEqual([sale, ['track', click(2)]]);
  waiting.push(['consent', 'granted'], ['track', click(3)]);
  await expect.poll(shop.clicks).toEqual(['1']);
  expect(waiting.map(([name]) => name)).toEqual(['checkout', 'track', 'track']);
  expect(requested.filter((name) => name === 'commands')).toHaveLength(1);
  release();
  await expect.poll(shop.clicks).toEqual(['1', undefined, '2', '3']);
});
