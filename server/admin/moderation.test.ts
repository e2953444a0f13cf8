import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { run } from '../cli/admin-commands.ts';
import { PRIVATE, PUBLIC } from '../content/testing/shop.ts';
import { form, openUploadShop, picture, type UploadShop } from '../content/uploads/testing/upload-shop.ts';

let shop: UploadShop;
beforeAll(async () => {
  shop = await openUploadShop();
});
afterAll(() => shop.close());

const admin = (...args: string[]) => run(shop.store, [...args, '--customer', 'atelier'], shop.data);

async function upload(file?: Buffer): Promise<{ id: string; image: string }> {
  const body = form({
    file: file ?? (await picture()),
    caption: 'Seen\u001b[31m\nred',
    stream_uri: `/streams/${shop.streamId}`,
  });
  const { json } = await shop.post(shop.uploadPath, body);
  return { id: json.data.id, image: json.data.images.normal.replace(/^(?:https?:)?\/\/[^/]+|\?.*/g, '') };
}

async function ask(method: string, path: string, body?: object, token = PRIVATE) {
  const headers = { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) };
  const response = await fetch(`${shop.url}/admin/v1/moderation${path}`, {
    ...{ method, headers },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: response.status, json: await response.json() };
}

const waiting = async () =>
  (await ask('GET', '')).json.waiting.map(({ mediaId }: { mediaId: number }) => String(mediaId));
const statusOf = async (path: string) => (await fetch(`${shop.url}${path}`)).status;
const shown = async (list: string) =>
  (await shop.get(list)).json.data._embedded.media.map(({ id }: { id: string }) => id);

