import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { STREAM_STATUSES } from '../../../src/content/resources.ts';
import type { ContentStore, MediaInput } from './content-store.ts';
import { openContentStore } from './open.ts';

let folder: string;
let store: ContentStore;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'vitrine-content-'));
  store = await openContentStore(folder);
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

async function shop(key = 'atelier') {
  const { id } = await store.upsertCustomer({ key, name: key, domain: `${key}.example` });
  const { id: userId } = await store.upsertUser(id, { source: 'upload', username: 'mila' });
  return { id, userId };
}

let hashes = 0;
function picture(userId: number, more: Partial<MediaInput> = {}): MediaInput {
  const hash = (hashes++).toString(16).padStart(64, '7');
  const at = Date.UTC(2026, 0, 1);
  return {
    userId,
    type: 'IMAGE',
    hash,
    imageExt: 'jpg',
    width: 800,
    height: 600,
    source: 'upload',
    submittedAt: at,
    publishedAt: at,
    ...more,
  };
}

async function listed(scope: Parameters<ContentStore['page']>[0]['scope'], filters = {}) {
  const query = { scope, sorting: 'recent', onlyWithRights: false, onlyInStock: false, count: 50, ...filters } as const;
  const { places } = await store.page({ ...query, pin: await store.pin(Date.now()) });
  return places.map(({ mediaId }) => mediaId);
}

describe('the content database', () => {
  it('keeps its data and its secret when it is opened again', async () => {
    const { id } = await shop();
    const { secret } = store;
    await store.close();
    store = await openContentStore(folder);
    expect(store.secret).toEqual(secret);
    expect(secret).toHaveLength(32);
    expect(await store.customer(id)).toMatchObject({ key: 'atelier', domain: 'atelier.example' });
  });

  it('refuses a database of a newer version and leaves it as it is', async () => {
    await store.close();
    const file = join(folder, 'content.db');
    const sqlite = new Database(file);
    sqlite.exec(`insert into kysely_migration (name, timestamp) values ('9999-later', '2030-01-01')`);
    sqlite.close();
    await expect(openContentStore(folder)).rejects.toThrow(/newer version of Vitrine \(it has 9999-later\)/);
    const again = new Database(file);
    again.exec(`delete from kysely_migration where name = '9999-later'`);
    again.close();
    store = await openContentStore(folder);
    await store.check();
  });

  it('says which file cannot be opened', async () => {
    await expect(openContentStore(join(folder, 'nowhere'))).rejects.toThrow(/nowhere\/content\.db cannot be opened/);
  });

  it('can be created by several processes at once', async () => {
    const fresh = mkdtempSync(join(tmpdir(), 'vitrine-content-'));
    const open = new URL('./open.ts', import.meta.url).href;
    const script = `
      const { openContentStore } = await import(${JSON.stringify(open)});
      const store = await openContentStore(${JSON.stringify(fresh)});
      await store.upsertCustomer({ key: 'a', name: 'A', domain: 'a.example' });
      await store.close();`;
    const run = promisify(execFile);
    const node = () => run(process.execPath, ['--input-type=module', '--eval', script]);
    await Promise.all([node(), node(), node(), node()]);
    const opened = await openContentStore(fresh);
    expect(await opened.customers()).toMatchObject([{ key: 'a' }]);
    await opened.close();
    rmSync(fresh, { recursive: true });
  });
});

