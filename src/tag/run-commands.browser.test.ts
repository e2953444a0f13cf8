import { afterEach, expect, test } from 'vitest';
import type { Tracker } from '../tracker/checkout.ts';
import { click, listenForDrops, openShop } from '../tracker/testing/shops.ts';
import type { Command } from './commands.ts';
import { runCommands } from './run-commands.ts';

/** The database is the tracker's tests' matter: what is delivered here goes through memory. */
let tracker: Tracker;
afterEach(() => tracker.stop());

const sale = (transactionId: string) => ({ transactionId, currency: 'EUR', products: [{ id: 'mug', amount: 18 }] });

test('does what was pushed before the tag had loaded and what is pushed after it, in order', async () => {
  const shop = openShop();
  tracker = shop.start();
  const queue: Command[] = [
    ['segment', 'country', 'DE'],
    ['identify', 'visitor-7-of-another-domain'],
    ['checkout', sale('T-1')],
  ];
  runCommands(queue, tracker, { key: shop.key, api: '/' }, () => {});
  queue.push(['segment', 'country', 'FR'], ['track', click(1)]);
  queue.push(['checkout', sale('T-1')], ['checkout', sale('T-2')]);
  await expect.poll(async () => (await shop.log()).stored.length, { timeout: 15_000 }).toBe(3);
  const { stored } = await shop.log();
  expect(stored.map(({ analyticsId }) => analyticsId)).toEqual(Array(3).fill('visitor-7-of-another-domain'));
  const said = stored.map((event) => JSON.stringify('segments' in event && event.segments));
  expect(said.toSorted()).toEqual(['[["country","DE"]]', '[["country","FR"]]', '[["country","FR"]]']);
});

test('a command that is not understood is dropped and counted, and the next one is run', async () => {
  const shop = openShop();
  const drops = listenForDrops();
  tracker = shop.start({ consent: 'required' });
  const nonsense = [
    null,
    7,
    [],
    ['dance'],
    ['toString'],
    ['checkout', {}],
    ['consent', 'maybe'],
    ['segment'],
  ] as never[];
  const queue: Command[] = [...nonsense];
  runCommands(queue, tracker, { key: shop.key, api: '/' }, () => {});
  expect(drops).toEqual(nonsense.map(() => 'invalid 1'));
  queue.push(...nonsense, ['track', click(1)], ['consent', 'granted']);
  expect(drops).toHaveLength(2 * nonsense.length);
  await expect.poll(shop.clicks, { timeout: 15_000 }).toEqual(['1']);
});
