import { afterEach, expect, test } from 'vitest';
import { click, closeShops, listenForDrops, openShop, type Shop, storedRows } from './testing/shops.ts';

afterEach(closeShops);

/** Longer than events are gathered for, and far shorter than anyone waits for a destination that hangs. */
const PROMPT = { timeout: 4000, interval: 50 };
/** As long as a destination that was down may take to be asked again. */
const PATIENT = { timeout: 60_000, interval: 200 };

/** Four destinations of one tracker, each with its own log. */
function openFour(): { shops: [Shop, Shop, Shop, Shop]; others: Shop[]; track: (from: number, to: number) => void } {
  const shops: [Shop, Shop, Shop, Shop] = [openShop(), openShop(), openShop(), openShop()];
  const [, troubled] = shops;
  const destinations = shops.map(({ wire }, i) => ({ ...wire, name: `wire-${i}` }));
  const tracker = shops[0].start({ destinations });
  return {
    shops,
    others: shops.filter((shop) => shop !== troubled),
    track: (from, to) => numbers(from, to).forEach((media) => void tracker.track(click(media))),
  };
}

const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => `${from + i}`);

async function expectPrompt(shops: Shop[], to: number): Promise<void> {
  await Promise.all(shops.map((shop) => expect.poll(shop.clicks, PROMPT).toEqual(numbers(1, to))));
}

test('three destinations are up while one answers 503, then 400, then hangs, then is a captive portal, then is back', {
  timeout: 120_000,
}, async () => {
  const drops = listenForDrops();
  const { shops, others, track } = openFour();
  const [, troubled] = shops;
  const statuses = async () => (await troubled.log()).requests.map(({ status }) => status);

  await troubled.order({ status: 503 });
  track(1, 2);
  await expectPrompt(others, 2);
  await expect.poll(statuses, PROMPT).toContain(503);
  expect(drops).toEqual([]);

  // Down, it is not asked before its wait is over; a 400 refuses what it is then sent, one by one, and that is counted.
  await troubled.order({ status: 400 });
  track(3, 4);
  await expectPrompt(others, 4);
  await expect.poll(() => drops.length, PATIENT).toBeGreaterThan(0);
  await expect.poll(async () => (await storedRows()).length, PATIENT).toBe(0);
  expect(new Set(drops)).toEqual(new Set(['refused 1']));
  expect(drops.length).toBe(4);

  await troubled.order({ hang: true });
  track(5, 6);
  await expectPrompt(others, 6);
  track(7, 7);
  await expectPrompt(others, 7);

  // The request that hangs is given up after 30 seconds.
  await troubled.order({ portal: true });
  track(8, 8);
  await expectPrompt(others, 8);
  await expect.poll(async () => (await statuses()).at(-1), PATIENT).toBe(200);
  expect(await troubled.clicks()).toEqual([]);
  expect((await storedRows()).map(({ event }) => event.media)).toEqual(numbers(5, 8));

  await troubled.order({});
  await expect.poll(troubled.clicks, PATIENT).toEqual(numbers(5, 8));
  await expect.poll(async () => (await storedRows()).length, PROMPT).toBe(0);
  await expectPrompt(others, 8);
  expect(drops.length).toBe(4);
});

test('what one destination refuses, the others have', async () => {
  const { shops, others, track } = openFour();
  const [, troubled] = shops;
  await troubled.order({ poison: '/media/3/' });
  track(1, 5);
  await expectPrompt(others, 5);
  await expect.poll(async () => (await troubled.clicks()).toSorted(), PATIENT).toEqual(['1', '2', '4', '5']);
});

test('a destination that joins later gets what happens from then on, and one that has joined does not join again', async () => {
  const [first, second] = [openShop(), openShop()];
  const tracker = first.start();
  tracker.track(click(1));
  await expect.poll(first.clicks, PROMPT).toEqual(['1']);
  const wire = { ...second.wire, name: 'later' };
  tracker.addDestination(wire);
  tracker.addDestination(wire);
  tracker.track(click(2));
  await expect.poll(second.clicks, PROMPT).toEqual(['2']);
  await expect.poll(first.clicks, PROMPT).toEqual(['1', '2']);
  const { requests } = await second.log();
  expect(requests.length).toBe(1);
});

test('what a destination did not get on one visit it gets on the next, though it joins later', async () => {
  const [first, second] = [openShop(), openShop()];
  const wire = { ...second.wire, name: 'later' };
  await second.order({ status: 503 });
  const visit = first.start({ destinations: [first.wire, wire] });
  visit.track(click(1));
  await expect.poll(first.clicks, PROMPT).toEqual(['1']);
  await expect.poll(async () => (await storedRows()).length, PROMPT).toBe(1);
  visit.stop();
  await second.order({});
  first.start({ destinations: [first.wire] }).addDestination(wire);
  await expect.poll(second.clicks, PROMPT).toEqual(['1']);
});