describe('writing twice', () => {
  it('changes nothing the second time', async () => {
    const { id, userId } = await shop();
    const category = await store.upsertCategory(id, { key: 'prints', name: 'Prints' });
    const product = { key: 'p1', name: 'Print', categoryIds: [category.id], price: '12.00' };
    const stream = await store.upsertStream(id, product);
    const media = picture(userId, { rights: true, streams: [{ streamId: stream.id, position: 0 }] });
    const first = await store.upsertMedia(id, media);
    expect([category, stream, first].map(({ outcome }) => outcome)).toEqual(['created', 'created', 'created']);

    const before = dump();
    expect(await store.upsertCategory(id, { key: 'prints', name: 'Prints' })).toEqual({
      id: category.id,
      outcome: 'unchanged',
    });
    expect(await store.upsertStream(id, product)).toEqual({ id: stream.id, outcome: 'unchanged' });
    expect(await store.upsertMedia(id, media)).toEqual({ id: first.id, outcome: 'unchanged' });
    expect(dump()).toEqual(before);
  });

  it('changes what is given and keeps what is left out', async () => {
    const { id, userId } = await shop();
    const media = picture(userId, { caption: 'At home', rights: true });
    const { id: mediaId } = await store.upsertMedia(id, media);
    const { caption: _, rights: __, ...rest } = media;
    const changed = { id: mediaId, outcome: 'changed', fields: ['width'] };
    expect(await store.upsertMedia(id, { ...rest, width: 900 })).toEqual(changed);
    expect(await store.media([mediaId])).toMatchObject([{ caption: 'At home', rights: true, width: 900 }]);
  });

  it('adds streams to those of a media, or replaces them', async () => {
    const { id, userId } = await shop();
    const keys = ['1', '2', '3'];
    const streams = await Promise.all(keys.map((key) => store.upsertStream(id, { key, name: key })));
    const [one, two, three] = streams.map(({ id }) => id) as [number, number, number];
    const places = (...streamIds: number[]) => streamIds.map((streamId) => ({ streamId, position: 0 }));
    const media = picture(userId);
    const keysOf = async (mediaId: number) =>
      (await store.streamsOfMedia([mediaId], STREAM_STATUSES)).get(mediaId)?.map(({ key }) => key);
    const { id: mediaId } = await store.upsertMedia(id, { ...media, addStreams: places(one) });
    const added = { id: mediaId, outcome: 'changed', fields: ['streams'] };
    expect(await store.upsertMedia(id, { ...media, addStreams: places(two) })).toEqual(added);
    expect(await keysOf(mediaId)).toEqual(['1', '2']);
    expect(await store.upsertMedia(id, { ...media, addStreams: places(one) })).toMatchObject({ outcome: 'unchanged' });
    expect(await store.upsertMedia(id, { ...media, streams: places(three) })).toEqual(added);
    expect(await keysOf(mediaId)).toEqual(['3']);
  });

  it('writes nothing of a media whose stream is another customer’s', async () => {
    const [mine, theirs] = [await shop('mine'), await shop('theirs')];
    const { id: streamId } = await store.upsertStream(theirs.id, { key: 'x', name: 'X' });
    const before = dump();
    const media = picture(mine.userId, { streams: [{ streamId, position: 0 }] });
    await expect(store.upsertMedia(mine.id, media)).rejects.toThrow(/among the streams of customer/);
    expect(dump()).toEqual(before);
  });

  function dump() {
    const sqlite = new Database(join(folder, 'content.db'), { readonly: true });
    const tables = ['media', 'streams', 'categories', 'media_streams', 'stream_categories', 'listings', 'ratings'];
    const rows = tables.map((table) => sqlite.prepare(`select * from ${table}`).all());
    sqlite.close();
    return rows;
  }
});

describe('a kill in the midst of an import', () => {
  it('leaves every media whole or not there, and the next run completes it', async () => {
    const open = new URL('./open.ts', import.meta.url).href;
    const script = `
      const { openContentStore } = await import(${JSON.stringify(open)});
      const store = await openContentStore(${JSON.stringify(folder)});
      const { id } = await store.upsertCustomer({ key: 'atelier', name: 'A', domain: 'a.example' });
      const { id: userId } = await store.upsertUser(id, { source: 'upload', username: 'mila' });
      const { id: streamId } = await store.upsertStream(id, { key: '1', name: 'One' });
      const at = 1767225600000;
      const media = { userId, type: 'IMAGE', imageExt: 'jpg', width: 8, height: 6, source: 'upload', submittedAt: at, publishedAt: at };
      console.log('begun');
      for (let i = 0; i < 400; i++) {
        const hash = i.toString(16).padStart(64, '0');
        await store.upsertMedia(id, { ...media, hash, streams: [{ streamId, position: i }] });
      }
      await store.close();`;
    const run = (killed: boolean) =>
      new Promise<void>((resolve) => {
        const child = execFile(process.execPath, ['--input-type=module', '--eval', script], () => resolve());
        if (killed) child.stdout?.once('data', () => setTimeout(() => child.kill('SIGKILL'), 60));
      });
    const counts = () => {
      const sqlite = new Database(join(folder, 'content.db'), { readonly: true });
      const count = (what: string) => sqlite.prepare(`select count(*) from ${what}`).pluck().get() as number;
      const found = [count('media'), count('media_streams'), count('listings') / 3, count('ratings') / 3];
      sqlite.close();
      return found;
    };
    await run(true);
    const [media, ...rest] = counts();
    expect(rest).toEqual([media, media, media]);
    await run(false);
    expect(counts()).toEqual([400, 400, 400, 400]);
  });
});

