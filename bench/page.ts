import { readFile, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type Browser, type CDPSession, type Page, chromium as playwright } from 'playwright';
import { build, type Rolldown } from 'vite';
import type { Queue } from '../src/tag/commands.ts';
import type { EventInput } from '../src/tracker/tracker.ts';
import { chromium } from '../tools/browser.ts';
import { type RunningService, removeData, startService } from '../tools/service.ts';
import { table, writeBenchmark } from './benchmarks.ts';
import { allPictures } from './pictures.ts';
import { median } from './times.ts';

/**
 * What Vitrine costs a product page, in a real Chromium at a quarter of this machine's speed. Prints each figure
 * beside its budget, writes the table into docs/benchmarks.md, and fails when one is exceeded.
 */
const RUNS = 7;
const PHONE = { width: 390, height: 844 };
/** 1.6 Mbit/s down, 750 kbit/s up, 150 ms round trip: the "slow 4G" of Lighthouse. */
const SLOW_4G = { offline: false, latency: 150, downloadThroughput: 1.6e6 / 8, uploadThroughput: 750e3 / 8 };

interface Figure {
  what: string;
  measured: number;
  most: number;
  unit: string;
}

/** What was not measured does not hold. */
function holds({ measured, most }: Figure): boolean {
  return measured <= most;
}

declare global {
  interface Window {
    vitrine?: Queue;
  }
  /** `bench/cards.ts` puts it there. */
  function card(action: 'click' | 'render', number: number): EventInput;
}

const root = fileURLToPath(new URL('..', import.meta.url));
const service = await startService();
await allPictures(service.data);
const product = Object.keys(service.config.streams)[0] ?? '';
const browser = await playwright.launch(chromium());
try {
  const figures = [...(await trackerCost(browser, service)), ...(await pageCost(browser, service))];
  const text = table(
    ['at a quarter of the CPU', 'measured', 'at most'],
    figures.map((figure) => {
      const { what, measured, most, unit } = figure;
      const value = `${round(measured)}${unit}`;
      return [what, holds(figure) ? value : `**${value}**`, `${most}${unit}`];
    }),
  );
  console.log(`\n${text}`);
  await writeBenchmark('bench:page', text);
  if (!figures.every(holds)) process.exitCode = 1;
} finally {
  await browser.close();
  await service.stop();
  await removeData(service.data);
}

/** `track()` in the shopper's handler; then a hundred cards seen at once until their events are acknowledged. */
async function trackerCost(browser: Browser, { url }: RunningService): Promise<Figure[]> {
  const open = async () => {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await page.goto(`${url}/shop/bench-cards.html`);
    await page.waitForFunction(() =>
      Object.getOwnPropertySymbols(document).some(({ description }) => description?.startsWith('vitrine ')),
    );
    return { page, cdp: await throttle(page) };
  };
  let track = 0;
  const runs: Cards[] = [];
  await withPage('bench-cards', await cardsPage(), async () => {
    process.stdout.write('Tracking 500 clicks\n');
    const { page } = await open();
    track = await trackClicks(page);
    await page.close();
    for (let run = 0; run < RUNS; run++) {
      process.stdout.write(`\rShowing 100 cards, ${run + 1} of ${RUNS}`);
      const { page, cdp } = await open();
      runs.push(await showCards(page, cdp));
      await page.close();
    }
  });
  const of = (name: keyof Cards) => runs.map((run) => run[name]);
  console.log(`\n100 cards: ${of('total').map(Math.round).join(', ')} ms`);
  return [
    { what: '`track()`, median', measured: track, most: 0.2, unit: ' ms' },
    {
      what: '100 cards seen, encoded and sent: main thread in all, median',
      measured: median(of('total')),
      most: 50,
      unit: ' ms',
    },
    { what: 'the longest task of those', measured: Math.max(...of('longest')), most: 16, unit: ' ms' },
    { what: 'scripts run in the 5 s once acknowledged', measured: Math.max(...of('scripts')), most: 0, unit: '' },
    { what: 'requests in those 5 s', measured: Math.max(...of('requests')), most: 0, unit: '' },
  ];
}

