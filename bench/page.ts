import { readFile, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type Browser, type CDPSession, type Page, chromium as playwright } from 'playwright';
import { chromium } from '../tools/browser.ts';
import { type RunningService, startService } from '../tools/service.ts';
import { table, writeToReadme } from './readme.ts';

/**
 * What Vitrine costs a product page, in a real Chromium at a quarter of this machine's speed. Prints each figure
 * beside its budget, writes the table into the README, and fails when one is exceeded.
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

const service = await startService();
const product = Object.keys(service.config.streams)[0] ?? '';
const browser = await playwright.launch(chromium());
try {
  const figures = [...(await trackerCost(browser, service)), ...(await pageCost(browser, service))];
  const text = table(
    ['at a quarter of the CPU', 'measured', 'at most'],
    figures.map(({ what, measured, most, unit }) => [what, `${round(measured)}${unit}`, `${most}${unit}`]),
  );
  console.log(`\n${text}`);
  await writeToReadme('bench:page', text);
  if (figures.some(({ measured, most }) => measured > most)) process.exitCode = 1;
} finally {
  await browser.close();
  await service.stop();
}

/** `track()` in the shopper's handler, then a hundred cards seen at once until their events are acknowledged. */
async function trackerCost(browser: Browser, { url, config }: RunningService): Promise<Figure[]> {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(`${url}/shop/basket.html`);
  await page.waitForFunction(() => !Array.isArray((window as { vitrine?: unknown }).vitrine));
  await (await throttle(page)).send('Profiler.enable');
  const track = await page.evaluate(async () => {
    const { vitrine } = window as unknown as { vitrine: { push(command: unknown[]): void } };
    const times: number[] = [];
    for (let i = 0; i < 500; i++) {
      const event = {
        kind: 'media',
        action: 'click',
        instance: 'bench',
        scope: { kind: 'best' },
        media: String(i),
        pics: 500,
        segments: [],
      };
      const started = performance.now();
      vitrine.push(['track', event]);
      times.push(performance.now() - started);
      if (i % 20 === 19) await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return times;
  });

  // Cards as a page's own: 100 in the viewport at once, watched by the kit's exposure through a carousel's events.
  await page.waitForTimeout(3000);
  const cards = await page.evaluate(async () => {
    const longest: number[] = [];
    let busy = 0;
    // Every task of the main thread, found by how late a message channel's own turn comes.
    const { port1, port2 } = new MessageChannel();
    let last = performance.now();
    let running = true;
    port1.onmessage = () => {
      const now = performance.now();
      const late = now - last;
      // A turn of the empty channel takes well under a millisecond; what is beyond it is somebody's task.
      if (late > 1) {
        busy += late;
        longest.push(late);
      }
      last = performance.now();
      if (running) port2.postMessage(0);
    };
    const idle = async (ms: number) => {
      busy = 0;
      longest.length = 0;
      running = true;
      last = performance.now();
      port2.postMessage(0);
      await new Promise((resolve) => setTimeout(resolve, ms));
      running = false;
      return { busy, longest: Math.max(0, ...longest) };
    };
    const before = await idle(3000);
    for (let i = 0; i < 100; i++) {
      const detail = {
        kind: 'media',
        action: 'render',
        id: crypto.randomUUID().replace(/-4/, '-7'),
        at: Date.now(),
        instance: 'bench',
        scope: { kind: 'best' },
        media: String(1000 + i),
        pics: 100,
        segments: [],
      };
      setTimeout(() => dispatchEvent(new CustomEvent('vitrine-render', { detail, bubbles: true, composed: true })));
    }
    const during = await idle(3000);
    const after = await idle(5000);
    return { before, during, after };
  });
  const sent: string[] = [];
  page.on('request', (request) => sent.push(request.url()));
  await page.waitForTimeout(5000);
  void config;
  await page.close();
  return [
    { what: '`track()`, median', measured: median(track), most: 0.2, unit: ' ms' },
    {
      what: '100 cards seen, encoded and sent, beyond an idle page',
      measured: Math.max(0, cards.during.busy - cards.before.busy),
      most: 50,
      unit: ' ms',
    },
    { what: 'its longest task', measured: cards.during.longest, most: 16, unit: ' ms' },
    { what: 'requests in the 5 s after', measured: sent.length, most: 0, unit: '' },
  ];
}

/** The product page with Vitrine and without, in turns, each in a fresh profile with a cold cache. */
async function pageCost(browser: Browser, { url }: RunningService): Promise<Figure[]> {
  const folder = fileURLToPath(new URL('../dist/shop/products/', import.meta.url));
  const withVitrine = await readFile(`${folder}${product}.html`, 'utf8');
  const without = withVitrine
    .replace(/<script[^>]*data-key[^>]*><\/script>/, '')
    .replace(/<vitrine-carousel[^>]*><\/vitrine-carousel>/, '');
  if (without.includes('vitrine')) throw new Error('The page without Vitrine still names it.');
  await writeFile(`${folder}bench-without.html`, without);
  const runs: { with: Load[]; without: Load[] } = { with: [], without: [] };
  try {
    for (let run = 0; run < RUNS; run++) {
      process.stdout.write(`\rLoading the product page, ${run + 1} of ${RUNS}`);
      runs.without.push(await load(browser, `${url}/shop/products/bench-without.html`));
      runs.with.push(await load(browser, `${url}/shop/products/${product}.html`));
    }
  } finally {
    await rm(`${folder}bench-without.html`);
  }
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
  await page.goto(url, { waitUntil: 'load' });
  await page.waitForTimeout(4000);
  const seen = await page.evaluate(() => (window as unknown as { seen: Load }).seen);
  await context.close();
  return seen;
}

async function throttle(page: Page): Promise<CDPSession> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: 4 });
  return cdp;
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
