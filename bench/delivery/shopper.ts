import type { Browser, BrowserContext, Page } from 'playwright';
import type { Engine } from './engines.ts';
import type { Line } from './line.ts';
import type { Tracker } from './tracker.ts';

/** Where one run of a case plays. */
export interface Scene {
  tracker: Tracker;
  engine: Engine;
  browser: Browser;
  /** The run's own way to the collector. */
  line: Line;
  /** A page of the shop whose tracker sends over the line. */
  page: string;
  /** 1 in the bench; with less, a shopper takes less time, and so does the line. */
  pace: number;
}

/** Opens the page and waits until its tracker is there. */
export async function visit(scene: Scene, context: BrowserContext): Promise<Page> {
  const page = await context.newPage();
  await page.goto(scene.page);
  await page.waitForFunction(() => window.ready());
  // A shopper looks before acting.
  await pause(scene, 500);
  return page;
}

/** Tells the tracker of acts, with letters that no compression makes smaller where `bytes` are asked for. */
export function say(page: Page, run: string, from: number, to: number, bytes = 0): Promise<void> {
  return page.evaluate(
    ([run, from, to, bytes]) => {
      const letter = () => Math.floor(Math.random() * 36).toString(36);
      window.say(run, from, to, bytes ? () => Array.from({ length: bytes }, letter).join('') : undefined);
    },
    [run, from, to, bytes] as const,
  );
}

/** Waits for acts to be stored, and then a little longer, for copies. Resolves to how many of them there are. */
export async function arrived(scene: Scene, run: string, expected: number, patience = 20_000): Promise<number> {
  const deadline = Date.now() + patience;
  while (scene.tracker.stored(run).size < expected && Date.now() < deadline) await pause(scene, 100);
  await pause(scene, 1000);
  return scene.tracker.stored(run).size;
}

/** @param milliseconds where a shopper takes their time */
export function pause({ pace }: Scene, milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds * pace));
}
