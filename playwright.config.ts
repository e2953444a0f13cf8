import { defineConfig } from '@playwright/test';
import { chromium } from './tools/browser.ts';

/** End-to-end tests: a real Chromium, the real service as its own process, its real database. Nothing is retried. */
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
  use: { browserName: 'chromium', launchOptions: chromium(), viewport: { width: 1280, height: 900 } },
});
