import { parseArgs } from 'node:util';
import { ensureChromium, ensureFirefox } from '../tools/install.ts';
import { table, writeBenchmark } from './benchmarks.ts';
import { CASES, type Case } from './delivery/cases.ts';
import { CHROMIUM, type Engine, FIREFOX } from './delivery/engines.ts';
import { installOthers, OTHERS, startOther } from './delivery/others.ts';
import { type Outcome, openStage, type Stage } from './delivery/stage.ts';
import type { Tracker } from './delivery/tracker.ts';
import { startVitrine } from './delivery/vitrine.ts';

/**
 * What becomes of a shopper's acts where trackers lose some: the built tag in real browsers, the real service behind a
 * line with a round trip of 200 ms. Prints for each case how many acts were stored at least, of how many, and how many
 * were stored more than once. Fails when an act of ours is missing or there twice.
 *
 * `--with snowplow,posthog,segment` runs the same with other trackers, in Chromium; `--only WORDS` runs the cases whose
 * names have these words; `--runs N` runs each so many times; `--at-once N` plays so many at the same time
 * (most of a case is waiting). A run of all cases with all trackers, five times each, writes its table into
 * docs/benchmarks.md.
 */
const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    with: { type: 'string', default: '' },
    runs: { type: 'string', default: '5' },
    'at-once': { type: 'string', default: '4' },
  },
});
/** Of each case, for docs/benchmarks.md. */
const MIN_RUNS = 5;
const runs = Number(values.runs);
const others = values.with.split(',').filter(Boolean);
for (const name of others) if (!OTHERS.includes(name)) throw new Error(`--with knows ${OTHERS.join(', ')}.`);
const chosen = CASES.filter(({ what }) => what.includes(values.only));
if (chosen.length === 0) throw new Error(`No case has the words ${values.only}.`);
if (!(runs >= 1)) throw new Error('--runs is how often each case is played.');

/** A column of the table. */
interface Column {
  title: string;
  tracker: Tracker;
  engine: Engine;
  stage: Stage;
  /** Of each case, its runs. */
  outcomes: Map<Case, Outcome[]>;
}

ensureChromium();
ensureFirefox();
if (others.length > 0) installOthers();
const columns: Column[] = [];
try {
  const vitrine = await startVitrine();
  await add(vitrine, CHROMIUM, 'Vitrine');
  await add(vitrine, FIREFOX, 'Vitrine in Firefox');
  for (const name of others) await add(await startOther(name), CHROMIUM, name);

  const plays = columns.flatMap((column) =>
    chosen
      .filter(({ not }) => !not?.[column.engine.name])
      .flatMap((what) => Array.from({ length: runs }, (_, run) => ({ column, what, run }))),
  );
  let done = 0;
  const play = async ({ column, what, run }: (typeof plays)[number]) => {
    const outcome = await column.stage.play(what, `run-${columns.indexOf(column)}-${CASES.indexOf(what)}-${run}`);
    column.outcomes.set(what, [...(column.outcomes.get(what) ?? []), outcome]);
    process.stdout.write(`\r\x1b[2K${++done} of ${plays.length}`);
  };
  const alone = ({ what }: (typeof plays)[number]) => what.alone;
  for (const each of plays.filter(alone)) await play(each);
  const rest = plays.filter((each) => !alone(each));
  // No more than the machine bears: beside too many, one that needs much of it loses what it would not.
  await together(rest, Number(values['at-once']), play);
  process.stdout.write('\r\x1b[2K');
  for (const column of columns) report(column);
  const rows = chosen.map((what) => [what.what, ...columns.map((column) => cell(column, what))]);
  const text = table([`stored at least, of ${runs} runs`, ...columns.map(({ title }) => title)], rows);
  console.log(`\n${text}`);
  if (values.only === '' && runs >= MIN_RUNS && others.length === OTHERS.length)
    await writeBenchmark('bench:delivery', text);
} finally {
  for (const { stage } of columns) await stage.close();
  for (const tracker of new Set(columns.map(({ tracker }) => tracker))) await tracker.close();
}

async function add(tracker: Tracker, engine: Engine, title: string): Promise<void> {
  columns.push({ title, tracker, engine, stage: await openStage(tracker, engine), outcomes: new Map() });
}

/** Does all of it, so much at the same time. */
async function together<T>(all: T[], atOnce: number, act: (each: T) => Promise<void>): Promise<void> {
  const rest = [...all];
  const next = async () => {
    for (let each = rest.shift(); each; each = rest.shift()) await act(each);
  };
  await Promise.all(Array.from({ length: atOnce }, next));
}

function isOurs({ tracker }: Column): boolean {
  return tracker.name === 'Vitrine';
}

/** Prints what the cases of a column have shown, and fails where one of ours falls short. */
function report(column: Column): void {
  console.log(`\n${column.title}`);
  for (const what of chosen) {
    const outcomes = column.outcomes.get(what) ?? [];
    const why = what.not?.[column.engine.name];
    console.log(`  ${what.what}: ${why ? `${column.engine.name} ${why}` : cell(column, what)}`);
    for (const { notes } of outcomes) if (notes) console.log(`    ${notes}`);
    if (isOurs(column) && outcomes.some((outcome) => fallsShort(outcome, what))) process.exitCode = 1;
  }
}

function fallsShort({ stored, copies, failed }: Outcome, { tracked }: Case): boolean {
  return stored < tracked || copies > 0 || failed !== undefined;
}

function cell(column: Column, what: Case): string {
  if (what.not?.[column.engine.name]) return '–';
  const seen = column.outcomes.get(what) ?? [];
  const least = Math.min(...seen.map(({ stored }) => stored));
  const copies = Math.max(...seen.map(({ copies }) => copies));
  const early = Math.min(...seen.map(({ early = Number.NaN }) => early));
  return [
    `${least} of ${what.tracked}`,
    ...(early >= 0 ? [`${early} before it`] : []),
    ...(copies > 0 ? [`${copies} copies`] : []),
    ...(isOurs(column) && seen.some((outcome) => fallsShort(outcome, what)) ? ['**falls short**'] : []),
  ].join(', ');
}
