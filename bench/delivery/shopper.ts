import type { Browser, BrowserContext, LaunchOptions, Page } from 'playwright';
import { chromium } from '../../tools/browser.ts';
import type { Line } from './line.ts';

/** A shop's page, and the service's side of it. */
export interface Scene {
  browser: Browser;
  /** A page with the tracker, whose `say(from, to, text)` tells it acts of the media `from` to `to` in one task. */
  page: string;
  line: Line;
  /** How often each act of a run is stored: by the number of its media. */
  stored(run: string): Map<number, number>;
}

declare global {
  interface Window {
    /** Says `to - from` acts in one task. @param text goes with each of them */
    say(run: string, from: number, to: number, text?: string): void;
  }
}

/** Launch options of a browser that trusts the line even when the page is gone, with which Playwright's own option ends. */
export function trusting(): LaunchOptions {
  const options = chromium();
  return { ...options, args: [...(options.args ?? []), '--ignore-certificate-errors'] };
}

/** Opens the page and waits until its tracker is there. */
export async function visit(context: BrowserContext, url: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(url);
  await page.waitForFunction(() =>
    Object.getOwnPropertySymbols(document).some(({ description }) => description?.startsWith('vitrine ')),
  );
  // A shopper looks before acting.
  await pause(500);
  return page;
}

/** Tells the tracker of acts, with letters that no compression makes smaller where `bytes` are asked for. */
export function say(page: Page, run: string, from: number, to: number, bytes = 0): Promise<void> {
  return page.evaluate(
    ([run, from, to, bytes]) => {
      const letter = () => Math.floor(Math.random() * 36).toString(36);
      window.say(run, from, to, bytes ? Array.from({ length: bytes }, letter).join('') : undefined);
    },
    [run, from, to, bytes] as const,
  );
}

/** Waits for acts to be stored, and then a little longer, for copies. Resolves to how many of them there are. */
export async function arrived(scene: Scene, run: string, expected: number, patience = 20_000): Promise<number> {
  const deadline = Date.now() + patience;
  while (scene.stored(run).size < expected && Date.now() < deadline) await pause(100);
  await pause(1000);
  return scene.stored(run).size;
}

export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
