import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { uuidv7 } from '../../src/events/id.ts';
import { tracking } from '../../src/wires/tracking/encode.ts';
import { approve, reject } from '../admin/moderation.ts';
import { buildApp } from '../app.ts';
import { ROOT } from '../config.ts';
import { createStashes } from '../content/uploads/stashes.ts';
import { storeFiles } from '../media/files.ts';
import { MediaArchive } from '../media/media-archive.ts';
import { contentHash, type FileStatus, hashFolder, mediaFolder, statusFolder } from '../media/paths.ts';
import { CONTENT_FILE, EVENTS_FILE } from '../store/database-files.ts';
import { openStores } from '../store/stores.ts';
import { openContentStore, openEventStore } from '../store/testing/open-stores.ts';
import { inspectContent } from '../store/testing/read-content.ts';
import { readEvents, readTables, readTotals, recountTotals } from '../store/testing/read-events.ts';
import { openTestService, SHOP_ORIGIN, type TestService } from '../testing/service.ts';
import { backUp } from './backup.ts';

let service: TestService;
let around: string;
let target: string;
beforeEach(async () => {
  service = await openTestService();
  around = await mkdtemp(join(tmpdir(), 'vitrine-backup-'));
  target = join(around, 'monday');
});
afterEach(async () => {
  await service.close();
  await rm(around, { recursive: true });
});

