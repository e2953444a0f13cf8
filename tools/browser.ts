import { existsSync } from 'node:fs';
import { type LaunchOptions, chromium as playwrightChromium, firefox as playwrightFirefox } from 'playwright';

/** Where Debian, Ubuntu and macOS keep a Chromium of their own, best first. Debian's `/usr/bin` wrapper adds flags. */
const SYSTEM_CHROMIUM = [
  '/usr/lib/chromium/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** Where Debian, Ubuntu and macOS keep a Firefox of their own. */
const SYSTEM_FIREFOX = [
  '/usr/lib/firefox-esr/firefox-esr',
  '/usr/lib/firefox/firefox',
  '/Applications/Firefox.app/Contents/MacOS/firefox',
];

/** A browser for the tests: `CHROMIUM` from the environment, Playwright's own, the system's, or none. */
export function findChromium(): string | undefined {
  return firstOf([process.env.CHROMIUM, playwrightChromium.executablePath(), ...SYSTEM_CHROMIUM]);
}

/** Another browser for the tests: `FIREFOX` from the environment, Playwright's own, the system's, or none. */
export function findFirefox(): string | undefined {
  return firstOf([process.env.FIREFOX, playwrightFirefox.executablePath(), ...SYSTEM_FIREFOX]);
}

function firstOf(paths: (string | undefined)[]): string | undefined {
  return paths.find((path) => path && existsSync(path));
}

/** A browser without a window calls itself HeadlessChrome, and our service counts robots apart. */
const USER_AGENT =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';

/** Launch options that keep the browser quiet and let it reach this machine only (hosts named `*.shop.test` too). */
export function chromium(): LaunchOptions {
  const executablePath = findChromium();
  return {
    ...(executablePath ? { executablePath } : {}),
    args: [
      '--no-sandbox',
      `--user-agent=${USER_AGENT}`,
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--host-resolver-rules=MAP shop.test 127.0.0.1, MAP *.shop.test 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost',
    ],
  };
}

/** The same for Firefox. Its list of local names knows no `*`. */
export function firefox(): LaunchOptions {
  const executablePath = findFirefox();
  const own = executablePath === playwrightFirefox.executablePath();
  return {
    // Playwright patches a Firefox of its own, and speaks WebDriver BiDi with any other.
    ...(executablePath && !own ? { executablePath, channel: 'moz-firefox' } : {}),
    firefoxUserPrefs: {
      'network.dns.disabled': true,
      'network.dns.localDomains': 'shop.test,www.shop.test,checkout.shop.test',
    },
  };
}
