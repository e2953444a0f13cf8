import { Presets, SingleBar } from 'cli-progress';

/** Every tenth row is a line in a log. */
const ROWS_PER_LINE = 10;

/**
 * Shows the progress of some work: a bar on a terminal, and a line for every tenth row in a log.
 *
 * @param output usually standard error, so that standard output has the report only
 */
export function showProgress(what: string, output: NodeJS.WriteStream): (done: number, total: number) => void {
  if (output.isTTY) return showBar(what, output);
  return (done, total) => {
    if (done > 0 && (done === total || done % ROWS_PER_LINE === 0)) output.write(`${what}: ${done} of ${total}\n`);
  };
}

/** Shows the progress in percent, for work with so many parts that a line for every tenth would fill a log. */
export function showPercent(what: string, output: NodeJS.WriteStream): (done: number, total: number) => void {
  const show = showProgress(`${what} (%)`, output);
  let shown = 0;
  show(0, 100);
  return (done, total) => {
    for (const percent = total === 0 ? 100 : Math.floor((100 * done) / total); shown < percent; ) show(++shown, 100);
  };
}

function showBar(what: string, output: NodeJS.WriteStream): (done: number, total: number) => void {
  const format = `${what} {bar} {value} of {total}, {eta_formatted} to go`;
  const bar = new SingleBar({ format, stream: output, hideCursor: true }, Presets.shades_classic);
  return (done, total) => {
    if (done === 0) bar.start(total, 0);
    bar.update(done);
    if (done === total) bar.stop();
  };
}
