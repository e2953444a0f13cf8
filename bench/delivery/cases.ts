import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium as playwright } from 'playwright';
import type { State } from './line.ts';
import { arrived, pause, type Scene, say, trusting, visit } from './shopper.ts';

/** What one run of a case shows beside what is stored in the end. */
export interface Seen {
  /** What has to hold besides, with the figure; absent when all does. */
  failed?: string;
  /** Figures to print. */
  notes?: string;
}

/** Something that happens to shoppers, and in which trackers lose events. */
export interface Case {
  what: string;
  /** Acts of a run, each of which has to be stored once. */
  tracked: number;
  run(scene: Scene, run: string): Promise<Seen | undefined>;
}

/** Longer than a tracker may gather what it is told, and shorter than any patience. */
const A_WHILE = 3000;
/** Requests of the tracker are at most so large. */
const FULL = 16_384;

async function inContext(scene: Scene, use: (context: BrowserContext) => Promise<Seen | undefined>) {
  const context = await scene.browser.newContext();
  try {
    return await use(context);
  } finally {
    await context.close();
    await scene.line.set('open');
  }
}

/** A visit of 20 acts while the service cannot be reached, and another with one act when it can. */
function twoVisits(what: string, state: State, tabs = 1): Case {
  return {
    what,
    tracked: 21,
    run: (scene, run) =>
      inContext(scene, async (context) => {
        await scene.line.set(state);
        const pages = [];
        for (let tab = 0; tab < tabs; tab++) pages.push(await visit(context, scene.page));
        const each = 20 / tabs;
        for (const [tab, page] of pages.entries()) await say(page, run, tab * each, (tab + 1) * each);
        await pause(A_WHILE);
        for (const page of pages) await page.close();
        await scene.line.set('open');
        await say(await visit(context, scene.page), run, 20, 21);
        await arrived(scene, run, 21);
        return undefined;
      }),
  };
}

/** 200 acts of 1 KB each, and the tab is closed at once: far more than may leave by then. */
function muchAtOnce(what: string, later: boolean): Case {
  return {
    what,
    tracked: 200,
    run: (scene, run) =>
      inContext(scene, async (context) => {
        if (!later) await context.addInitScript(() => Reflect.deleteProperty(window, 'fetchLater'));
        // The other tab keeps the browser's side of the shop alive.
        await context.newPage();
        const page = await visit(context, scene.page);
        scene.line.bodies();
        await say(page, run, 0, 200, 1000);
        await page.close();
        const early = await arrived(scene, run, 200, 5000);
        const bodies = scene.line.bodies();
        const fill = bodies.reduce((sum, size) => sum + size, 0) / (bodies.length * FULL);
        await visit(context, scene.page);
        await arrived(scene, run, 200);
        const notes = `${early} before the next visit, in ${bodies.length} requests, ${Math.round(fill * 100)} % full`;
        return later || (early >= 50 && fill >= 0.9) ? { notes } : { notes, failed: notes };
      }),
  };
}

export const CASES: readonly Case[] = [
  {
    what: '20 acts, and the tab is closed at once',
    tracked: 20,
    run: (scene, run) =>
      inContext(scene, async (context) => {
        await context.newPage();
        const page = await visit(context, scene.page);
        await say(page, run, 0, 20);
        await page.close();
        await arrived(scene, run, 20);
        return undefined;
      }),
  },
  muchAtOnce('200 acts of 1 KB, and the tab is closed at once; then the next visit', false),
  muchAtOnce('the same, with `fetchLater`', true),
  twoVisits('the service refuses connections; the next visit', 'refused'),
  twoVisits('something answers 503; the next visit', 'busy'),
  twoVisits('connections refused, in two tabs; the next visit', 'refused', 2),
  {
    what: 'connections refused, and the renderer is killed after 3 s; the next visit',
    tracked: 21,
    run: (scene, run) =>
      inContext(scene, async (context) => {
        await scene.line.set('refused');
        const page = await visit(context, scene.page);
        await say(page, run, 0, 20);
        await pause(A_WHILE);
        const cdp = await context.newCDPSession(page);
        const crashed = page.waitForEvent('crash');
        void cdp.send('Page.crash').catch(() => {});
        await crashed;
        await scene.line.set('open');
        await say(await visit(context, scene.page), run, 20, 21);
        await arrived(scene, run, 21);
        return undefined;
      }),
  },
  {
    what: 'connections refused, and the browser is killed after 3 s; the same profile',
    tracked: 21,
    async run(scene, run) {
      const profile = await mkdtemp(join(tmpdir(), 'vitrine-profile-'));
      const open = () => playwright.launchPersistentContext(profile, trusting());
      try {
        const context = await open();
        await scene.line.set('refused');
        const page = await visit(context, scene.page);
        await say(page, run, 0, 20);
        await pause(A_WHILE);
        const cdp = await (context.browser() as Browser).newBrowserCDPSession();
        const { processInfo } = await cdp.send('SystemInfo.getProcessInfo');
        const closed = context.waitForEvent('close');
        process.kill(processInfo.find(({ type }) => type === 'browser')?.id as number, 'SIGKILL');
        await closed;
        await scene.line.set('open');
        const again = await open();
        await say(await visit(again, scene.page), run, 20, 21);
        await arrived(scene, run, 21);
        await again.close();
        return undefined;
      } finally {
        await scene.line.set('open');
        await rm(profile, { recursive: true, force: true });
      }
    },
  },
  twoVisits('the service stores, but its answers are lost; the next visit', 'mute'),
  {
    what: 'offline for the whole visit; the next visit',
    tracked: 20,
    run: (scene, run) =>
      inContext(scene, async (context) => {
        const page = await visit(context, scene.page);
        await context.setOffline(true);
        await say(page, run, 0, 20);
        await pause(A_WHILE);
        await page.close();
        await context.setOffline(false);
        await visit(context, scene.page);
        await arrived(scene, run, 20);
        return undefined;
      }),
  },
  {
    what: '500 acts in one task, at a quarter of the CPU',
    tracked: 500,
    run: (scene, run) =>
      inContext(scene, async (context) => {
        const page = await visit(context, scene.page);
        const cdp = await context.newCDPSession(page);
        await cdp.send('Emulation.setCPUThrottlingRate', { rate: 4 });
        await page.evaluate(() => {
          const tasks: number[] = [];
          Object.assign(window, { tasks });
          new PerformanceObserver((list) => {
            for (const { duration } of list.getEntries()) tasks.push(duration);
          }).observe({ type: 'longtask' });
        });
        await say(page, run, 0, 500);
        await arrived(scene, run, 500);
        const tasks = await page.evaluate(() => (window as unknown as { tasks: number[] }).tasks);
        const notes = tasks.length ? `long tasks of ${tasks.map(Math.round).join(', ')} ms` : 'no long task';
        return tasks.length ? { notes, failed: notes } : { notes };
      }),
  },
];
