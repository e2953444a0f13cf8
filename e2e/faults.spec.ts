import {
  accountOf,
  block,
  clicks,
  expectAll,
  expectQuiet,
  NEXT,
  online,
  open,
  readAccount,
  ready,
  stored,
  tell,
} from './account.ts';
import { leaveHalfway, ONLY_CHROMIUM_HALTS, prepareHalt, whenARequestHasLeft } from './halt.ts';
import { expect, listenForTrouble, test, type World } from './story.ts';

/** What goes wrong in a tab. In each case the shop's page is unharmed, nothing is lost and nothing is sent for ever. */

test.beforeEach(({ world }) => {
  world.shop.page('/', accountOf(world));
  world.shop.page('/next', NEXT);
});

/** What a test can do to a browser from outside, by its DevTools. */
const ONLY_CHROMIUM = 'only Chromium lets a test fill or clear a page’s storage, and freeze it';

test.describe('storage', () => {
  const FAULTS: [name: string, sabotage: () => void][] = [
    ['absent', () => Object.defineProperty(window, 'indexedDB', { value: undefined })],
    [
      'blocked',
      () => {
        IDBFactory.prototype.open = () => {
          throw new DOMException('The operation is insecure.', 'SecurityError');
        };
      },
    ],
    [
      'failing to open',
      () => {
        const { open } = IDBFactory.prototype;
        // The blank page with which a tab of Firefox begins has no databases.
        if (origin === 'null') return;
        open.call(indexedDB, 'newer', 2);
        // A real error event: that version is older than what is there.
        IDBFactory.prototype.open = () => open.call(indexedDB, 'newer', 1);
      },
    ],
    [
      'closed by the browser before each use',
      () => {
        const { transaction } = IDBDatabase.prototype;
        IDBDatabase.prototype.transaction = function (this: IDBDatabase, ...how: Parameters<typeof transaction>) {
          this.close();
          return transaction.apply(this, how);
        };
      },
    ],
  ];
  test(`${FAULTS.map(([name]) => name).join(', ')}: events are kept in memory and delivered`, async ({
    browser,
    world,
  }) => {
    const visits = FAULTS.map(async ([, sabotage], i) => {
      const page = await (await browser.newContext()).newPage();
      await page.addInitScript(sabotage);
      const trouble = await open(page, world);
      const blocker = await block(page);
      await tell(page, 3 * i + 1, 3 * i + 2);
      await expect.poll(blocker.asked).toBeGreaterThan(0);
      await blocker.lift();
      await tell(page, 3 * i + 3);
      await online(page);
      return { page, trouble };
    });
    for (const { page, trouble } of await Promise.all(visits)) {
      await expectAll(page, world, 3 * FAULTS.length, trouble);
      await page.context().close();
    }
  });

  test('full: events are kept in memory, and stored as soon as there is room', async ({ page, world, browserName }) => {
    test.skip(browserName !== 'chromium', ONLY_CHROMIUM);
    const cdp = await page.context().newCDPSession(page);
    const origin = new URL(world.shop.url('/')).origin;
    // Before the page: a browser that has once seen room does not look again for half a minute.
    await cdp.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 1 });
    const trouble = await open(page, world);
    const blocker = await block(page);
    await tell(page, 1, 20);
    await expect.poll(blocker.asked).toBeGreaterThan(0);
    expect(await stored(page)).toEqual([]);
    await cdp.send('Storage.overrideQuotaForOrigin', { origin });
    await tell(page, 21);
    await expect.poll(async () => (await stored(page)).length).toBe(21);
    await blocker.lift();
    await online(page);
    await expectAll(page, world, 21, trouble);
  });

  test('cleared while the page lives: what it has in memory is delivered, and what follows is stored', async ({
    page,
    world,
    browserName,
  }) => {
    test.skip(browserName !== 'chromium', ONLY_CHROMIUM);
    const trouble = await open(page, world);
    const blocker = await block(page);
    await tell(page, 1, 2);
    await expect.poll(() => stored(page)).toEqual(['1', '2']);
    const cdp = await page.context().newCDPSession(page);
    const origin = new URL(world.shop.url('/')).origin;
    await cdp.send('Storage.clearDataForOrigin', { origin, storageTypes: 'indexeddb' });
    await tell(page, 3);
    await expect.poll(() => stored(page)).toEqual(['3']);
    await blocker.lift();
    await online(page);
    await expectAll(page, world, 3, trouble);
  });

  test('another tab brings a newer version: nobody waits for anybody', async ({ page, context, world }) => {
    const trouble = await open(page, world);
    const blocker = await block(page);
    await tell(page, 1);
    await expect.poll(() => stored(page)).toEqual(['1']);
    const newer = await context.newPage();
    await newer.goto(world.shop.url('/next'));
    await newer.evaluate(
      () =>
        new Promise<void>((resolve, reject) => {
          const request = indexedDB.open('vitrine', 7);
          request.onupgradeneeded = () => request.result.createObjectStore('of a newer tracker');
          request.onblocked = () => reject(new Error('The older tab does not let go.'));
          request.onsuccess = () => {
            request.result.close();
            resolve();
          };
        }),
    );
    await tell(page, 2);
    await expect.poll(() => stored(page)).toEqual(['1', '2']);
    await page.goto(world.shop.url('/'));
    await blocker.lift();
    await expectAll(page, world, 2, trouble);
  });

  test('another tab does not let go of an older version: events go from memory, and into the database when it does', async ({
    page,
    context,
    world,
  }) => {
    const older = await context.newPage();
    await older.goto(world.shop.url('/next'));
    await older.evaluate(
      () =>
        new Promise<void>((resolve) => {
          const request = indexedDB.open('vitrine', 1);
          request.onupgradeneeded = () => request.result.createObjectStore('tracker');
          request.onsuccess = () => {
            // It never hears of this.
            indexedDB.open('vitrine', 2);
            Object.assign(window, { letGo: () => request.result.close() });
            resolve();
          };
        }),
    );
    const trouble = await open(page, world);
    await tell(page, 1);
    // The database is given three seconds to answer.
    await expect.poll(world.story).toEqual(clicks(1, 1));
    const blocker = await block(page);
    await older.evaluate(() => (window as unknown as { letGo(): void }).letGo());
    await tell(page, 2);
    await expect.poll(() => stored(page)).toEqual(['2']);
    await blocker.lift();
    await online(page);
    await expectAll(page, world, 2, trouble);
  });
});

