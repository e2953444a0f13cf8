import { Presets, SingleBar } from 'cli-progress';

const EVERY = 10;

/**
 * Shows how far an import is: a bar on a terminal, and a line for every tenth row in a log.
 *
 * @param output where: standard error, so that a report on standard output stays clean
 */
export function showProgress(what: string, output: NodeJS.WriteStream): (done: number, total: number) => void {
  if (output.isTTY) return showBar(what, output);
  return (done, total) => {
    if (done > 0 && (done === total || done % EVERY === 0)) output.write(`${what}: ${done} of ${total}\n`);
  };
}

/** The same in percent, for what has so many parts that a line for every tenth would fill a log. */
export function showPercent(what: string, output: NodeJS.WriteStream): (done: number, total: number) => void {
  const show = showProgress(`${what} (%)`, output);
  let said = 0;
  show(0, 100);
  return (done, total) => {
    for (const percent = total === 0 ? 100 : Math.floor((100 * done) / total); said < percent; ) show(++said, 100);
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
