import { spawnSync } from 'node:child_process';
import { findChromium, findFirefox } from './browser.ts';

interface Wanted {
  name: string;
  find(): string | undefined;
  /** What Playwright calls it. */
  playwright: string;
  /** Debian's packages of it. */
  debian: string[];
  /** How its place is told. */
  variable: string;
}

/** Finds a Chromium or installs one; throws with advice where neither is possible. */
export function ensureChromium(): string {
  return ensure({
    name: 'Chromium',
    find: findChromium,
    playwright: 'chromium',
    debian: ['chromium', 'fonts-dejavu-core'],
    variable: 'CHROMIUM',
  });
}

/** Finds a Firefox or installs one; throws with advice where neither is possible. */
export function ensureFirefox(): string {
  return ensure({
    name: 'Firefox',
    find: findFirefox,
    playwright: 'firefox',
    debian: ['firefox-esr', 'fonts-dejavu-core'],
    variable: 'FIREFOX',
  });
}

function ensure({ name, find, playwright, debian, variable }: Wanted): string {
  // In the order in which they are tried; the last works where only Debian's packages can be reached.
  const ways: [command: string, args: string[]][][] = [
    [['npx', ['playwright', 'install', '--with-deps', playwright]]],
    [
      ['apt-get', ['update', '-q']],
      ['apt-get', ['install', '-y', '-q', '--no-install-recommends', ...debian]],
    ],
  ];
  for (const way of ways) {
    const found = find();
    if (found) return found;
    console.log(`No ${name} yet; trying: ${way.map(([command, args]) => [command, ...args].join(' ')).join(' && ')}`);
    way.every(([command, args]) => spawnSync(command, args, { stdio: 'inherit' }).status === 0);
  }
  const found = find();
  if (found) return found;
  throw new Error(`No ${name} could be installed. Install one and name it: ${variable}=/path/to/it`);
}
