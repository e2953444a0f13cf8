import { readFileSync } from 'node:fs';

/**
 * What `npm run serve` gives to Node: bounds for V8, then the file. Without them V8 takes more
 * than twice the memory under load, since it sees a machine where most of it is free; and what died young is collected
 * by the thread that it belongs to, whose helpers would keep the database's thread from a small machine's other core.
 * V8 also learns in which lines what is made lives long, and never unlearns it: after a rush, in which events wait, it
 * would make what a single event needs where only the slow collection of garbage ends it.
 * (The capacity of the new space is a default, which V8 doubles; `--max-semi-space-size` would also be the writer's.)
 */
export function startArguments(): string[] {
  const { scripts } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  const [, given] = /&& exec node ((?:--\S+ )*dist\/server\/main\.js)$/.exec(scripts.serve) ?? [];
  if (!given) throw new Error('`serve` in package.json does not end with node dist/server/main.js.');
  return given.split(' ');
}
