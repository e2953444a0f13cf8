import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { chromium } from './tools/browser.ts';

/** Unit tests run in Node; tests named `*.browser.test.ts` run in a real Chromium. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          environment: 'node',
          include: ['{src,server,tools,bench}/**/*.test.ts'],
          exclude: ['**/*.browser.test.ts', '**/node_modules/**'],
          testTimeout: 30_000,
          // Names of endpoints stand whole in `docs/content-api.md`.
          taskTitleValueFormatTruncate: 0,
        },
      },
      {
        optimizeDeps: {
          include: [
            'lit',
            'lit/directives/class-map.js',
            'lit/directives/if-defined.js',
            'lit/directives/repeat.js',
            '@lit/task',
            'idb-keyval',
            'web-vitals',
            'fast-check',
            'axe-core',
          ],
        },
        test: {
          name: 'elements',
          include: ['src/**/*.browser.test.ts'],
          globalSetup: ['tools/content-fixture.ts', 'tools/collector-fixture.ts'],
          testTimeout: 30_000,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({ launchOptions: chromium() }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
    ],
  },
});
