import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { CustomerRecord, MediaRecord } from '../../store/content/content-store.ts';
import { contentBytes } from '../../store/testing/read-content.ts';
import { ORIGIN, PRIVATE } from '../testing/shop.ts';
import { shows } from '../testing/shows.ts';
import { REPORT_LIMITS } from './report-limits.ts';
import { form, openUploadShop, picture, type UploadShop } from './testing/upload-shop.ts';

const REPORTS = 'POST /media/{media_id}/reports';

let shop: UploadShop;
beforeAll(async () => {
  shop = await openUploadShop();
});
afterAll(() => shop.close());

const INVALID = {
  metadata: { code: 401, message: 'Unauthorized', version: 'v2.0' },
  data: { message: 'Invalid Credentials.' },
};

const ACCEPTED = { status: 201, json: { metadata: { code: 201, message: 'Created', version: 'v2.0' } } };
const HOUR = 3_600_000;
/** Of different households. */
const ADDRESSES = ['198.51.100.1', '198.51.100.2', '2001:db8:0:1::1'];

describe('POST /media/{media_id}/reports', () => {
  let made = 0;
  async function addMedia(more: Partial<Parameters<typeof shop.contentStore.upsertMedia>[1]> = {}): Promise<number> {
    const [hash, at] = [(++made).toString(16).padStart(64, '0'), Date.now() - 3600_000];
    const picture = { userId: shop.userId, type: 'IMAGE', hash, imageExt: 'jpg', width: 9, height: 9 } as const;
    const media = { ...picture, source: 'upload', submittedAt: at, publishedAt: at, ...more };
    return (await shop.contentStore.upsertMedia(shop.customerId, media)).id;
  }
  const report = (
    id: number | string,
    fields = { email: 'sam@example.com', reason: 'It is mine.' },
    from = '203.0.113.1',
  ) => shop.post(`/media/${id}/reports`, new URLSearchParams(fields), { 'x-forwarded-for': from });
  /** Reports of as many people as there are addresses. */
  const reportFrom = async (id: number | string, addresses: readonly string[]) => {
    for (const address of addresses)
      expect(await report(id, { email: `at-${address}@example.com`, reason: 'Mine' }, address)).toMatchObject(ACCEPTED);
  };
  const isShown = async (id: number | string) => (await shop.get(`/media/${id}`)).status === 200;
  const setThreshold = async (reportThreshold: number) => {
    const { key, name, domain } = (await shop.contentStore.customer(shop.customerId)) as CustomerRecord;
    await shop.contentStore.upsertCustomer({ key, name, domain, settings: { reportThreshold } });
  };
  // What a test used of this hour's limits is no other test's.
  beforeEach(async () => {
    await setThreshold(3);
    await shop.contentStore.forgetReportQuota(Date.now() + HOUR);
  });
  const listed = async (path: string) =>
    (await shop.get(path)).json.data._embedded.media.map(({ id }: { id: string }) => Number(id));

  test(
    'takes a media that nobody reviewed out of every list and every stream, and into the queue',
    shows({ [REPORTS]: ['media_id', 'email', 'reason', 'auth_token', 'version'] }),
    async () => {
      const { id: category } = await shop.contentStore.upsertCategory(shop.customerId, { key: 'c', name: 'C' });
      const { id: stream } = await shop.contentStore.upsertStream(shop.customerId, {
        key: 's',
        name: 'S',
        categoryIds: [category],
      });
      const streams = [{ streamId: stream, position: 0 }];
      const [media, other] = [
        await addMedia({ streams }),
        await addMedia({ streams: [{ streamId: stream, position: 1 }] }),
      ];
      await shop.contentStore.setBaseMedia(stream, media);
      const lists = [
        `/customers/${shop.customerId}/media/recent`,
        `/streams/${stream}/media/media_position`,
        `/categories/${category}/media/shuffled`,
        `/users/${shop.userId}/media/recent`,
        `/customers/${shop.customerId}/media/rated`,
        `/customers/${shop.customerId}/media/photorank`,
      ];
      for (const list of lists) expect(await listed(list)).toContain(media);
      const embedded = async () => {
        const { base_image, cover_media } = (await shop.get(`/streams/${stream}`)).json.data._embedded;
        return [base_image?.id, cover_media?.id];
      };
      expect(await embedded()).toEqual([String(media), String(media)]);

      await setThreshold(1);
      const fields = new URLSearchParams({ email: 'sam@example.com', reason: 'It is mine.' });
      const { status, json } = await shop.post(`/media/${media}/reports/?version=v2.2`, fields);
      expect([status, json]).toEqual([201, { metadata: { code: 201, message: 'Created', version: 'v2.0' } }]);
      for (const list of lists) expect(await listed(list)).not.toContain(media);
      expect(await embedded()).toEqual([undefined, String(other)]);
      expect((await shop.get(`/media/${media}`)).json.data.message).toBe(
        `The requested entity Media with the id "${media}" is inactive.`,
      );
      expect(await shop.contentStore.queued(media)).toMatchObject({ reason: 'reported' });
      expect((await shop.contentStore.reports([media])).get(media)).toMatchObject([
        { email: 'sam@example.com', reason: 'It is mine.' },
      ]);

      await shop.decide(media, 'approve');
      for (const list of lists) expect(await listed(list)).toContain(media);
      expect(await embedded()).toEqual([String(media), String(other)]);
      expect(await shop.contentStore.queued(media)).toBeUndefined();
    },
  );

  test('takes a product’s own picture out of its stream', shows({ [REPORTS]: ['media_id'] }), async () => {
    await setThreshold(1);
    const base = await addMedia({ listed: false });
    await shop.contentStore.setBaseMedia(shop.streamId, base);
    await report(base);
    expect((await shop.get(`/streams/${shop.streamId}`)).json.data._embedded.base_image).toBeNull();
    await shop.decide(base, 'approve');
    expect((await shop.get(`/streams/${shop.streamId}`)).json.data._embedded.base_image.id).toBe(String(base));
  });

  test(
    'keeps what others say of it too, one report a person, and no more than a hundred',
    shows({ [REPORTS]: ['email', 'reason'] }),
    async () => {
      const media = await addMedia();
      for (let i = 0; i < 103; i++) {
        const fields = { email: `person${i}@example.com`, reason: `${i}` };
        expect(await report(media, fields, `203.0.113.${i}`)).toMatchObject(ACCEPTED);
      }
      const again = { email: 'person3@example.com', reason: 'again' };
      expect(await report(media, again, '203.0.113.3')).toMatchObject(ACCEPTED);
      // Somebody else does not take back what a person said.
      expect(await report(media, { ...again, email: 'person4@example.com' }, '203.0.113.9')).toMatchObject(ACCEPTED);
      const reports = (await shop.contentStore.reports([media])).get(media) ?? [];
      expect(reports).toHaveLength(100);
      const reasonOf = (person: string) => reports.find(({ email }) => email === person)?.reason;
      expect([reasonOf('person3@example.com'), reasonOf('person4@example.com')]).toEqual(['again', '4']);
    },
  );

  test('one address takes no place from others’ reports of a media', async () => {
    const media = await addMedia();
    for (let i = 0; i < 20; i++) await report(media, { email: `x${i}@example.com`, reason: 'x' }, '203.0.113.1');
    await report(media, { email: 'sam@example.com', reason: 'Mine' }, '203.0.113.2');
    expect((await shop.contentStore.reports([media])).get(media)).toHaveLength(6);
    expect(await shop.contentStore.queued(media)).toMatchObject({ reporters: 2 });
  });

  test('hides only what was reported from several addresses, whatever e-mails are made up', async () => {
    const media = await addMedia();
    for (let i = 0; i < 10; i++) await report(media, { email: `x${i}@example.com`, reason: 'x' }, '203.0.113.1');
    // A household has 2^64 addresses of IPv6.
    await reportFrom(media, ['2001:db8:0:7::1', '2001:db8:0:7::2', '2001:db8:0:7:8::3']);
    expect(await isShown(media)).toBe(true);
    expect(await shop.contentStore.queued(media)).toMatchObject({ reason: 'reported', reporters: 2 });
    await reportFrom(media, ['203.0.113.2']);
    expect(await isShown(media)).toBe(false);
  });

  test('takes as many addresses as the customer says: 0 hides nothing, 1 hides at once', async () => {
    const [never, once] = [await addMedia(), await addMedia()];
    await setThreshold(0);
    await reportFrom(never, ADDRESSES);
    expect(await isShown(never)).toBe(true);
    await setThreshold(1);
    await reportFrom(once, ['203.0.113.1']);
    expect(await isShown(once)).toBe(false);
  });

  test('does not hide what a moderator approved, before or after it was reported', async () => {
    await setThreshold(1);
    const media = await addMedia();
    await reportFrom(media, ADDRESSES);
    expect(await isShown(media)).toBe(false);
    await shop.decide(media, 'approve');
    await reportFrom(media, ADDRESSES);
    expect(await isShown(media)).toBe(true);
    expect(await shop.contentStore.queued(media)).toMatchObject({ reason: 'reported', reporters: 3 });
    await shop.decide(media, 'approve');
    expect(await shop.contentStore.queued(media)).toBeUndefined();

    const seen = await addMedia({ status: 'pending' });
    await shop.decide(seen, 'approve');
    await reportFrom(seen, ADDRESSES);
    expect(await isShown(seen)).toBe(true);
    await shop.decide(seen, 'reject');
    expect(await isShown(seen)).toBe(false);
  });

  test('one address hides no more than five media an hour, and is answered as before', async () => {
    await setThreshold(1);
    const media = [];
    for (let i = 0; i < 8; i++) media.push(await addMedia());
    for (const id of media) await reportFrom(id, ['203.0.113.1']);
    const shown = [];
    for (const id of media) shown.push(await isShown(id));
    expect(shown).toEqual([false, false, false, false, false, true, true, true]);
    // All of them wait for a moderator, and others are heard.
    expect(await shop.contentStore.queued(media[7] as number)).toMatchObject({ reason: 'reported' });
    await reportFrom(media[7] as number, ['203.0.113.2']);
    expect(await isShown(media[7] as number)).toBe(false);
    // Decisions give nothing back within the hour.
    await shop.decide(media[0] as number, 'approve');
    const another = await addMedia();
    await reportFrom(another, ['203.0.113.1']);
    expect(await isShown(another)).toBe(true);
  });

  test('no number of addresses takes a shop away: ten media an hour, then they queue only', async () => {
    const media = [];
    for (let i = 0; i < 30; i++) media.push(await addMedia());
    for (const [n, id] of media.entries())
      await reportFrom(
        id,
        [1, 2, 3].map((host) => `203.0.${n}.${host}`),
      );
    const hidden = [];
    for (const id of media) if (!(await isShown(id))) hidden.push(id);
    expect(hidden).toEqual(media.slice(0, 10));
    for (const id of media) expect(await shop.contentStore.queued(id)).toMatchObject({ reporters: 3 });
    // In the next hour as many again.
    await shop.contentStore.forgetReportQuota(Date.now() + HOUR);
    await reportFrom(media[29] as number, ['203.0.29.4']);
    expect(await isShown(media[29] as number)).toBe(false);
  });

  test('what is hidden of one customer uses up nothing of another', async () => {
    const [{ customerId }] = (await shop.contentStore.media([shop.foreign.media])) as [MediaRecord];
    for (let n = 0; n < 12; n++) {
      const picture = { type: 'IMAGE', hash: `${n}`.padStart(64, 'c'), imageExt: 'jpg', width: 9, height: 9 } as const;
      const shown = { ...picture, userId: shop.foreign.user, source: 'upload', submittedAt: 1, publishedAt: 1 };
      const { id } = await shop.contentStore.upsertMedia(customerId, shown);
      const report = { email: 'x@example.com', reason: 'x', reportedAt: Date.now(), network: `203.0.${n}.1` };
      expect(await shop.contentStore.report(id, report, { threshold: 1, ...REPORT_LIMITS })).toBe(n < 10);
    }
    await setThreshold(1);
    const media = await addMedia();
    await reportFrom(media, ['203.0.113.1']);
    expect(await isShown(media)).toBe(false);
  });

  test('keeps no address: a keyed hash until the decision, and of what was counted for an hour', async () => {
    const media = await addMedia();
    await reportFrom(media, ADDRESSES);
    const files = await contentBytes(shop.dataDir);
    expect(files.length).toBeGreaterThan(1);
    for (const bytes of files) {
      // The e-mail of a report names it in this test, and is for the moderator.
      const found = ADDRESSES.filter((address) =>
        bytes
          .toString('latin1')
          .replaceAll(/at-[\w.:]+@/g, '')
          .includes(address),
      );
      expect(found).toEqual([]);
    }
    expect(shop.kept().rows.report_quota).toBeGreaterThan(0);
    await shop.decide(media, 'approve');
    await shop.contentStore.forgetReportQuota(Date.now() + HOUR);
    expect((await shop.contentStore.reports([media])).get(media)).toEqual([]);
    expect(shop.kept().rows.report_quota).toBe(0);
  });

  test('takes the files of what it hides from their addresses, and a decision brings them back', async () => {
    await setThreshold(1);
    const { json } = await shop.post(shop.uploadPath, form({ file: await picture() }));
    const image = json.data.images.original.replace(/^(?:https?:)?\/\/[^/]+/, '');
    const statusOf = async () => (await fetch(`${shop.url}${image}`)).status;
    expect(await statusOf()).toBe(200);
    await reportFrom(json.data.id, ['203.0.113.1']);
    expect(await statusOf()).toBe(404);
    await shop.decide(json.data.id, 'approve');
    expect(await statusOf()).toBe(200);
  });

  const refused: [what: string, fields: Record<string, string>, message: string, parameter: string][] = [
    ['no e-mail', { reason: 'x' }, 'The parameter "email" is missing.', 'email'],
    ['no reason', { email: 'a@a.example' }, 'The parameter "reason" is missing.', 'reason'],
    [
      'an endless e-mail',
      { email: 'x'.repeat(255), reason: 'x' },
      `The parameter "email" received an invalid value "${'x'.repeat(200)}", expected was "at most 254 characters".`,
      'email',
    ],
    [
      'an endless reason',
      { email: 'a@a.example', reason: 'x'.repeat(2001) },
      `The parameter "reason" received an invalid value "${'x'.repeat(200)}", expected was "at most 2000 characters".`,
      'reason',
    ],
  ];
  for (const [what, fields, message, parameter] of refused) {
    test(`refuses ${what}`, shows({ [REPORTS]: [parameter] }), async () => {
      const media = await addMedia();
      const before = shop.kept();
      const { status, json } = await shop.post(`/media/${media}/reports`, new URLSearchParams(fields));
      expect([status, json.data.message]).toEqual([400, message]);
      expect(shop.kept()).toEqual(before);
      expect((await shop.get(`/media/${media}`)).status).toBe(200);
    });
  }

  test(
    'refuses media that are none, not ours or never shown',
    shows({ [REPORTS]: ['media_id', 'wrap_responses', 'auth_token'] }),
    async () => {
      const pending = await addMedia({ status: 'pending' });
      const before = shop.kept();
      expect((await report('abc')).json.data.message).toBe(
        'The parameter "media_id" received an invalid type string, expected was integer.',
      );
      expect([(await report(999)).status, (await report(999)).json.data.message]).toEqual([
        404,
        'No entity of type Media was found with id 999.',
      ]);
      expect((await report(shop.foreign.media)).json.data.message).toBe(
        'The authenticated customer is not allowed to access the selected resource.',
      );
      expect((await report(pending)).json.data.message).toBe(
        `The requested entity Media with the id "${pending}" is inactive.`,
      );
      const wrapped = await shop.post(
        '/media/999/reports?wrap_responses=1',
        form({ email: 'a@a.example', reason: 'x' }),
      );
      expect([wrapped.status, wrapped.json.metadata.code]).toEqual([200, 404]);
      expect((await shop.post('/media/1/reports?auth_token=nobody')).json).toMatchObject(INVALID);
      const page = await shop.post(`/media/1/reports?auth_token=${PRIVATE}`, form({}), { origin: ORIGIN });
      expect(page.status).toBe(403);
      expect(shop.kept()).toEqual(before);
    },
  );
});