describe('lists follow', () => {
  it('a media’s streams and those streams’ categories', async () => {
    const { id, userId } = await shop();
    const [a, b] = await Promise.all(['a', 'b'].map((key) => store.upsertCategory(id, { key, name: key })));
    const categoryIds = [a?.id as number];
    const one = await store.upsertStream(id, { key: '1', name: 'One', categoryIds });
    const two = await store.upsertStream(id, { key: '2', name: 'Two', categoryIds });
    const media = picture(userId, {
      streams: [
        { streamId: one.id, position: 0 },
        { streamId: two.id, position: 0 },
      ],
    });
    const { id: mediaId } = await store.upsertMedia(id, media);
    const lists = () =>
      Promise.all([
        listed({ kind: 'customer', id }),
        listed({ kind: 'stream', id: one.id }),
        listed({ kind: 'stream', id: two.id }),
        listed({ kind: 'category', id: a?.id as number }),
        listed({ kind: 'category', id: b?.id as number }),
      ]);
    const here = [mediaId];
    expect(await lists()).toEqual([here, here, here, here, []]);
    await store.upsertStream(id, { key: '1', name: 'One', categoryIds: [b?.id as number] });
    expect(await lists()).toEqual([here, here, here, here, here]);
    await store.upsertMedia(id, { ...media, streams: [{ streamId: one.id, position: 0 }] });
    expect(await lists()).toEqual([here, here, [], [], here]);
    await store.upsertMedia(id, { ...media, status: 'rejected' });
    expect(await lists()).toEqual([[], [], [], [], []]);
  });

  it('whether a product is in stock, and whether rights were given', async () => {
    const { id, userId } = await shop();
    const { id: streamId } = await store.upsertStream(id, { key: '1', name: 'One', status: 'unavailable' });
    const streams = [{ streamId, position: 0 }];
    const { id: mediaId } = await store.upsertMedia(id, picture(userId, { streams, rights: true }));
    const { id: other } = await store.upsertMedia(id, picture(userId));
    const scope = { kind: 'customer', id } as const;
    expect(await listed(scope, { onlyInStock: true })).toEqual([]);
    await store.upsertStream(id, { key: '1', name: 'One', status: 'available' });
    for (const sorting of ['recent', 'rated', 'photorank', 'shuffled'] as const)
      expect(await listed(scope, { sorting, onlyInStock: true })).toEqual([mediaId]);
    expect(await listed(scope, { onlyWithRights: true })).toEqual([mediaId]);
    expect(await listed(scope)).toEqual([other, mediaId]);
  });

  it('the cover: a stream’s first media by position, until that leaves', async () => {
    const { id, userId } = await shop();
    const { id: streamId } = await store.upsertStream(id, { key: '1', name: 'One' });
    const first = picture(userId, { streams: [{ streamId, position: 0 }] });
    const { id: firstId } = await store.upsertMedia(id, first);
    const { id: second } = await store.upsertMedia(id, picture(userId, { streams: [{ streamId, position: 1 }] }));
    expect(await store.stream(streamId)).toMatchObject({ coverMediaId: firstId, baseMediaId: null });
    await store.upsertMedia(id, { ...first, streams: [] });
    expect(await store.stream(streamId)).toMatchObject({ coverMediaId: second });
  });

  it.each([{ status: 'rejected' }, { status: 'pending' }, { listed: false }] as const)(
    'the cover: another one when it is no longer shown: %j',
    async (hidden) => {
      const { id, userId } = await shop();
      const { id: streamId } = await store.upsertStream(id, { key: '1', name: 'One' });
      const at = (position: number) => picture(userId, { streams: [{ streamId, position }] });
      const first = at(0);
      await store.upsertMedia(id, first);
      const second = at(1);
      const { id: secondId } = await store.upsertMedia(id, second);
      const cover = async () => (await store.stream(streamId))?.coverMediaId;
      const shown = { status: 'approved', listed: true } as const;
      await store.upsertMedia(id, { ...first, ...hidden });
      expect(await cover()).toBe(secondId);
      await store.upsertMedia(id, { ...second, ...hidden });
      expect(await cover()).toBeNull();
      await store.upsertMedia(id, { ...second, ...shown });
      expect(await cover()).toBe(secondId);
      await store.upsertMedia(id, { ...first, ...shown });
      expect(await cover()).toBe(secondId);
    },
  );
});

it('media are read however many are asked for at once', async () => {
  const { id, userId } = await shop();
  const { id: mediaId } = await store.upsertMedia(id, picture(userId));
  const found = await store.media([...Array(40_000).keys()]);
  expect(found.map((media) => media.id)).toEqual([mediaId]);
});

