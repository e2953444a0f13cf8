import { execFileSync } from 'node:child_process';
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type LaunchOptions,
  type Page,
  chromium as playwrightChromium,
  firefox as playwrightFirefox,
} from 'playwright';
import { chromium, firefox } from '../../tools/browser.ts';

/** A browser in which cases run. */
export interface Engine {
  name: 'Chromium' | 'Firefox';
  /** What a new context needs to trust the line. */
  context: BrowserContextOptions;
  launch(): Promise<Browser>;
  /** Starts a browser on a profile that outlives it. */
  open(profile: string): Promise<BrowserContext>;
  /** Ends by SIGKILL a browser that `open` started. */
  kill(context: BrowserContext, profile: string): Promise<void>;
  /** What can be done and seen in it besides; without these a case does not apply, or shows less. */
  lab?: {
    crash(page: Page): Promise<void>;
    /** Makes the processor of a page so many times slower. */
    slow(page: Page, times: number): Promise<void>;
  };
}

/** Playwright's own way to trust a certificate ends with the page, in Chromium. */
function trusting(): LaunchOptions {
  const options = chromium();
  return { ...options, args: [...(options.args ?? []), '--ignore-certificate-errors'] };
}

export const CHROMIUM: Engine = {
  name: 'Chromium',
  context: {},
  launch: () => playwrightChromium.launch(trusting()),
  open: (profile) => playwrightChromium.launchPersistentContext(profile, trusting()),
  async kill(context) {
    const cdp = await (context.browser() as Browser).newBrowserCDPSession();
    const { processInfo } = await cdp.send('SystemInfo.getProcessInfo');
    const closed = context.waitForEvent('close');
    process.kill(processInfo.find(({ type }) => type === 'browser')?.id as number, 'SIGKILL');
    await closed;
  },
  lab: {
    async crash(page) {
      const cdp = await page.context().newCDPSession(page);
      const crashed = page.waitForEvent('crash');
      void cdp.send('Page.crash').catch(() => {});
      await crashed;
    },
    async slow(page, times) {
      const cdp = await page.context().newCDPSession(page);
      await cdp.send('Emulation.setCPUThrottlingRate', { rate: times });
    },
  },
};

const TRUSTING: BrowserContextOptions = { ignoreHTTPSErrors: true };

export const FIREFOX: Engine = {
  name: 'Firefox',
  context: TRUSTING,
  launch: () => playwrightFirefox.launch(firefox()),
  open: (profile) => playwrightFirefox.launchPersistentContext(profile, { ...firefox(), ...TRUSTING }),
  async kill(context, profile) {
    const closed = context.waitForEvent('close');
    process.kill(processOn(profile), 'SIGKILL');
    await closed;
  },
};

/** The process that was started with a profile: Firefox does not tell its own. */
function processOn(profile: string): number {
  const all = execFileSync('ps', ['-A', '-ww', '-o', 'pid=,args='], { encoding: 'utf8' }).split('\n');
  const found = all.find((line) => line.includes(` ${profile}`) && !line.includes('-contentproc'));
  if (!found) throw new Error('No browser runs on this profile.');
  return Number.parseInt(found, 10);
}