/** The median of a call, in milliseconds. */
function trackClicks(page: Page): Promise<number> {
  return page
    .evaluate(async () => {
      const times: number[] = [];
      // The page's clock ticks every 0.1 ms, so fifty calls are timed together.
      for (let i = 0; i < 500; i += 50) {
        const clicks = Array.from({ length: 50 }, (_, n) => card('click', i + n));
        const started = performance.now();
        for (const click of clicks) window.vitrine?.push(['track', click]);
        times.push((performance.now() - started) / 50);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      return times;
    })
    .then(median);
}

interface Cards {
  /** Milliseconds of the main thread until all is acknowledged. */
  total: number;
  longest: number;
  /** In the five seconds after. */
  scripts: number;
  requests: number;
}

async function showCards(page: Page, cdp: CDPSession): Promise<Cards> {
  // What the page did before, and its garbage, are not the cards'.
  await page.waitForTimeout(2000);
  await cdp.send('HeapProfiler.collectGarbage');
  let requests = 0;
  page.on('request', (request) => {
    if (request.url().includes('/track/')) requests++;
  });
  await page.evaluate(() => document.querySelector('main')?.removeAttribute('hidden'));
  // The page draws its cards; half a second later they are still not "seen", which takes a second.
  await page.waitForTimeout(500);
  const { total, longest } = await record(cdp, () => page.waitForTimeout(4500));
  const sent = requests;
  const { scripts } = await record(cdp, () => page.waitForTimeout(5000));
  const seen = await page.evaluate(() => document.documentElement.dataset.seen);
  if (total === 0) throw new Error('The trace has no task of the page.');
  if (seen !== '100' || sent === 0) throw new Error(`${seen} cards seen, ${sent} requests: nothing was measured.`);
  return { total, longest, scripts, requests: requests - sent };
}

/** A hundred cards, each watched by the kit's exposure and announced as a carousel announces its slides. */
async function cardsPage(): Promise<Record<string, string>> {
  const built = await build({
    root,
    configFile: false,
    logLevel: 'warn',
    build: {
      write: false,
      lib: { entry: `${root}bench/cards.ts`, formats: ['es'], fileName: 'cards' },
    },
  });
  const [{ output }] = [built].flat() as [Rolldown.RolldownOutput];
  return {
    html: `<!doctype html><title>Cards</title><link rel="icon" href="data:,"><link rel="stylesheet" href="bench-cards.css">
<script async src="/vitrine.js" data-key="${service.config.key}" data-vitals="off"></script>
<main hidden>${'<i></i>'.repeat(100)}</main><script type="module" src="bench-cards.js"></script>`,
    css: 'main:not([hidden]) { display: grid; grid-template-columns: repeat(20, 1fr) } i { height: 4rem; background: teal }',
    js: output[0].code,
  };
}

/** What the main thread does meanwhile, from Chromium's own trace: tasks of the renderer's main thread. */
async function record(cdp: CDPSession, meanwhile: () => Promise<void>) {
  const events: TraceEvent[] = [];
  const collect = ({ value }: { value: object[] }) => void events.push(...(value as TraceEvent[]));
  cdp.on('Tracing.dataCollected', collect);
  await cdp.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: ['toplevel', 'devtools.timeline', '__metadata'] },
  });
  await meanwhile();
  const complete = new Promise<unknown>((resolve) => cdp.once('Tracing.tracingComplete', resolve));
  await cdp.send('Tracing.end');
  await complete;
  cdp.off('Tracing.dataCollected', collect);
  const main = events.find(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain');
  const ours = events.filter(({ tid, pid }) => tid === main?.tid && pid === main?.pid);
  const tasks = ours
    .filter(({ name }) => name === 'RunTask' || name === 'ThreadControllerImpl::RunTask')
    .map(({ dur = 0 }) => dur / 1000);
  return {
    total: tasks.reduce((sum, ms) => sum + ms, 0),
    longest: Math.max(0, ...tasks),
    scripts: ours.filter(({ name }) => name === 'FunctionCall' || name === 'TimerFire').length,
  };
}

interface TraceEvent {
  name: string;
  pid: number;
  tid: number;
  /** Microseconds. */
  dur?: number;
  args: { name?: string };
}