test.describe('the visitor’s clock', () => {
  const DAY = 86_400_000;

  test('jumps forth, and then back, by a day while the collector is away: it is asked again soon', async ({
    page,
    world,
  }) => {
    await page.addInitScript(() => {
      const { now } = Date;
      Object.assign(window, { clock: 0 });
      Date.now = () => now() + (window as unknown as { clock: number }).clock;
    });
    const trouble = await open(page, world);
    let media = 0;
    for (const clock of [DAY, 0]) {
      const blocker = await block(page);
      await tell(page, ++media);
      await expect.poll(blocker.asked).toBeGreaterThan(0);
      await page.evaluate((clock) => Object.assign(window, { clock }), clock);
      await tell(page, ++media);
      await expect.poll(async () => (await stored(page)).length).toBe(2);
      await blocker.lift();
      await expectAll(page, world, media, trouble);
    }
    expect(new Set(world.rows().map(({ id }) => id)).size).toBe(4);
  });

  test('has jumped by a day since the last visit, forth or back: what that one left is delivered', async ({
    browser,
    world,
  }) => {
    const visits = [DAY, -DAY].map(async (by, i) => {
      const page = await (await browser.newContext()).newPage();
      await page.addInitScript((by) => {
        const { now } = Date;
        // The blank page with which a tab of Firefox begins has no storage.
        if (origin === 'null') return;
        if (!sessionStorage.later) Date.now = () => now() - by;
        sessionStorage.later = 'yes';
      }, by);
      const trouble = await open(page, world);
      const blocker = await block(page);
      await tell(page, 3 * i + 1, 3 * i + 2);
      await expect.poll(async () => (await stored(page)).length).toBe(2);
      await page.goto(world.shop.url('/next'));
      await blocker.lift();
      await page.goto(world.shop.url('/'));
      await ready(page);
      await tell(page, 3 * i + 3);
      return { page, trouble };
    });
    for (const { page, trouble } of await Promise.all(visits)) {
      await expectAll(page, world, 6, trouble);
      await page.context().close();
    }
  });
});