describe('moderation', () => {
  test('before: uploads wait, oldest first, until they are approved or rejected', async () => {
    const settings = { premoderation: true, reportThreshold: 3 };
    expect(await ask('PUT', '', { premoderation: true })).toEqual({ status: 200, json: settings });
    expect((await shop.get('/')).json.data._embedded.customer.settings.premoderation).toBe(true);
    const [first, second] = [await upload(), await upload()];
    expect(await waiting()).toEqual([first.id, second.id]);
    const { json } = await ask('GET', '?count=1');
    expect(json.waiting).toEqual([
      {
        ...{ mediaId: Number(first.id), reason: 'premoderated', since: expect.any(Number), type: 'IMAGE' },
        ...{
          caption: 'Seen\u001b[31m\r\nred',
          userId: shop.userId,
          image: expect.stringMatching(`^${first.image}.key=`),
        },
        ...{ video: null, shown: false, reporters: 0, reports: [] },
      },
    ]);
    expect(json.settings).toEqual(settings);
    const next = (await ask('GET', `?count=1&after=${json.next}`)).json;
    expect([next.waiting[0].mediaId, next.next]).toEqual([Number(second.id), null]);
    // Who moderates sees what is to be decided, and nobody else.
    expect([await statusOf(json.waiting[0].image), await statusOf(first.image)]).toEqual([200, 404]);

    expect(await ask('POST', `/${first.id}/approve`)).toEqual({
      status: 200,
      json: { mediaId: Number(first.id), status: 'approved' },
    });
    expect(await statusOf(first.image)).toBe(200);
    expect(await shown(`/customers/${shop.customerId}/media/recent`)).toEqual([first.id]);
    expect((await shop.get(`/streams/${shop.streamId}`)).json.data._embedded.cover_media.id).toBe(first.id);
    expect((await ask('POST', `/${second.id}/reject`)).json.status).toBe('rejected');
    expect(await waiting()).toEqual([]);
    await ask('PUT', '', { premoderation: false });
  });

  test('the files of what waits are shown to who moderates for an hour', async () => {
    await ask('PUT', '', { premoderation: true });
    onTestFinished(async () => {
      vi.useRealTimers();
      await ask('PUT', '', { premoderation: false });
    });
    const { id } = await upload();
    const began = Date.now();
    const { image } = (await ask('GET', '')).json.waiting[0];
    const ended = Date.now();
    vi.useFakeTimers({ toFake: ['Date'], now: began + 3_599_999 });
    expect(await statusOf(image)).toBe(200);
    vi.setSystemTime(ended + 3_600_000);
    expect(await statusOf(image)).toBe(404);
    await ask('POST', `/${id}/reject`);
  });

  test('a rejected media is answered nowhere, its files and a second upload included', async () => {
    const file = await picture();
    const { id, image } = await upload(file);
    const before = shop.kept();
    await shop.decide(id, 'reject');
    expect((await shop.get(`/media/${id}`)).status).toBe(404);
    expect(await shown(`/users/${shop.userId}/media/recent`)).not.toContain(id);
    expect(await statusOf(image)).toBe(404);
    const again = await shop.post(shop.uploadPath, form({ file }));
    expect([again.status, again.json.data.message]).toEqual([
      400,
      `An error was thrown while uploading the file: 'This file was rejected by a moderator.'`,
    ]);
    expect(await statusOf(image)).toBe(404);
    expect(await shop.store.mediaWaitingForAvif(99)).not.toContainEqual(expect.objectContaining({ id: Number(id) }));

    // Somebody changes his mind.
    expect((await shop.decide(id, 'approve')).json.status).toBe('approved');
    expect(await statusOf(image)).toBe(200);
    expect(await shown(`/users/${shop.userId}/media/recent`)).toContain(id);
    expect(shop.kept()).toEqual(before);
  });

  test('a stash whose media was rejected is no way back to it', async () => {
    const stashed = await shop.post('/stashes', form({ file: await picture() }));
    const url = `/stashes/${stashed.json.data.id}`;
    const { json } = await shop.post(shop.uploadPath, form({ url }));
    await shop.decide(json.data.id, 'reject');
    const again = await shop.post(shop.uploadPath, form({ url }));
    expect([again.status, again.json.data.message]).toEqual([
      404,
      `The requested entity Media with the id "${json.data.id}" is inactive.`,
    ]);
  });

  test('the files stay while another customer shows the same picture', async () => {
    const { id, image } = await upload();
    const [media] = await shop.store.media([Number(id)]);
    const { type, hash, imageExt, width, height, submittedAt, publishedAt } = media as NonNullable<typeof media>;
    const theirs = { type, hash, imageExt, width, height, submittedAt, publishedAt, source: 'upload' };
    const foreign = (await shop.store.customerByKey('other')) as { id: number };
    await shop.store.upsertMedia(foreign.id, { ...theirs, userId: shop.foreign.user });
    await shop.decide(id, 'reject');
    expect(await statusOf(image)).toBe(200);
  });

  test('decided both ways at once, its files are where its status says', async () => {
    for (let round = 0; round < 15; round++) {
      const { id, image } = await upload();
      await Promise.all((['reject', 'approve', 'reject', 'approve'] as const).map((verb) => shop.decide(id, verb)));
      const [media] = await shop.store.media([Number(id)]);
      expect(await statusOf(image)).toBe(media?.status === 'approved' ? 200 : 404);
    }
  });

  test('what was reported waits with what was said of it, and goes back to its place', async () => {
    const [older, newer] = [await upload(), await upload()];
    await shop.post(`/media/${older.id}/reports`, form({ email: 'sam@example.com', reason: 'Mine' }));
    const { json } = await ask('GET', '');
    expect(json.waiting).toMatchObject([
      {
        ...{ mediaId: Number(older.id), reason: 'reported', shown: true, image: older.image, reporters: 1 },
        reports: [{ email: 'sam@example.com', reason: 'Mine' }],
      },
    ]);
    const [before] = await shop.store.media([Number(older.id)]);
    await shop.decide(older.id, 'approve');
    const [after] = await shop.store.media([Number(older.id)]);
    expect(after).toEqual({ ...before, reviewed: true });
    // Heard once: what is said later stands alone, and no address stays.
    expect((await shop.store.reports([Number(older.id)])).get(Number(older.id))).toEqual([]);
    expect((await shown(`/customers/${shop.customerId}/media/recent`)).slice(0, 2).toSorted()).toEqual(
      [older.id, newer.id].toSorted(),
    );
  });

  test('is for private tokens, and for their customer’s media', async () => {
    expect((await ask('GET', '', undefined, PUBLIC)).status).toBe(403);
    expect((await ask('POST', '/1/approve', undefined, 'nobody')).status).toBe(401);
    for (const verb of ['approve', 'reject'] as const) {
      const { status, json } = await shop.decide(shop.foreign.media, verb);
      expect([status, json.data.message]).toEqual([404, `The customer has no media ${shop.foreign.media}.`]);
      expect((await shop.decide(999, verb)).status).toBe(404);
    }
    expect((await ask('GET', '?count=1000')).status).toBe(400);
    for (const nothing of [{}, { threshold: 5 }]) expect((await ask('PUT', '', nothing)).status).toBe(400);
    const [foreign] = await shop.store.media([shop.foreign.media]);
    expect(foreign?.status).toBe('approved');
  });
});

