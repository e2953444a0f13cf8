import { spawnSync } from 'node:child_process';
import { findChromium } from './browser.ts';

/** Ways to get a Chromium, in the order in which they are tried; the last works where only Debian's packages can be reached. */
const WAYS: [command: string, args: string[]][][] = [
  [['npx', ['playwright', 'install', '--with-deps', 'chromium']]],
  [
    ['apt-get', ['update', '-q']],
    ['apt-get', ['install', '-y', '-q', '--no-install-recommends', 'chromium', 'fonts-dejavu-core']],
  ],
];

/** Finds a Chromium or installs one; throws with advice where neither is possible. */
export function ensureChromium(): string {
  for (const way of WAYS) {
    const found = findChromium();
    if (found) return found;
    console.log(`No Chromium yet; trying: ${way.map(([command, args]) => [command, ...args].join(' ')).join(' && ')}`);
    way.every(([command, args]) => spawnSync(command, args, { stdio: 'inherit' }).status === 0);
  }
  const found = findChromium();
  if (found) return found;
  throw new Error('No Chromium could be installed. Install one and name it: CHROMIUM=/path/to/chromium npm test');
}