test('a page is frozen and resumed: nothing lost, nothing twice', async ({ page, world, browserName }) => {
  test.skip(browserName !== 'chromium', ONLY_CHROMIUM);
  const trouble = await open(page, world);
  const cdp = await page.context().newCDPSession(page);
  await tell(page, 1, 2);
  await cdp.send('Page.setWebLifecycleState', { state: 'frozen' });
  // Before anybody resumes it.
  await expect.poll(world.story).toEqual(clicks(1, 2));
  await cdp.send('Page.setWebLifecycleState', { state: 'active' });
  const blocker = await block(page);
  await tell(page, 3, 4);
  await cdp.send('Page.setWebLifecycleState', { state: 'frozen' });
  await expect.poll(blocker.asked).toBeGreaterThan(0);
  await blocker.lift();
  await cdp.send('Page.setWebLifecycleState', { state: 'active' });
  await expectAll(page, world, 4, trouble);
});

test('20 tabs at once: all of theirs arrives, and one of them brings what an earlier visit left', async ({
  page,
  context,
  world,
  browserName,
}) => {
  // Where there are locks: on a page that the browser takes for secure.
  const url = world.shop.url('/', '127.0.0.1');
  world.admin('origin', 'add', new URL(url).origin, '--customer', world.service.config.customer);
  const blocker = await block(page);
  await page.goto(url);
  await ready(page);
  await tell(page, 1, 5);
  await expect.poll(async () => (await stored(page)).length).toBe(5);
  await page.goto('about:blank');
  await blocker.lift();
  const bodies: string[] = [];
  context.on('request', (request) => {
    if (request.url().includes('/track/bulk')) bodies.push(request.postData() ?? '');
  });
  const tabs = await Promise.all(Array.from({ length: 20 }, () => context.newPage()));
  const troubles = tabs.map(listenForTrouble);
  await Promise.all(
    tabs.map(async (tab, i) => {
      await tab.goto(url);
      await ready(tab);
      await tell(tab, 6 + i);
    }),
  );
  for (const [i, tab] of tabs.entries()) await expectAll(tab, world, 25, troubles[i] ?? []);
  const rows = world.rows();
  expect(new Set(rows.map(({ analytics_id }) => analytics_id)).size).toBe(1);
  // Playwright does not tell what is in a request that Firefox keeps alive.
  if (browserName === 'firefox') return;
  for (const { id } of rows.filter(({ media_id }) => Number(media_id) <= 5))
    expect(bodies.filter((body) => body.includes(id)).length).toBe(1);
});

test.describe('the browser ends the script that a leaving page runs, as Firefox does when a tab is closed', () => {
  /** Each makes the script come to a halt where it shall be ended, the first time that it comes there. */
  const PLACES: [name: string, sabotage: () => void][] = [
    [
      'while events pass the gate',
      () => {
        const { stringify } = JSON;
        JSON.stringify = (value, ...how) => {
          if (value?.media === '3') window.halt();
          return stringify(value, ...(how as []));
        };
      },
    ],
    [
      'before a request leaves',
      () => {
        const { fetch } = window;
        window.fetch = (...how) => {
          window.halt();
          return fetch(...how);
        };
      },
    ],
    ['when a request has left', whenARequestHasLeft],
    [
      'before events are stored',
      () => {
        const { put } = IDBObjectStore.prototype;
        IDBObjectStore.prototype.put = function (this: IDBObjectStore, ...what) {
          if (Array.isArray(what[0])) window.halt();
          return put.apply(this, what);
        };
      },
    ],
  ];
  for (const [name, sabotage] of PLACES) {
    test(`${name}: what it did not come to is done when the page is gone`, async ({ page, world, browserName }) => {
      test.skip(browserName !== 'chromium', ONLY_CHROMIUM_HALTS);
      // What cannot leave has to be stored.
      await page.addInitScript(() => {
        Reflect.deleteProperty(window, 'fetchLater');
        Reflect.deleteProperty(Navigator.prototype, 'sendBeacon');
      });
      await prepareHalt(page, sabotage);
      const trouble = await open(page, world);
      await expect.poll(() => page.evaluate(async () => (await indexedDB.databases()).length)).toBe(1);
      const blocker = await block(page);
      await leaveHalfway(page, 'act(1, 5)');
      await page.goto(world.shop.url('/next'));
      await blocker.lift();
      await page.goto(world.shop.url('/'));
      await expectAll(page, world, 5, trouble);
    });
  }
});

