import type { Page } from '@playwright/test';

declare global {
  interface Window {
    /** Does not return, the first time that it is called while the page leaves. */
    halt(): void;
    leaving: boolean;
  }
}

export const ONLY_CHROMIUM_HALTS = 'only Chromium lets a test end a script; Firefox does by itself';

/** To be called before the page is opened. @param sabotage calls `halt` where the script shall be ended */
export async function prepareHalt(page: Page, sabotage: () => void): Promise<void> {
  await page.addInitScript(() => {
    window.halt = () => {
      if (!window.leaving) return;
      window.leaving = false;
      console.debug('halted');
      for (;;);
    };
  });
  await page.addInitScript(sabotage);
}

/** Where `prepareHalt` may end it: a request is on its way, and nothing else is done yet. */
export function whenARequestHasLeft(): void {
  const { fetch } = window;
  window.fetch = (...how) => {
    const answer = fetch(...how);
    answer.catch(() => {});
    window.halt();
    return answer;
  };
}

/**
 * Acts, begins to leave, and ends the script where it halts, as Firefox does when a tab is closed. The page stays until
 * it is navigated.
 * @param act an expression
 */
export async function leaveHalfway(page: Page, act: string): Promise<void> {
  const cdp = await page.context().newCDPSession(page);
  const halted = page.waitForEvent('console', (message) => message.text() === 'halted');
  // A page whose end is near gets no timer any more.
  const left = page.evaluate(`window.setTimeout = () => 0; ${act}; leaving = true; dispatchEvent(new Event('freeze'))`);
  left.catch(() => {});
  await halted;
  await cdp.send('Runtime.terminateExecution');
}
