import { chromium as playwright } from 'playwright';
import { chromium } from '../tools/browser.ts';
import { removeData, startService } from '../tools/service.ts';
import { table, writeBenchmark } from './benchmarks.ts';

/**
 * What a product page downloads of the kit, in bytes of brotli 11 as the service sends them: every script and style until 2 s
 * after the carousel's `render` event, with the viewer closed. What the tag loads a second after `load` is listed and not
 * counted. Writes the table into docs/benchmarks.md, and fails when a budget is exceeded.
 */
const BUDGET = { tag: 7 * 1024, all: 18 * 1024 };
/** Chunks that the tag loads a second after `load` (`src/tag/start.ts`). */
const LATE = /^(backlog|vitals)-/;

const service = await startService();
const browser = await playwright.launch(chromium());
try {
  const page = await browser.newPage({ viewport: { width: 390, height: 844 } });
  const files: { name: string; bytes: number }[] = [];
  page.on('response', (response) => {
    const { pathname } = new URL(response.url());
    const kit = pathname === '/vitrine.js' || pathname.startsWith('/v/');
    if (!kit || !['script', 'stylesheet'].includes(response.request().resourceType())) return;
    const { 'content-encoding': encoding, 'content-length': length } = response.headers();
    files.push({ name: pathname.split('/').pop() ?? '', bytes: encoding === 'br' ? Number(length) : Number.NaN });
  });
  await page.addInitScript(() => {
    addEventListener('vitrine-render', () => document.documentElement.setAttribute('data-rendered', ''), {
      once: true,
      capture: true,
    });
  });
  await page.goto(`${service.url}/shop/products/${Object.keys(service.config.streams)[0]}.html`);
  await page.waitForSelector('html[data-rendered]', { state: 'attached' });
  await page.waitForTimeout(2000);

  const unknown = files.filter(({ bytes }) => !bytes).map(({ name }) => name);
  if (unknown.length) throw new Error(`Without brotli or a length: ${unknown}.`);
  const late = files.filter(({ name }) => LATE.test(name));
  const counted = files.filter((file) => !late.includes(file));
  const all = sum(counted);
  const tagged = counted.filter(({ name }) => name === 'vitrine.js' || name.startsWith('start-'));
  const tag = sum(tagged);
  if (tagged.length !== 2)
    throw new Error(`The tag is a loader and a tracker, but there were: ${tagged.map(({ name }) => name)}.`);
  const row = ({ name, bytes }: { name: string; bytes: number }) => [`\`${plain(name)}\``, kilobytes(bytes), ''];
  const rows = [
    ...tagged.map(row),
    ['**the tag, tracker and wire included**', `**${kilobytes(tag)}**`, kilobytes(BUDGET.tag)],
    ...counted.filter((file) => !tagged.includes(file)).map(row),
    ['**a page with a carousel, Lit included**', `**${kilobytes(all)}**`, kilobytes(BUDGET.all)],
    ...late.map(({ name, bytes }) => [`\`${plain(name)}\`, a second after \`load\``, kilobytes(bytes), '']),
  ];
  const text = table(['file', 'brotli 11', 'budget'], rows);
  console.log(text);
  await writeBenchmark('bench:size', text);
  if (tag > BUDGET.tag || all > BUDGET.all) {
    console.error(`Over budget: the tag ${tag} of ${BUDGET.tag} bytes, everything ${all} of ${BUDGET.all} bytes.`);
    process.exitCode = 1;
  }
} finally {
  await browser.close();
  await service.stop();
  await removeData(service.data);
}

function sum(files: { bytes: number }[]): number {
  return files.reduce((total, { bytes }) => total + bytes, 0);
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1024).toFixed(2)} KB`;
}

/** The name without the hash of its content. */
function plain(name: string): string {
  return name.replace(/-[\w-]{5}\.js$/, '.js');
}
