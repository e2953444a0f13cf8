import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Case, Seen } from './cases.ts';
import type { Engine } from './engines.ts';
import { openLine } from './line.ts';
import type { Tracker } from './tracker.ts';

/** A line has this round trip, in milliseconds: a phone's on a good day. */
const ROUND_TRIP = 200;

/** A tracker in a browser, and a shop that uses it. */
export interface Stage {
  /** Runs a case once. @param run its name: what it says is stored under it */
  play(played: Case, run: string): Promise<Outcome>;
  close(): Promise<void>;
}

export interface Outcome extends Seen {
  /** Acts that are stored, and how often one of them is stored again. */
  stored: number;
  copies: number;
}

/** Sets up the shop of a tracker, on an origin of its own, and a browser. Does not close the tracker in the end. */
export async function openStage(tracker: Tracker, engine: Engine, pace = 1): Promise<Stage> {
  const shop = createServer((asked, answer) => {
    const { pathname, search } = new URL(asked.url ?? '/', 'http://shop');
    const found = tracker.shop(pathname, `https://127.0.0.1:${search.slice(1)}`);
    answer.writeHead(found ? 200 : 404, { 'content-type': found?.type ?? 'text/plain' }).end(found?.body);
  });
  shop.listen(0, '127.0.0.1');
  await once(shop, 'listening');
  const origin = `http://127.0.0.1:${(shop.address() as AddressInfo).port}`;
  tracker.sellAt(origin);
  const browser = await engine.launch();
  return {
    async play(played, run) {
      const line = await openLine(tracker.collector, ROUND_TRIP * pace);
      try {
        // Trackers tell the page's address with each act: a long one would fill their requests.
        const page = `${origin}/?${new URL(line.url).port}`;
        const seen = await played.run({ tracker, engine, browser, line, page, pace }, run);
        const times = [...tracker.stored(run).values()];
        return { ...seen, stored: times.length, copies: times.reduce((sum, each) => sum + each - 1, 0) };
      } finally {
        await line.close();
      }
    },
    async close() {
      await browser.close();
      shop.closeAllConnections();
      shop.close();
    },
  };
}
