import { defineConfig } from '@playwright/test';
import { chromium, firefox } from './tools/browser.ts';

/** End-to-end tests: a real browser, the real service as its own process, its real database. Nothing is retried. */
export default defineConfig({
  testDir: 'e2e',
  globalSetup: './e2e/global-setup.ts',
  outputDir: 'test-results',
  timeout: 60_000,
  expect: { timeout: 15_000 },
  workers: 2,
  retries: 0,
  forbidOnly: Boolean(process.env.CI),
  reporter: 'list',
  use: { viewport: { width: 1280, height: 900 } },
  projects: [
    { name: 'chromium', use: { browserName: 'chromium', launchOptions: chromium() } },
    { name: 'firefox', use: { browserName: 'firefox', launchOptions: firefox() } },
  ],
});
