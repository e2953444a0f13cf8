import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from '../tools/browser.ts';
import { accountOf, clicks } from './account.ts';
import { expect, test } from './story.ts';

/**
 * A browser of its own: one that is debugged prerenders nothing. The pages tell the shop themselves what they see, and
 * do what it answers.
 */
test('a page that is prerendered sends and stores nothing before somebody sees it, and then all of it', async ({
  world,
}) => {
  world.shop.page(
    '/',
    `<!doctype html><title>Shop</title><link rel="icon" href="data:,">
<script type="speculationrules">{"prerender":[{"source":"list","urls":["/product"],"eagerness":"immediate"}]}</script>
<script>
  const look = setInterval(async () => {
    if (!(await fetch('/open')).ok) return;
    clearInterval(look);
    location.href = '/product';
  }, 100);
</script>`,
  );
  world.shop.page(
    '/product',
    `${accountOf(world)}<script>
  act(1, 2);
  (async () => {
    for (let prerendering = true; prerendering; await new Promise((resolve) => setTimeout(resolve, 100))) {
      prerendering = document.prerendering;
      const started = Object.getOwnPropertySymbols(document).some(({ description }) => description?.startsWith('vitrine '));
      const databases = (await indexedDB.databases()).length;
      const { cookie } = document;
      await fetch('/saw?' + JSON.stringify({ prerendering, started, databases, cookie, errors: account.errors, dropped: account.dropped }));
    }
    act(3);
  })();
</script>`,
  );
  const browser = await launch(world.shop.url('/'));
  try {
    const unseen = { prerendering: true, started: true, databases: 0, cookie: '', errors: [], dropped: 0 };
    await expect.poll(() => saw(world.shop.asked)).toContainEqual(unseen);
    // Long enough for what is gathered to leave.
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(
      new Set(
        saw(world.shop.asked)
          .filter(({ started }) => started)
          .map((seen) => JSON.stringify(seen)),
      ),
    ).toEqual(new Set([JSON.stringify(unseen)]));
    expect(world.rows()).toEqual([]);
    world.shop.page('/open', 'yes');
    await expect.poll(world.story).toEqual(clicks(1, 3));
    expect(saw(world.shop.asked).at(-1)).toMatchObject({ prerendering: false, errors: [], dropped: 0 });
    expect(world.shop.asked.filter((path) => path === '/product').length).toBe(1);
  } finally {
    await browser.close();
  }
});

interface Seen {
  prerendering: boolean;
  started: boolean;
  databases: number;
  cookie: string;
  errors: string[];
  dropped: number;
}

function saw(asked: string[]): Seen[] {
  return asked.filter((path) => path.startsWith('/saw?')).map((path) => JSON.parse(decodeURIComponent(path.slice(5))));
}

async function launch(url: string): Promise<{ close(): Promise<void> }> {
  const { executablePath, args = [] } = chromium();
  const profile = await mkdtemp(join(tmpdir(), 'vitrine-profile-'));
  const browser: ChildProcess = spawn(
    executablePath ?? '',
    [...args, '--headless=new', `--user-data-dir=${profile}`, '--no-default-browser-check', url],
    { stdio: 'ignore' },
  );
  const ended = new Promise((resolve) => browser.on('close', resolve));
  return {
    async close() {
      browser.kill();
      await ended;
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