test.describe('sendBeacon', () => {
  const FAULTS: [name: string, sabotage: () => void][] = [
    ['takes nothing', () => Object.assign(Navigator.prototype, { sendBeacon: () => false })],
    [
      'throws',
      () =>
        Object.assign(Navigator.prototype, {
          sendBeacon() {
            throw new TypeError('Illegal invocation');
          },
        }),
    ],
    ['is absent', () => Reflect.deleteProperty(Navigator.prototype, 'sendBeacon')],
    ['is no function', () => Object.assign(Navigator.prototype, { sendBeacon: true })],
  ];
  test(`${FAULTS.map(([name]) => name).join(', ')}: what a page could not send at its end, the next one sends`, async ({
    browser,
    world,
  }) => {
    const visits = FAULTS.map(async ([, sabotage], i) => {
      const page = await (await browser.newContext()).newPage();
      await page.addInitScript(() => Reflect.deleteProperty(window, 'fetchLater'));
      await page.addInitScript(sabotage);
      const trouble = await open(page, world);
      await expect.poll(() => stored(page)).toEqual([]);
      await tell(page, 4 * i + 1, 4 * i + 3);
      await page.getByRole('link').click();
      await page.waitForURL('**/next');
      await page.goto(world.shop.url('/'));
      await ready(page);
      await tell(page, 4 * i + 4);
      return { page, trouble };
    });
    for (const { page, trouble } of await Promise.all(visits)) {
      await expectAll(page, world, 4 * FAULTS.length, trouble);
      await page.context().close();
    }
  });
});

test('a policy (CSP) without the service: one request is refused, and no more are made', async ({
  page,
  world,
  browserName,
}) => {
  const { origin } = new URL(world.shop.url('/'));
  const policy = `<meta http-equiv="Content-Security-Policy" content="connect-src ${origin}">`;
  world.shop.page('/', accountOf(world, '', policy));
  const trouble = await open(page, world);
  await tell(page, 1, 3);
  await expect.poll(async () => (await readAccount(page)).refused.length).toBe(1);
  // What else might make it ask: more acts, the network, its end.
  await tell(page, 4, 2000);
  await online(page);
  await page.evaluate(() => dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true })));
  await page.evaluate(() => dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })));
  await page.waitForTimeout(2500);
  const { refused, errors } = await readAccount(page);
  expect([refused.length, errors]).toEqual([1, []]);
  // Chromium itself writes two lines of one fetch that a policy refuses: of the policy, and of the fetch.
  const lines =
    browserName === 'firefox'
      ? [/^The page’s settings blocked the loading of a resource \(connect-src\)/]
      : [
          /^Connecting to '.*' violates the following Content Security Policy directive/,
          /^Fetch API cannot load .* Refused to connect because it violates/,
        ];
  expect(trouble).toEqual(lines.map((line) => expect.stringMatching(line)));
  // A thousand are kept, in case the shop mends its policy.
  await expect.poll(async () => (await readAccount(page)).dropped).toBe(1000);
  expect((await stored(page)).length).toBe(1000);
});

