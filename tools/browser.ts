import { existsSync } from 'node:fs';
import { type LaunchOptions, chromium as playwrightChromium } from 'playwright';

/** Where Debian, Ubuntu and macOS keep a Chromium of their own, best first. Debian's `/usr/bin` wrapper adds flags. */
const SYSTEM_CHROMIUM = [
  '/usr/lib/chromium/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** A browser for the tests: `CHROMIUM` from the environment, Playwright's own, the system's, or none. */
export function findChromium(): string | undefined {
  return [process.env.CHROMIUM, playwrightChromium.executablePath(), ...SYSTEM_CHROMIUM].find(
    (path) => path && existsSync(path),
  );
}

/** Launch options that keep the browser quiet and let it reach this machine only (hosts named `*.shop.test` too). */
export function chromium(): LaunchOptions {
  const executablePath = findChromium();
  return {
    ...(executablePath ? { executablePath } : {}),
    args: [
      '--no-sandbox',
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