describe('ratings', () => {
  const DAY = 24 * 3600_000;

  it('are clicks by renders, 1.0 in the first week, 0 without renders', async () => {
    const { id, userId } = await shop();
    const now = Date.now();
    const at = (days: number) => ({ submittedAt: now - days * DAY, publishedAt: now - days * DAY });
    const { id: clicked } = await store.upsertMedia(id, picture(userId, at(30)));
    const { id: ignored } = await store.upsertMedia(id, picture(userId, at(20)));
    const { id: fresh } = await store.upsertMedia(id, picture(userId, at(3)));
    const scope = { kind: 'customer', id } as const;
    const rated = async () => {
      const { places } = await store.page({
        ...{ scope, sorting: 'rated', onlyWithRights: false, onlyInStock: false, count: 50 },
        pin: await store.pin(now),
      });
      return places.map(({ mediaId, value }) => [mediaId, value]);
    };
    await store.writeRatings(id, new Map([[clicked, 0.25]]), now);
    expect(await rated()).toEqual([
      [fresh, 1],
      [clicked, 0.25],
      [ignored, 0],
    ]);
    await store.writeRatings(id, new Map([[ignored, 0.5]]), now + 5 * DAY);
    expect(await rated()).toEqual([
      [ignored, 0.5],
      [fresh, 0],
      [clicked, 0],
    ]);
  });

  it('of a past snapshot are kept for 12 hours', async () => {
    const { id, userId } = await shop();
    const { id: mediaId } = await store.upsertMedia(id, picture(userId));
    const now = Date.now();
    const pin = await store.pin(now);
    const query = {
      scope: { kind: 'customer', id },
      sorting: 'rated',
      onlyWithRights: false,
      onlyInStock: false,
    } as const;
    const values = async () => (await store.page({ ...query, pin, count: 50 })).places.map(({ value }) => value);
    await store.writeRatings(id, new Map([[mediaId, 0.5]]), now);
    await store.writeRatings(id, new Map([[mediaId, 0.6]]), now + 600_000);
    expect(await values()).toEqual([0]);
    await store.writeRatings(id, new Map([[mediaId, 0.7]]), now + 13 * 3600_000);
    expect(await values()).toEqual([]);
  });
});

describe('access', () => {
  it('knows tokens by their hash only, origins and hosts exactly', async () => {
    const { id } = await shop();
    await store.addToken(id, 'public', 'shop', 'a-token');
    await store.addOrigin(id, 'https://shop.example');
    await store.addHost(id, 'shop.example');
    expect(await store.access.token('a-token')).toMatchObject({ customerId: id, kind: 'public' });
    expect(await store.access.token('another')).toBeUndefined();
    expect(await store.access.allowsOrigin(id, 'https://shop.example')).toBe(true);
    expect(await store.access.allowsOrigin(id + 1, 'https://shop.example')).toBe(false);
    expect(await store.access.allowsHost(id, 'shop.example')).toBe(true);
    expect(await store.access.allowsHost(id, 'www.shop.example')).toBe(false);
    const sqlite = new Database(join(folder, 'content.db'), { readonly: true });
    expect(JSON.stringify(sqlite.prepare('select * from tokens').all())).not.toContain('a-token');
    sqlite.close();
  });

  it('forgets a removed token at once, and notices another process’s change within a second', async () => {
    const { id } = await shop();
    const token = await store.addToken(id, 'public', 'shop', 'a-token');
    expect(await store.access.token('a-token')).toBeDefined();
    const other = await openContentStore(folder);
    await other.removeToken(id, token.id);
    await other.addToken(id, 'private', 'reports', 'b-token');
    await other.close();
    vi.useFakeTimers({ now: Date.now() + 1001, toFake: ['Date'] });
    expect(await store.access.token('a-token')).toBeUndefined();
    expect(await store.access.token('b-token')).toMatchObject({ kind: 'private' });
    vi.useRealTimers();
    await store.removeToken(id, ((await store.access.token('b-token')) as { id: number }).id);
    expect(await store.access.token('b-token')).toBeUndefined();
  });

  it('goes with its customer', async () => {
    const { id, userId } = await shop();
    const { id: streamId } = await store.upsertStream(id, { key: '1', name: 'One' });
    await store.upsertMedia(id, picture(userId, { streams: [{ streamId, position: 0 }] }));
    const { id: styleId } = await store.upsertStyle(id, { type: 'olapic_slidev3', name: 'Slides', settings: {} });
    const instance = {
      id: 'ab'.repeat(16),
      customerId: id,
      name: 'Home',
      type: 'best_photos',
      settings: {},
      styleId,
    } as const;
    await store.putInstance({ ...instance, streamId: null, categoryId: null });
    await store.addToken(id, 'public', 'shop', 'a-token');
    expect(await store.removeCustomer(id)).toBe(true);
    expect(await store.access.token('a-token')).toBeUndefined();
    expect([await store.customer(id), await store.customerByKey('print')]).toEqual([undefined, undefined]);
    expect(await store.removeCustomer(id)).toBe(false);
    while (await store.removeSome(id));
    expect(await store.stream(streamId)).toBeUndefined();
    expect(await store.removedCustomers()).toEqual([]);
  });
});
