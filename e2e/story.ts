import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { test as base, expect, type Page } from '@playwright/test';
import { openContentStore } from '../server/store/testing/open-stores.ts';
import { StoredEvents, type StoredRow } from '../server/store/testing/stored-events.ts';
import { type RunningService, removeData, startService } from '../tools/service.ts';
import { Services } from './services.ts';
import { openShop, type Shop } from './shop.ts';

export type { StoredRow as Row } from '../server/store/testing/stored-events.ts';
export { expect };

/** The real service on its own copy of the demo, a shop on another origin, and a look into the database. */
export interface World {
  service: RunningService;
  shop: Shop;
  /** The events of the shopper so far, in the order in which they happened, web vitals left out. */
  rows(): StoredRow[];
  /** `kind action media` of each event: a story at a glance. */
  story(): string[];
  /** Names of the vitals that were reported of a page. */
  vitals(url: string): string[];
  admin(...words: string[]): string;
  /** Stops the service; `up` starts it again on the same address and data. */
  down(): Promise<void>;
  up(): Promise<void>;
  /** The tag, as a shop pastes it, with more attributes if wanted. */
  tag(attributes?: string): string;
}

const root = fileURLToPath(new URL('..', import.meta.url));

export const test = base.extend<{ world: World }, { services: Services }>({
  services: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the fixtures from this pattern.
    async ({}, use) => {
      const services = new Services();
      await use(services);
      await services.close();
    },
    { scope: 'worker' },
  ],
  world: async ({ services }, use) => {
    let service = await services.take();
    const { data } = service;
    const shop = await openShop();
    const admin = (...words: string[]) =>
      execFileSync('node', ['dist/server/admin.js', ...words], {
        cwd: root,
        env: { ...process.env, VITRINE_DATA: data },
        encoding: 'utf8',
      });
    const { customer, key } = service.config;
    // In this process: a command each would take longer than most tests.
    const content = await openContentStore(data);
    for (const origin of [...shop.origins, service.url]) await content.addOrigin(Number(customer), origin);
    await content.close();
    const stored = new StoredEvents({ data, customerId: Number(customer) });
    const rows = () => stored.rows().filter(({ kind }) => kind !== 'vital');
    await use({
      service,
      shop,
      down: async () => void (await service.stop()),
      up: async () => {
        service = await startService({ data, port: service.port });
      },
      rows,
      story: () => rows().map(({ kind, action, media_id }) => [kind, action, media_id].filter(Boolean).join(' ')),
      vitals: (url) =>
        stored
          .rows()
          .flatMap(({ kind, page_url, action }) => (kind === 'vital' && page_url === url && action ? [action] : [])),
      admin,
      tag: (attributes = '') =>
        `<script async src="${service.url}/vitrine.js" data-key="${key}" ${attributes}></script>`,
    });
    stored.close();
    shop.close();
    await service.stop();
    await removeData(data);
  },
});

/** Waits until the database holds just this story, and stays so. */
export async function expectStory({ story }: World, expected: string[]): Promise<void> {
  await expect.poll(story).toEqual(expected);
}

/** Collects what would trouble a shop's console; each test ends with none. */
export function listenForTrouble(page: Page): string[] {
  const trouble: string[] = [];
  page.on('pageerror', (error) => trouble.push(error.message));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) trouble.push(message.text());
  });
  return trouble;
}

/** What the tag writes to the console, as `error vitrine: …`: the browser writes a line of its own for each answer of 403. */
export function readConsole(page: Page): string[] {
  const lines: string[] = [];
  page.on('console', (line) => line.text().startsWith('vitrine') && lines.push(`${line.type()} ${line.text()}`));
  return lines;
}
