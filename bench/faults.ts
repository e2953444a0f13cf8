import { parseArgs } from 'node:util';
import { writeBenchmark } from './benchmarks.ts';
import { backup } from './faults/backup.ts';
import { clock } from './faults/clock.ts';
import { connections } from './faults/connections.ts';
import { diskFull } from './faults/disk-full.ts';
import type { Fault } from './faults/fault.ts';
import { killed } from './faults/killed.ts';
import { malformed } from './faults/malformed.ts';
import { migrated } from './faults/migrated.ts';
import { overload } from './faults/overload.ts';

/**
 * The real service, as its own process, while something goes wrong: killed, its disk full, far more asked of it than it
 * can do. Prints for each fault what must hold and what was measured; writes the table into docs/benchmarks.md; fails when
 * something did not hold.
 *
 * `--only WORDS` runs the faults whose first column has these words, and `--seconds N` overloads it for so long; both
 * leave that page alone.
 */
const FAULTS: readonly Fault[] = [killed, diskFull, overload, connections, malformed, clock, backup, migrated];

/** Where nobody watches, a line now and then is enough. */
const QUIET_MS = 10_000;

const { values } = parseArgs({ options: { only: { type: 'string' }, seconds: { type: 'string' } } });
const chosen = FAULTS.filter(({ what }) => what.includes(values.only ?? ''));
if (chosen.length === 0) throw new Error(`No fault has the words ${values.only}.`);

const rows: string[][] = [];
for (const [place, { what, must, run }] of chosen.entries()) {
  const started = performance.now();
  console.log(what);
  let shown = started;
  const { seen, held } = await run((note) => {
    const line = `${place + 1} of ${chosen.length}, ${Math.round((performance.now() - started) / 1000)} s: ${note}`;
    if (process.stdout.isTTY) process.stdout.write(`\r\x1b[2K${line.slice(0, process.stdout.columns - 1)}`);
    else if (performance.now() - shown > QUIET_MS) {
      shown = performance.now();
      console.log(line);
    }
  });
  if (!held) process.exitCode = 1;
  if (process.stdout.isTTY) process.stdout.write('\r\x1b[2K');
  console.log(`  must: ${must}\n  ${held ? 'holds' : 'DOES NOT HOLD'}: ${seen}`);
  rows.push([what, must, held ? seen : `**does not hold:** ${seen}`]);
}
if (values.only === undefined && values.seconds === undefined) {
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
  const head = ['fault', 'must', 'measured'];
  await writeBenchmark('bench:faults', [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n'));
}