/** `npm run backup`, as its own process. */
async function command(args: string[], dataDir = service.data) {
  const child = spawn(process.execPath, ['server/cli/backup.ts', ...args], {
    cwd: ROOT,
    env: { ...process.env, VITRINE_DATA: dataDir, INIT_CWD: around },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { stdout: '', stderr: '' };
  child.stdout.on('data', (text) => {
    said.stdout += text;
  });
  child.stderr.on('data', (text) => {
    said.stderr += text;
  });
  const [code] = await once(child, 'close');
  return { code, ...said };
}

interface Kept {
  id: number;
  hash: string;
}

/** Media with two files each. */
async function addMedia(count: number): Promise<Kept[]> {
  const contentStore = await openContentStore(service.data);
  const { id: userId } = await contentStore.upsertUser(service.customerId, { source: 'upload', username: 'mila' });
  const kept: Kept[] = [];
  for (let n = 0; n < count; n++) {
    const bytes = Buffer.from(`picture ${n}`);
    const hash = contentHash(bytes);
    const files = ['square.jpg', 'original.png'].map((name): [string, Uint8Array] => [name, bytes]);
    await storeFiles(mediaFolder(service.data), hash, new Map(files));
    const media = { userId, type: 'IMAGE', hash, imageExt: 'png', width: 9, height: 9, source: 'upload' } as const;
    const at = { submittedAt: 1, publishedAt: 1, status: 'approved' } as const;
    const { id } = await contentStore.addMedia(service.customerId, { ...media, ...at }, []);
    kept.push({ id, hash });
  }
  await contentStore.close();
  return kept;
}

/** Posts events until it is stopped; `answered` are the ids of those that were accepted. */
function track(lanes: number) {
  const wire = tracking({ api: service.url, key: service.key });
  const answered: string[] = [];
  let stopped = false;
  const lane = async () => {
    while (!stopped) {
      const at = Date.now();
      const scope = { kind: 'best' } as const;
      const shared = { kind: 'media', action: 'render', at, scope, instance: 'i', pics: 9, segments: [] } as const;
      const ids = Array.from({ length: 20 }, () => uuidv7(at));
      const events = ids.map((id, n) => ({ ...shared, id, media: String(n), analyticsId: 'v', segments: [] }));
      for (const { url, body } of wire.encode(events, 65_536, at)) {
        const response = await fetch(url, { method: 'POST', body: body ?? null, headers: { origin: SHOP_ORIGIN } });
        expect(response.status).toBe(200);
        await response.text();
      }
      answered.push(...ids);
    }
  };
  const done = Promise.all(Array.from({ length: lanes }, lane));
  return {
    answered,
    async stop() {
      stopped = true;
      await done;
    },
  };
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe('while a service is written to and moderated', () => {
  test('the backup is of one moment: all that was answered before, totals that are right, each media with its files', async () => {
    const media = await addMedia(150);
    const load = track(4);
    await until(() => load.answered.length >= 500);

    const contentStore = await openContentStore(service.data);
    const archive = new MediaArchive(contentStore, service.data);
    const stashFolder = join(service.data, 'uploads', 'stashes');
    const stashes = createStashes(contentStore, stashFolder);
    const { customerId } = service;
    let moderating = true;
    let acts = 0;
    const moderator = (async () => {
      for (let n = 0; moderating; n++) {
        const { id } = media[n % media.length] as Kept;
        await (n % 3 === 0 ? approve : reject)(archive, service.customerId, id);
        await writeFile(join(around, 'file'), 'stashed');
        const stash = await stashes.put({ customerId, kind: 'public' }, '203.0.113.1', join(around, 'file'));
        if (n % 2 === 0) await stashes.use(stash, id);
        acts++;
        // SQLite's own waiting would keep this thread's service waiting, too.
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
    })();
    // Something of each kind is there, however slow the machine is.
    await until(() => acts >= 6);
    const before = [...load.answered];
    const { code, stdout, stderr } = await command(['monday']);
    const after = load.answered.length;
    moderating = false;
    await moderator;
    await load.stop();
    await contentStore.close();
    expect(stderr).toMatch(
      new RegExp(`^Copying ${EVENTS_FILE} \\(%\\): 10 of 100\n[^]*Copying media \\(%\\): 100 of 100\n$`),
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /monday is the backup, with both databases and the files of 150 media. It was read and is complete\.\n$/,
    );
    // The service was at work meanwhile.
    expect(after).toBeGreaterThan(before.length);

    const stored = new Set(readEvents(target).map(({ id }) => id));
    expect(before.filter((id) => !stored.has(id))).toEqual([]);
    // How far the days are counted may differ: what is read of them may not.
    const { counted_totals: _, counted: __, ...tables } = readTables(target);
    expect(tables.events?.length).toBe(stored.size);
    expect(readTotals(target)).toEqual(recountTotals(target));
    await openStores({ dataDir: target }).rebuildTotals(() => {});
    expect(readTables(target)).toMatchObject(tables);

    const content = inspectContent(target);
    expect(content.damage()).toEqual([]);
    content.close();
    const restored = await openContentStore(target);
    const rows = await restored.media(media.map(({ id }) => id));
    const misplaced = await Promise.all(
      rows.map(async ({ hash, status }) => {
        const place = hashFolder(statusFolder(target, status), hash);
        return (await readdir(place).catch(() => [])).join() === 'original.png,square.jpg' ? [] : [hash];
      }),
    );
    expect(rows.length).toBe(150);
    expect(misplaced.flat()).toEqual([]);
    expect(new Set(rows.map(({ status }) => status)).size).toBe(2);
    const files = await readdir(join(target, 'uploads', 'stashes'));
    expect(files.length).toBeGreaterThan(0);
    expect(await restored.waitingStashes(files)).toEqual(new Set(files));
    expect(await readdir(around)).toEqual(['monday']);

    const shown = rows.find(({ status }) => status === 'approved')?.hash;
    const events = await openEventStore(target, console);
    const app = await buildApp({ dataDir: target, logLevel: 'silent' }, { contentStore: restored, eventStore: events });
    try {
      expect((await app.inject('/healthz')).statusCode).toBe(200);
      expect((await app.inject(`/media-files/${shown}/original.png`)).payload).toMatch(/^picture \d+$/);
      const query = `analytics_id=v&pics=1&auth_token=${service.key}`;
      expect((await app.inject(`/track/widget/abc/best/render?${query}`)).statusCode).toBe(200);
      expect(readEvents(target)).toHaveLength(stored.size + 1);
    } finally {
      await app.close();
      await events.close();
      await restored.close();
    }
  });
});

test('what waits for a moderator, and what was rejected, is in the backup where no address leads', async () => {
  const [shown, pending, rejected] = (await addMedia(3)) as [Kept, Kept, Kept];
  const contentStore = await openContentStore(service.data);
  const archive = new MediaArchive(contentStore, service.data);
  await contentStore.report(
    pending.id,
    { email: 'sam@example.com', reason: 'Mine', reportedAt: Date.now(), network: '203.0.113.1' },
    { threshold: 1, countedOfNetwork: 1, hiddenOfCustomer: 1 },
  );
  await archive.settleFiles(pending.hash);
  await contentStore.decide(service.customerId, rejected.id, 'rejected', Date.now());
  await archive.settleFiles(rejected.hash);
  await contentStore.close();
  expect(await backUp({ dataDir: service.data, target })).toEqual({ media: 3, missing: [] });
  for (const [status, { hash }] of Object.entries({ approved: shown, pending, rejected }))
    expect(await readdir(hashFolder(statusFolder(target, status as FileStatus), hash))).toHaveLength(2);
});

test('what has the name is whole: nothing beside it, nothing unfinished in it, readable by its owner only', async () => {
  const [media] = await addMedia(1);
  const place = hashFolder(mediaFolder(service.data), media?.hash ?? '');
  await writeFile(join(place, '.part-square.avif'), 'half');
  await writeFile(join(service.data, 'demo.json'), '{}');
  expect(await backUp({ dataDir: service.data, target })).toEqual({ media: 1, missing: [] });
  expect(await readdir(around)).toEqual([basename(target)]);
  expect((await readdir(target)).toSorted()).toEqual([CONTENT_FILE, 'demo.json', EVENTS_FILE, 'media', 'uploads']);
  expect(await readdir(hashFolder(mediaFolder(target), media?.hash ?? ''))).toEqual(['original.png', 'square.jpg']);
  expect((await stat(target)).mode & 0o777).toBe(0o700);
});

test('a media without files is told, and does not keep the rest from being saved', async () => {
  const [lost] = await addMedia(2);
  await rm(hashFolder(mediaFolder(service.data), lost?.hash ?? ''), { recursive: true });
  const { code, stdout, stderr } = await command([target]);
  expect(stdout).toContain('the files of 1 media');
  expect(stderr).toContain(`1 media have no files in ${service.data}, so the backup has none: ${lost?.hash}`);
  expect(code).toBe(1);
});

test('media of a customer whose removal is under way are left out: their files go before their rows', async () => {
  const [first] = await addMedia(2);
  const contentStore = await openContentStore(service.data);
  await contentStore.removeCustomer(service.customerId);
  await contentStore.close();
  await rm(hashFolder(mediaFolder(service.data), first?.hash ?? ''), { recursive: true });
  expect(await backUp({ dataDir: service.data, target })).toEqual({ media: 0, missing: [] });
});

describe('refuses, in one sentence that says what to do, and leaves nothing behind', () => {
  test.each(['a folder', 'a file'])('to overwrite %s', async (what) => {
    if (what === 'a file') await writeFile(target, 'mine');
    else await mkdir(target);
    const { code, stderr } = await command(['monday']);
    expect(stderr).toBe(`${target} exists already, and no backup is overwritten: name a folder that does not exist.\n`);
    expect(code).toBe(1);
    expect(await readdir(around)).toEqual(['monday']);
    if (what === 'a file') expect(await readFile(target, 'utf8')).toBe('mine');
  });

  test('a folder that cannot be made', async () => {
    const { code, stderr } = await command(['not/there']);
    expect(stderr).toMatch(/^\S+not\/there cannot be made \(ENOENT\): its parent folder must exist.*\n$/);
    expect(code).toBe(1);
  });

  test('a data folder without databases, and makes none there', async () => {
    const empty = join(around, 'empty');
    await mkdir(empty);
    const { code, stderr } = await command(['monday'], empty);
    expect(stderr).toMatch(new RegExp(`^\\S+${EVENTS_FILE} is not there: set VITRINE_DATA to the folder of .*\n$`));
    expect(code).toBe(1);
    expect([await readdir(empty), await readdir(around)]).toEqual([[], ['empty']]);
  });

  test('a damaged database', async () => {
    await service.close();
    const path = join(service.data, EVENTS_FILE);
    await mkdir(service.data);
    await (await openEventStore(service.data, console)).close();
    await (await openContentStore(service.data)).close();
    // Whoever closes last and may write brings the log into the file.
    await openStores({ dataDir: service.data }).rebuildTotals(() => {});
    const bytes = await readFile(path);
    bytes.fill(0xff, 4096 * 2, 4096 * 3);
    await writeFile(path, bytes);
    await expect(backUp({ dataDir: service.data, target })).rejects.toThrow(
      `damaged, and so is its source: ${EVENTS_FILE}`,
    );
    expect(await readdir(around)).toEqual([]);
    service = await openTestService();
  });

  test('to go on when it is interrupted', async () => {
    const interrupted = new AbortController();
    const onProgress = () => interrupted.abort();
    await addMedia(3);
    const backup = backUp({ dataDir: service.data, target, onProgress, signal: interrupted.signal });
    await expect(backup).rejects.toThrow('The backup was interrupted, and its files were removed.');
    expect(await readdir(around)).toEqual([]);
  });
});
