import { playwright } from '@vitest/browser-playwright';
import type { LaunchOptions } from 'playwright';
import { defineConfig } from 'vitest/config';
import { chromium, firefox } from './tools/browser.ts';

/** Unit tests run in Node; tests named `*.browser.test.ts` run in a real browser. */
export default defineConfig({
  test: {
    // Vitest would leave a core to itself: of a small machine's two, that is half, and it has little to do itself.
    maxWorkers: '100%',
    // Firefox starts a film by its own controls, and leaves it to the page what becomes of its promise.
    onUnhandledError: ({ name, message }) =>
      !(name === 'AbortError' && message.startsWith('The fetching process for the media resource was aborted')),
    projects: [
      {
        test: {
          name: 'unit',
          environment: 'node',
          include: ['{src,server,tools,bench}/**/*.test.ts'],
          exclude: ['**/*.browser.test.ts', '**/node_modules/**'],
          globalSetup: ['tools/testing/built-server.ts'],
          testTimeout: 30_000,
          // Vitest waits for one second, which a machine with other work to do needs for a step of an erasure.
          expect: { poll: { timeout: 10_000 } },
          // Names of endpoints stand whole in `docs/content-api.md`.
          taskTitleValueFormatTruncate: 0,
        },
      },
      elements('elements', { browser: 'chromium', launchOptions: chromium() }),
      // One page at a time: of two that open together in Firefox, Playwright sometimes loses the frame of one.
      elements('elements-firefox', { browser: 'firefox', launchOptions: firefox() }, { fileParallelism: false }),
    ],
  },
});

/** The tests that run in a browser. */
function elements(
  name: string,
  engine: { browser: 'chromium' | 'firefox'; launchOptions: LaunchOptions },
  options: { fileParallelism?: boolean } = {},
) {
  return {
    optimizeDeps: {
      include: [
        'lit',
        'lit/directives/class-map.js',
        'lit/directives/if-defined.js',
        'lit/directives/repeat.js',
        'idb-keyval',
        'web-vitals',
        'fast-check',
        'axe-core',
      ],
    },
    test: {
      name,
      include: ['src/**/*.browser.test.ts'],
      globalSetup: ['tools/testing/content-api.ts', 'tools/testing/collector.ts'],
      testTimeout: 30_000,
      // Vitest waits for one second, which a machine with other work to do needs for a long scroll alone.
      expect: { poll: { timeout: 5000 } },
      ...options,
      browser: {
        enabled: true,
        headless: true,
        screenshotFailures: false,
        provider: playwright({ launchOptions: engine.launchOptions }),
        instances: [{ browser: engine.browser, name }],
      },
    },
  };
}
