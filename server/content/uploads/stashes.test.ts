import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { shows } from '../testing/shows.ts';
import {
  FOREIGN,
  form,
  from,
  openUploadShop,
  picture,
  type UploadShop,
  uploadPathOf,
  video,
} from './testing/upload-shop.ts';

/** Files that are stashed first, and used for an upload later. */

const UPLOAD = 'POST /users/{user_id}/media';
const STASH = 'POST /stashes';

let shop: UploadShop;
let path: string;
beforeAll(async () => {
  shop = await openUploadShop();
  path = shop.uploadPath;
});
afterAll(() => shop.close());

const NOT_ALLOWED = 'The authenticated customer is not allowed to access the selected resource.';

describe('a stash', () => {
  async function stash(file: Uint8Array): Promise<{ id: string; href: string }> {
    const { status, json } = await shop.post('/stashes', form({ file }));
    expect([status, json.data._fixed]).toEqual([200, true]);
    return { id: json.data.id, href: json.data._links.self.href };
  }

  test(
    'becomes a media by its id, whether as a path or as the link that was answered',
    shows({ [STASH]: ['file', 'auth_token', 'version'], [UPLOAD]: ['url'] }),
    async () => {
      const answer = await shop.post('/stashes/?version=v2.0', form({ file: await picture() }));
      expect(answer.json).toEqual({
        metadata: { code: 200, message: 'OK', version: 'v2.0' },
        data: {
          _links: {
            self: { href: expect.stringMatching(/\/stashes\/[\w-]{22}\?auth_token=public-token&version=v2\.0$/) },
          },
          id: expect.stringMatching(/^[\w-]{22}$/),
          _fixed: true,
        },
      });
      for (const url of [({ id }: { id: string }) => `/stashes/${id}`, ({ href }: { href: string }) => href]) {
        const stashed = await stash(await picture());
        const body = new URLSearchParams({ url: url(stashed), caption: 'Later' });
        const { status, json } = await shop.post(path, body);
        expect([status, json.data.caption, json.data.status]).toEqual([200, 'Later', 'approved']);
        expect(existsSync(join(shop.data, 'uploads', 'stashes', stashed.id))).toBe(false);
      }
    },
  );

  test('may be named in the query alone, as the example of the text does', shows({ [UPLOAD]: ['url'] }), async () => {
    const { id } = await stash(await picture());
    const { status, json } = await shop.post(`${path}?caption=This%20is%a%20caption&url=%2Fstashes%2F${id}`);
    expect([status, json.data.caption]).toEqual([200, 'This is%a caption']);
  });

  test('used again answers the media that it became', shows({ [UPLOAD]: ['url'] }), async () => {
    const { id } = await stash(await picture());
    const url = `/stashes/${id}`;
    const answers = await Promise.all([1, 2, 3].map(() => shop.post(path, form({ url }))));
    const before = shop.kept();
    answers.push(await shop.post(path, form({ url })));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(new Set(answers.map(({ json }) => json.data.id)).size).toBe(1);
    expect(shop.kept()).toEqual(before);
  });

  test('of a video may get its poster when it is used', shows({ [UPLOAD]: ['url', 'poster'] }), async () => {
    const { id } = await stash(video());
    const { json } = await shop.post(path, form({ url: `/stashes/${id}`, poster: await picture() }));
    expect(json.data.type).toBe('VIDEO');
  });

  test('is its customer’s alone', shows({ [STASH]: ['auth_token'], [UPLOAD]: ['url', 'auth_token'] }), async () => {
    const { id } = await stash(await picture());
    const foreign = `${uploadPathOf(shop.store, shop.foreign.user)}?auth_token=${FOREIGN}`;
    const { status, json } = await shop.post(foreign, form({ url: `/stashes/${id}` }));
    expect([status, json.data.message]).toEqual([403, NOT_ALLOWED]);
  });

  test('lasts 24 hours, and its file no longer', shows({ [UPLOAD]: ['url'] }), async () => {
    const { id } = await stash(await picture());
    await shop.store.expireStashes(Date.now() + 24 * 3600_000 - 5000);
    expect(await shop.store.stash(id, Date.now())).toBeDefined();
    await shop.store.expireStashes(Date.now() + 24 * 3600_000);
    const { status, json } = await shop.post(path, form({ url: `/stashes/${id}` }));
    expect([status, json.data.message]).toEqual([404, `No entity of type Stash was found with id ${id}.`]);
    await shop.restart();
    expect(shop.kept().files.filter((file) => file.startsWith('uploads'))).toEqual([]);
  });

  test('of an address has a place while that has less than is free, and nobody else goes without', async () => {
    const KB = 1024;
    const bytes = 2 * 1024 ** 3 - 1100 * KB;
    await shop.store.addStash(
      { id: 'most', customerId: shop.customerId, bytes, expiresAt: Date.now() + 60_000 },
      2 ** 31,
    );
    const put = async (address: string) => shop.post('/stashes', form({ file: await picture() }), from(address));
    // A small file counts 256 KB.
    expect([(await put('203.0.113.1')).status, (await put('203.0.113.1')).status]).toEqual([200, 200]);
    const refused = await put('203.0.113.1');
    expect([refused.status, refused.headers.get('retry-after'), refused.json.data.message]).toEqual([
      429,
      '600',
      'Too many files of this address are stashed already; upload some of them first.',
    ]);
    expect((await put('203.0.113.2')).status).toBe(200);
    await shop.store.removeStash('most');
    expect((await put('203.0.113.1')).status).toBe(200);
  });

  test('that was used makes room for another one of its address', async () => {
    const customerId = shop.customerId;
    await shop.store.expireStashes(Date.now() + 24 * 3600_000);
    const most = { id: 'most', customerId, bytes: 2 * 1024 ** 3 - 600 * 1024, expiresAt: Date.now() + 60_000 };
    await shop.store.addStash(most, Number.MAX_SAFE_INTEGER);
    const put = async () => shop.post('/stashes', form({ file: await picture() }), from('203.0.113.50'));
    const first = await put();
    expect([first.status, (await put()).status]).toEqual([200, 429]);
    expect((await shop.post(path, form({ url: `/stashes/${first.json.data.id}` }))).status).toBe(200);
    expect((await put()).status).toBe(200);
    await shop.store.removeStash('most');
  });

  test('has a place whatever another customer has', async () => {
    const stash = { id: 'full', customerId: shop.customerId, bytes: 2 * 1024 ** 3, expiresAt: Date.now() + 60_000 };
    await shop.store.addStash(stash, Number.MAX_SAFE_INTEGER);
    expect((await shop.post('/stashes', form({ file: await picture() }))).status).toBe(503);
    const theirs = await shop.post(
      `/stashes?auth_token=${FOREIGN}`,
      form({ file: await picture() }),
      from('203.0.113.51'),
    );
    expect(theirs.status).toBe(200);
    await shop.store.removeStash('full');
  });

  test('has no place when the customer has too many', async () => {
    const stash = { id: 'full', customerId: shop.customerId, bytes: 2 * 1024 ** 3, expiresAt: Date.now() + 5000 };
    const before = shop.kept();
    await shop.store.addStash(stash, Number.MAX_SAFE_INTEGER);
    const answer = await shop.post('/stashes', form({ file: await picture() }));
    await shop.store.removeStash('full');
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '600']);
    expect(shop.kept()).toEqual(before);
  });
});
