import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContext } from 'playwright';
import type { Engine } from './engines.ts';
import type { State } from './line.ts';
import { arrived, pause, type Scene, say, visit } from './shopper.ts';

/** What one run of a case shows beside what is stored in the end. */
export interface Seen {
  /** What ours must have done besides and has not, with the figure; absent when all holds. */
  failed?: string;
  /** Acts that were stored before the next visit, where that is asked. */
  early?: number;
  /** Figures to print. */
  notes?: string;
}

/** Something that happens to shoppers, and in which trackers lose events. */
export interface Case {
  what: string;
  /** Acts of a run, each of which has to be stored once. */
  tracked: number;
  /** Why it does not apply in a browser. */
  not?: Partial<Record<Engine['name'], string>>;
  /** It measures the page's own time, so nothing else may run beside it. */
  alone?: true;
  run(scene: Scene, run: string): Promise<Seen>;
}

/** Longer than a tracker may gather what it is told, and shorter than any patience. */
const A_WHILE = 3000;
/** Of 200 acts of 1 KB, so many have to arrive before the next visit. */
const AT_LEAST = 50;
/** Requests of our tracker are at most so large. */
const FULL = 16_384;

async function inContext(scene: Scene, use: (context: BrowserContext) => Promise<Seen>): Promise<Seen> {
  const context = await scene.browser.newContext(scene.engine.context);
  try {
    return await use(context);
  } finally {
    await context.close();
  }
}

/** The same with a profile that outlives the browser. */
async function withProfile(use: (profile: string) => Promise<Seen>): Promise<Seen> {
  const profile = await mkdtemp(join(tmpdir(), 'vitrine-profile-'));
  try {
    return await use(profile);
  } finally {
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** The visit after one whose 20 acts could not be delivered: one more act, when the service can be reached again. */
async function nextVisit(scene: Scene, run: string, context: BrowserContext): Promise<Seen> {
  await scene.line.set('open');
  await say(await visit(scene, context), run, 20, 21);
  await arrived(scene, run, 21);
  return {};
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
        for (let tab = 0; tab < tabs; tab++) pages.push(await visit(scene, context));
        const each = 20 / tabs;
        for (const [tab, page] of pages.entries()) await say(page, run, tab * each, (tab + 1) * each);
        await pause(scene, A_WHILE);
        for (const page of pages) await page.close();
        return nextVisit(scene, run, context);
      }),
  };
}

/** 200 acts of 1 KB each, and the tab is closed at once: far more than may leave by then. */
function muchAtOnce(what: string, later: boolean): Case {
  return {
    what,
    tracked: 200,
    ...(later ? { not: { Firefox: 'has no `fetchLater`' } } : {}),
    run: (scene, run) =>
      inContext(scene, async (context) => {
        if (!later) await context.addInitScript(() => Reflect.deleteProperty(window, 'fetchLater'));
        // The other tab keeps the browser's side of the shop alive.
        await context.newPage();
        const page = await visit(scene, context);
        scene.line.bodies();
        await say(page, run, 0, 200, 1000);
        await page.close();
        const early = await arrived(scene, run, AT_LEAST, 5000);
        const bodies = scene.line.bodies();
        const fill = bodies.reduce((sum, size) => sum + size, 0) / (bodies.length * FULL || 1);
        await visit(scene, context);
        await arrived(scene, run, 200);
        const notes = `${early} before the next visit, in ${bodies.length} requests, ${Math.round(fill * 100)} % full`;
        return later || (early >= AT_LEAST && fill >= 0.9) ? { early, notes } : { early, notes, failed: notes };
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
        const page = await visit(scene, context);
        await say(page, run, 0, 20);
        await page.close();
        await arrived(scene, run, 20);
        return {};
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
    not: { Firefox: 'ends with the process of a page when it is driven by Playwright: that is the case below' },
    run: (scene, run) =>
      inContext(scene, async (context) => {
        await scene.line.set('refused');
        const page = await visit(scene, context);
        await say(page, run, 0, 20);
        await pause(scene, A_WHILE);
        await scene.engine.lab?.crash(page);
        return nextVisit(scene, run, context);
      }),
  },
  {
    what: 'connections refused, and the browser is killed after 3 s; the same profile',
    tracked: 21,
    run: (scene, run) =>
      withProfile(async (profile) => {
        const context = await scene.engine.open(profile);
        await scene.line.set('refused');
        await say(await visit(scene, context), run, 0, 20);
        await pause(scene, A_WHILE);
        await scene.engine.kill(context, profile);
        const again = await scene.engine.open(profile);
        try {
          return await nextVisit(scene, run, again);
        } finally {
          await again.close();
        }
      }),
  },
  twoVisits('the service stores, but its answers are lost; the next visit', 'mute'),
  {
    what: 'offline for the whole visit; the next visit',
    tracked: 20,
    run: (scene, run) =>
      inContext(scene, async (context) => {
        const page = await visit(scene, context);
        await context.setOffline(true);
        await say(page, run, 0, 20);
        await pause(scene, A_WHILE);
        await page.close();
        await context.setOffline(false);
        await visit(scene, context);
        await arrived(scene, run, 20);
        return {};
      }),
  },
  {
    what: '500 acts in one task, at a quarter of the CPU',
    tracked: 500,
    alone: true,
    run: (scene, run) =>
      inContext(scene, async (context) => {
        const page = await visit(scene, context);
        const { lab } = scene.engine;
        if (!lab) {
          await say(page, run, 0, 500);
          await arrived(scene, run, 500);
          return { notes: 'at full speed: it shows no long task' };
        }
        await lab.slow(page, 4);
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