describe('the command', () => {
  test('lists, approves and rejects, with what strangers wrote escaped and in one line', async () => {
    expect(await admin('moderate', 'list')).toBe('None.');
    expect(await admin('moderate', 'before')).toBe('Uploads of atelier wait for approval: see "moderate list".');
    const [first, second] = [await upload(), await upload()];
    await admin('moderate', 'after');
    const lines = (await admin('moderate', 'list')).split('\n');
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(
      new RegExp(
        `^${first.id} +premoderated +hidden +\\S+Z +IMAGE +${first.image}\\?key=\\S+ +Seen\\\\u001b\\[31m\\\\u000d\\\\u000ared$`,
      ),
    );
    expect(await admin('moderate', 'approve', first.id)).toBe(`Media ${first.id} of atelier is shown.`);
    expect(await admin('moderate', 'reject', second.id)).toBe(
      `Media ${second.id} of atelier is shown nowhere any more.`,
    );
    expect([await statusOf(first.image), await statusOf(second.image)]).toEqual([200, 404]);
    expect((await shop.get(`/media/${first.id}`)).status).toBe(200);
    expect(await admin('moderate', 'list')).toBe('None.');
    const third = await upload();
    expect((await shop.get(`/media/${third.id}`)).json.data.status).toBe('approved');
    await shop.post(`/media/${third.id}/reports`, form({ email: 'sam@example.com', reason: 'Mine' }));
    expect(await admin('moderate', 'list')).toMatch(
      / reported {2}shown .* Seen\\u001b\[31m\\u000d\\u000ared \| reports: 1, addresses: 1 \| sam@example\.com: Mine$/,
    );
    for (const email of ['a@example.com', 'b@example.com', 'c@example.com', 'd@example.com'])
      await shop.post(`/media/${third.id}/reports`, form({ email, reason: 'Me too' }), {
        'x-forwarded-for': `203.0.113.${email.charCodeAt(0)}`,
      });
    expect(await admin('moderate', 'list')).toMatch(
      / reported {2}hidden .* \| reports: 5, addresses: 5 \| .* \| b@example\.com: Me too \| and 2 more reports$/,
    );
    await admin('moderate', 'approve', third.id);
    expect(await admin('moderate', 'threshold', '0')).toBe('Reports hide no media of atelier.');
    expect(await admin('moderate', 'threshold', '5')).toBe(
      'Media of atelier that nobody approved are hidden once 5 addresses have reported them.',
    );
    expect((await ask('GET', '')).json.settings).toEqual({ premoderation: false, reportThreshold: 5 });
    // How many it takes is nobody’s business.
    expect(JSON.stringify((await shop.get('/')).json)).not.toMatch(/threshold/i);
  });

  test.each([
    [['moderate', 'approve'], 'Say MEDIA, too'],
    [['moderate', 'reject', 'x'], 'must be a number: see "list"'],
    [['moderate', 'threshold'], 'Say NUMBER, too'],
    [['moderate', 'threshold', '101'], 'The threshold must be a whole number from 0 to 100.'],
    [['moderate', 'reject', '999'], 'The customer has no media 999.'],
    [['moderate'], 'There is no command "moderate"'],
  ])('%j: %s', async (args, message) => {
    await expect(admin(...args)).rejects.toThrow(message);
  });
});