/** The product page with Vitrine and without, in turns, each in a fresh profile with a cold cache. */
async function pageCost(browser: Browser, { url }: RunningService): Promise<Figure[]> {
  const withVitrine = await readFile(`${root}dist/shop/products/${product}.html`, 'utf8');
  const without = withVitrine
    .replace(/<script[^>]*data-key[^>]*><\/script>/, '')
    .replace(/<vitrine-carousel[^>]*><\/vitrine-carousel>/, '');
  if (without.includes('vitrine')) throw new Error('The page without Vitrine still names it.');
  const runs: { with: Load[]; without: Load[] } = { with: [], without: [] };
  await withPage('bench-without', { html: without }, async () => {
    for (let run = 0; run < RUNS; run++) {
      process.stdout.write(`\rLoading the product page, ${run + 1} of ${RUNS}`);
      runs.without.push(await load(browser, `${url}/shop/bench-without.html`));
      runs.with.push(await load(browser, `${url}/shop/products/${product}.html`));
    }
  });
  if (runs.with.some(({ photo, lcp }) => photo === 0 || lcp === 0))
    throw new Error('The carousel showed no photo: nothing was measured.');
  const of = (loads: Load[], name: keyof Load) => median(loads.map((load) => load[name]));
  const lcp = of(runs.without, 'lcp');
  console.log(
    `\nLCP without ${round(lcp)} ms, with ${round(of(runs.with, 'lcp'))} ms; first photo ${round(of(runs.with, 'photo'))} ms`,
  );
  return [
    {
      what: 'LCP of the product page beside the same page without',
      measured: of(runs.with, 'lcp') / lcp,
      most: 1.05,
      unit: 'x',
    },
    { what: 'total blocking time', measured: of(runs.with, 'blocked'), most: 0, unit: ' ms' },
    {
      what: "the carousel's first photo, beside the LCP without",
      measured: of(runs.with, 'photo') / lcp,
      most: 1.6,
      unit: 'x',
    },
    { what: 'layout shift (CLS)', measured: Math.max(...runs.with.map(({ shift }) => shift)), most: 0, unit: '' },
  ];
}

interface Load {
  lcp: number;
  /** When the first photo of the carousel was painted; 0 on the page without. */
  photo: number;
  blocked: number;
  shift: number;
}

async function load(browser: Browser, url: string): Promise<Load> {
  const context = await browser.newContext({ viewport: PHONE, deviceScaleFactor: 2 });
  const page = await context.newPage();
  const cdp = await throttle(page);
  await cdp.send('Network.enable');
  await cdp.send('Network.emulateNetworkConditions', SLOW_4G);
  await page.addInitScript(() => {
    const seen = { lcp: 0, photo: 0, blocked: 0, shift: 0 };
    Object.assign(window, { seen });
    const watch = (type: string, each: (entry: PerformanceEntry & { value?: number }) => void) =>
      new PerformanceObserver((list) => list.getEntries().forEach(each)).observe({ type, buffered: true });
    watch('largest-contentful-paint', ({ startTime }) => {
      seen.lcp = startTime;
    });
    watch('longtask', ({ duration }) => {
      seen.blocked += Math.max(0, duration - 50);
    });
    watch('layout-shift', ({ value = 0 }) => {
      seen.shift += value;
    });
    const look = () => {
      const photos = document.querySelector('vitrine-carousel')?.shadowRoot?.querySelectorAll('img') ?? [];
      if ([...photos].some(({ complete, naturalWidth }) => complete && naturalWidth > 0))
        seen.photo = performance.now();
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
  // What a new renderer does for itself, at a quarter of its speed, is no part of the page.
  await page.waitForTimeout(1000);
  await page.goto(url, { waitUntil: 'load' });
  await page.waitForTimeout(4000);
  const seen = await page.evaluate(() => (window as unknown as { seen: Load }).seen);
  await context.close();
  return seen;
}

/** A page of the demo shop, its files by extension, that is there for as long as it is needed. */
async function withPage(name: string, files: Record<string, string>, use: () => Promise<unknown>): Promise<void> {
  const paths = Object.keys(files).map((extension) => `${root}dist/shop/${name}.${extension}`);
  await Promise.all(Object.values(files).map((text, n) => writeFile(paths[n] as string, text)));
  try {
    await use();
  } finally {
    await Promise.all(paths.map((path) => rm(path)));
  }
}

async function throttle(page: Page): Promise<CDPSession> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: 4 });
  return cdp;
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