test.describe('an ad blocker', () => {
  test('blocks the collector, with no storage either: a thousand events are kept, and the others counted', async ({
    page,
    world,
  }) => {
    await page.addInitScript(() => Object.defineProperty(window, 'indexedDB', { value: undefined }));
    const trouble = await open(page, world);
    const blocker = await block(page);
    for (let i = 0; i < 20; i++) await tell(page, i * 1000 + 1, i * 1000 + 1000);
    await expect.poll(async () => (await readAccount(page)).dropped).toBe(19_000);
    await expect.poll(blocker.asked).toBeGreaterThan(0);
    await page.waitForTimeout(3000);
    // It is asked ever more seldom.
    expect(blocker.asked()).toBeLessThan(10);
    await blocker.lift();
    await online(page);
    await expect.poll(() => world.rows().length).toBe(1000);
    const { dropped, errors } = await readAccount(page);
    expect([dropped, errors]).toEqual([19_000, []]);
    expectQuiet(trouble);
  });

  test('blocks the tracker’s own code for a while: a thousand events wait for it, and the others are counted', async ({
    page,
    world,
  }) => {
    const code = /\/v\/[^/]+\/start-\w+\.js/;
    await page.route(code, (route) => route.abort('blockedbyclient'));
    const trouble = listenForTrouble(page);
    await page.goto(world.shop.url('/'));
    await page.waitForFunction(() => Object.hasOwn(window.vitrine ?? {}, 'push'));
    await tell(page, 1, 1500);
    await page.evaluate(() => window.vitrine?.push(['segment', 'country', 'FI']));
    expect((await readAccount(page)).dropped).toBe(500);
    await page.unroute(code);
    await expect.poll(() => world.rows().length).toBe(1000);
    await tell(page, 1501);
    await expect.poll(() => world.rows().length).toBe(1001);
    expect(world.rows().at(-1)?.segments).toContain('FI');
    const { dropped, errors } = await readAccount(page);
    expect([dropped, errors]).toEqual([500, []]);
    expectQuiet(trouble);
  });
});

test.describe('the code of commands is blocked', () => {
  const CAROUSEL =
    '<vitrine-carousel stream-key="tl-ripple-mug" style="display: block; height: 14rem"></vitrine-carousel>';
  const pageWith = (world: World, command: string) =>
    `${accountOf(world).replace('</script>', `vitrine = [${command}];</script>`)}${CAROUSEL}`;
  const isSeen = (world: World) => world.story().includes('widget render');

  test('what happens on the page is delivered, and what was pushed follows when the code comes', async ({
    page,
    world,
  }) => {
    let asked = 0;
    await page.route(/\/v\/[^/]+\/commands-/, (route) => {
      asked++;
      return route.abort('blockedbyclient');
    });
    world.shop.page('/', pageWith(world, "['segment', 'country', 'FI']"));
    const trouble = listenForTrouble(page);
    await page.goto(world.shop.url('/'));
    await expect.poll(() => isSeen(world)).toBe(true);
    await tell(page, 1, 3);
    expect(asked).toBeGreaterThan(0);
    await page.unroute(/\/v\/[^/]+\/commands-/);
    await expect.poll(() => world.story()).toEqual(expect.arrayContaining(clicks(1, 3)));
    const told = world.rows().filter(({ media_id, action }) => media_id && action === 'click');
    expect(told.map(({ segments }) => segments)).toEqual(Array(3).fill('{"country":"FI"}'));
    expectQuiet(trouble);
  });

  test('a visitor’s choice that waits with the commands holds back what happens', async ({ page, world }) => {
    let asked = 0;
    await page.route(/\/v\/[^/]+\/commands-/, (route) => {
      asked++;
      return route.abort('blockedbyclient');
    });
    world.shop.page('/', pageWith(world, "['consent', 'denied']"));
    await page.goto(world.shop.url('/'));
    await expect.poll(() => asked).toBeGreaterThan(2);
    expect(world.story()).toEqual([]);
    await page.unroute(/\/v\/[^/]+\/commands-/);
    await ready(page);
    await page.waitForTimeout(1500);
    expect(world.story()).toEqual([]);
  });
});
