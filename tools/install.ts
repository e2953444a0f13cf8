import { spawnSync } from 'node:child_process';
import { findChromium, findFirefox } from './browser.ts';

interface Wanted {
  name: string;
  find(): string | undefined;
  /** The command that is tried before Debian's packages. */
  first: [command: string, args: string[]];
  /** Debian's packages of it. */
  debian: string[];
  /** What to do where it cannot be installed. */
  advice: string;
}

/** Finds a Chromium or installs one; throws with advice where neither is possible. */
export function ensureChromium(): string {
  return ensure({
    name: 'Chromium',
    find: findChromium,
    first: playwright('chromium'),
    debian: ['chromium', 'fonts-dejavu-core'],
    advice: 'Install one and name it: CHROMIUM=/path/to/it',
  });
}

/** Finds a Firefox or installs one; throws with advice where neither is possible. */
export function ensureFirefox(): string {
  return ensure({
    name: 'Firefox',
    find: findFirefox,
    first: playwright('firefox'),
    debian: ['firefox-esr', 'fonts-dejavu-core'],
    advice: 'Install one and name it: FIREFOX=/path/to/it',
  });
}

/** Finds an ffmpeg, which draws posters of videos, or installs one; throws with advice where neither is possible. */
export function ensureFfmpeg(): string {
  return ensure({
    name: 'ffmpeg',
    find: () => (spawnSync('ffmpeg', ['-version']).status === 0 ? 'ffmpeg' : undefined),
    first: ['brew', ['install', 'ffmpeg']],
    debian: ['ffmpeg'],
    advice: 'Install one: it has to be on the PATH',
  });
}

function playwright(browser: string): Wanted['first'] {
  return ['npx', ['playwright', 'install', '--with-deps', browser]];
}

function ensure({ name, find, first, debian, advice }: Wanted): string {
  // In the order in which they are tried; the last works where only Debian's packages can be reached.
  const ways: [command: string, args: string[]][][] = [
    [first],
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
  throw new Error(`No ${name} could be installed. ${advice}.`);
}
