import { execFileSync } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import Database from 'better-sqlite3';
import { chromium as playwright } from 'playwright';
import { removeData, startService } from '../tools/service.ts';
import { CASES } from './delivery/cases.ts';
import { openLine } from './delivery/line.ts';
import { type Scene, trusting } from './delivery/shopper.ts';
import { table, writeToReadme } from './readme.ts';

/**
 * What becomes of a shopper's acts where trackers lose some: the built tag in a real Chromium, the real service behind a
 * line with a round trip of 200 ms. Prints for each case how many acts were stored at least, of how many, and how many
 * were stored more than once; writes the table into the README; fails when an act is missing or there twice.
 *
 * `--only WORDS` runs the cases whose names have these words; `--runs N` runs each so many times.
 */
const ROUND_TRIP = 200;
const { values } = parseArgs({ options: { only: { type: 'string' }, runs: { type: 'string', default: '5' } } });
const runs = Number(values.runs);

const service = await startService();
const line = await openLine(service.url, ROUND_TRIP);
const shop = createServer((_, answer) => answer.setHeader('content-type', 'text/html').end(page()));
await new Promise<void>((resolve) => shop.listen(0, '127.0.0.1', resolve));
const origin = `http://127.0.0.1:${(shop.address() as AddressInfo).port}`;
execFileSync('node', ['server/admin/cli.ts', 'origin', 'add', origin, '--customer', service.config.customer], {
  cwd: fileURLToPath(new URL('..', import.meta.url)),
  env: { ...process.env, VITRINE_DATA: service.data },
});
const database = new Database(`${service.data}/events.db`, { readonly: true });
const ofRun = database.prepare(
  'SELECT media_id AS media, count(*) AS times FROM events WHERE instance_id = ? GROUP BY 1',
);
const browser = await playwright.launch(trusting());
const scene: Scene = {
  browser,
  page: origin,
  line,
  stored: (run) =>
    new Map((ofRun.all(run) as { media: string; times: number }[]).map((row) => [+row.media, row.times])),
};

const rows: string[][] = [];
try {
  const chosen = CASES.filter(({ what }) => what.includes(values.only ?? ''));
  for (const [place, { what, tracked, run }] of chosen.entries()) {
    let least = tracked;
    let copies = 0;
    let notes: string[] = [];
    for (let time = 1; time <= runs; time++) {
      process.stdout.write(`\r\x1b[2K${place + 1} of ${chosen.length}, run ${time} of ${runs}: ${what}`);
      const name = `delivery-${place}-${time}`;
      const seen = await run(scene, name);
      const stored = scene.stored(name);
      least = Math.min(least, stored.size);
      copies += [...stored.values()].reduce((sum, times) => sum + times - 1, 0);
      if (seen?.notes) notes = [...notes, seen.notes];
      if (seen?.failed) process.exitCode = 1;
    }
    if (least < tracked || copies > 0) process.exitCode = 1;
    process.stdout.write(
      `\r\x1b[2K${what}: ${least} of ${tracked}, ${copies} copies\n${notes.map((note) => `  ${note}\n`).join('')}`,
    );
    rows.push([what, `${least} of ${tracked}`, String(copies)]);
  }
  if (values.only === undefined) {
    await writeToReadme('bench:delivery', table([`at least, of ${runs} runs`, 'stored', 'copies'], rows));
  }
} finally {
  await browser.close();
  database.close();
  shop.close();
  await line.close();
  await service.stop();
  await removeData(service.data);
}

/** A shop's page with the tag, whose events go over the line. */
function page(): string {
  return `<!doctype html><title>Shop</title><link rel="icon" href="data:,">
<script async src="${service.url}/vitrine.js" data-key="${service.config.key}" data-api="${line.url}" data-vitals="off"></script>
<script>
  function say(run, from, to, text) {
    for (let media = from; media < to; media++) {
      (window.vitrine ||= []).push(['track', {
        kind: 'media', action: 'click', instance: run, scope: { kind: 'best' }, media: String(media), pics: 1,
        segments: text ? [['text', text]] : [],
      }]);
    }
  }
</script>`;
}
