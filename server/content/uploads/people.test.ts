import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ORIGIN, PRIVATE } from '../shop.fixture.ts';
import { shows } from '../shows.ts';
import { FOREIGN, form, openUploadShop, type UploadShop } from './uploads.fixture.ts';

const USERS = 'POST /users';
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
const URLENCODED = { 'content-type': 'application/x-www-form-urlencoded' };

describe('POST /users', () => {
  test(
    'creates a user, whom the next request finds',
    shows({ [USERS]: ['email', 'screen_name', 'avatar_url', 'auth_token', 'version'] }),
    async () => {
      const fields = { email: 'mila@example.com', screen_name: 'Mila ✓', avatar_url: 'https://example.com/a.jpg?s=1' };
      const { status, json, headers } = await shop.post('/users?version=v2.1', new URLSearchParams(fields));
      expect([status, json.metadata]).toEqual([200, { code: 200, message: 'OK', version: 'v2.0' }]);
      expect(json.data).toMatchObject({
        name: 'Mila ✓',
        avatar_url: 'https://example.com/a.jpg?s=1',
        social_connections: [],
      });
      expect(json.data._links.self.href).toMatch(/\/users\/\d+\?auth_token=public-token&version=v2\.1$/);
      expect(json.data._forms['media:upload'].action.href).toMatch(new RegExp(`/users/${json.data.id}/media$`));
      expect(headers.get('cache-control')).toBe('no-store');
      expect((await shop.get(`/users/${json.data.id}?version=v2.1`)).json.data).toEqual(json.data);
    },
  );

  test('is told by the forms of the customer', async () => {
    const { json } = await shop.get('/');
    const { action, method, fields } = json.data._embedded.customer._forms['users:create'];
    expect([action.href, method]).toEqual([`//${new URL(shop.url).host}/users`, 'POST']);
    expect(fields.map(({ name }: { name: string }) => name)).toEqual(['email', 'screen_name', 'avatar_url']);
  });

  test(
    'is the same user for the same address, who cannot be renamed',
    shows({ [USERS]: ['email', 'screen_name'] }),
    async () => {
      const first = await shop.post('/users', form({ email: 'Sam@Example.com', screen_name: 'Sam' }));
      const before = shop.kept();
      const again = await shop.post(
        '/users/',
        form({ email: 'sam@example.com', screen_name: 'Mallory', avatar_url: 'https://evil.example' }),
      );
      expect(again.json.data).toEqual(first.json.data);
      expect(shop.kept()).toEqual(before);
      const foreign = await shop.post(`/users?auth_token=${FOREIGN}`, form({ email: 'sam@example.com' }));
      expect(foreign.json.data.id).not.toBe(first.json.data.id);
    },
  );

  test('takes values as they are, unescaped', shows({ [USERS]: ['email', 'screen_name', 'avatar_url'] }), async () => {
    const body = 'email=a+b@example.com&screen_name=Zoë 100% = me&avatar_url=https://example.com/?a=b=c&d=e';
    const { json } = await shop.post('/users', body, URLENCODED);
    expect(json.data).toMatchObject({ name: 'Zoë 100% = me', avatar_url: 'https://example.com/?a=b=c&d=e' });
    const escaped = await shop.post('/users', new URLSearchParams({ email: 'a+b@example.com' }));
    expect(escaped.json.data.id).toBe(json.data.id);
  });

  test('needs an address and nothing else', shows({ [USERS]: ['email', 'screen_name', 'avatar_url'] }), async () => {
    const { json } = await shop.post(
      '/users',
      form({ email: 'nameless@example.com', screen_name: '', avatar_url: '' }),
    );
    expect(json.data).toMatchObject({ name: null, avatar_url: null });
  });

  test('keeps no address, neither in answers nor in the database', shows({ [USERS]: ['email'] }), async () => {
    const { json } = await shop.post('/users', form({ email: 'secret-address@example.com' }));
    expect(JSON.stringify(json)).not.toContain('secret-address');
    for (const file of ['content.db', 'content.db-wal'])
      expect(readFileSync(join(shop.data, file)).includes('secret-address')).toBe(false);
  });

  const wrong = (parameter: string, value: string, expected: string) =>
    `The parameter "${parameter}" received an invalid value "${value}", expected was "${expected}".`;
  const refused: [what: string, fields: Record<string, string>, message: string, parameter: string][] = [
    ['no address', { screen_name: 'x' }, 'The parameter "email" is missing.', 'email'],
    ['an empty address', { email: '' }, 'The parameter "email" is missing.', 'email'],
    ['no address at all', { email: 'mila' }, wrong('email', 'mila', 'an e-mail address'), 'email'],
    [
      'an endless address',
      { email: `${'x'.repeat(250)}@a.example` },
      wrong('email', 'x'.repeat(200), 'at most 254 characters'),
      'email',
    ],
    [
      'an endless name',
      { email: 'a@a.example', screen_name: 'x'.repeat(101) },
      wrong('screen_name', 'x'.repeat(101), 'at most 100 characters'),
      'screen_name',
    ],
    [
      'a script for a picture',
      { email: 'a@a.example', avatar_url: 'javascript:alert(1)' },
      wrong('avatar_url', 'javascript:alert(1)', 'an http or https URL'),
      'avatar_url',
    ],
    [
      'an endless picture',
      { email: 'a@a.example', avatar_url: `https://a.example/${'x'.repeat(2048)}` },
      wrong('avatar_url', `https://a.example/${'x'.repeat(182)}`, 'at most 2048 characters'),
      'avatar_url',
    ],
  ];
  for (const [what, fields, message, parameter] of refused) {
    test(`refuses ${what}`, shows({ [USERS]: [parameter] }), async () => {
      const before = shop.kept();
      for (const body of [form(fields), new URLSearchParams(fields)]) {
        const { status, json } = await shop.post('/users', body);
        expect([status, json.data.message]).toEqual([400, message]);
      }
      expect(shop.kept()).toEqual(before);
    });
  }

  test(
    'refuses two addresses, bytes that are no text, and what is too much',
    shows({ [USERS]: ['email'] }),
    async () => {
      const said = async (body: string) => (await shop.post('/users', body, URLENCODED)).json.data.message;
      expect(await said('email=a@a.example&email=b@a.example')).toBe(
        'The parameter "email" received an invalid type array, expected was string.',
      );
      expect(await said('email=%ff@a.example')).toBe(
        'There were an issue trying to identify the charset of the parameter "email".',
      );
      expect((await shop.post('/users', 'x'.repeat(70_000), URLENCODED)).status).toBe(413);
    },
  );

  test('wraps no error but a 404', shows({ [USERS]: ['wrap_responses'] }), async () => {
    expect((await shop.post('/users?wrap_responses=1')).status).toBe(400);
  });

  test('is for registered pages only', shows({ [USERS]: ['auth_token'] }), async () => {
    const body = () => form({ email: 'page@example.com' });
    const allowed = await shop.post('/users', body(), { origin: ORIGIN });
    expect([allowed.status, allowed.headers.get('access-control-allow-origin')]).toEqual([200, ORIGIN]);
    expect((await shop.post('/users', body(), { origin: 'https://evil.example' })).status).toBe(403);
    expect((await shop.post('/users?auth_token=nobody', body())).json).toEqual(INVALID);
  });
});

describe('POST /media/{media_id}/reports', () => {
  let made = 0;
  async function addMedia(more: Partial<Parameters<typeof shop.store.upsertMedia>[1]> = {}): Promise<number> {
    const [hash, at] = [(++made).toString(16).padStart(64, '0'), Date.now() - 3600_000];
    const picture = { userId: shop.userId, type: 'IMAGE', hash, imageExt: 'jpg', width: 9, height: 9 } as const;
    const media = { ...picture, source: 'upload', submittedAt: at, publishedAt: at, ...more };
    return (await shop.store.upsertMedia(shop.customerId, media)).id;
  }
  const report = (id: number | string, fields = { email: 'sam@example.com', reason: 'It is mine.' }) =>
    shop.post(`/media/${id}/reports`, new URLSearchParams(fields));
  const listed = async (path: string) =>
    (await shop.get(path)).json.data._embedded.media.map(({ id }: { id: string }) => Number(id));

  test(
    'takes a media out of every list and every stream, and into the queue',
    shows({ [REPORTS]: ['media_id', 'email', 'reason', 'auth_token', 'version'] }),
    async () => {
      const { id: category } = await shop.store.upsertCategory(shop.customerId, { key: 'c', name: 'C' });
      const { id: stream } = await shop.store.upsertStream(shop.customerId, {
        key: 's',
        name: 'S',
        categoryIds: [category],
      });
      const streams = [{ streamId: stream, position: 0 }];
      const [media, other] = [
        await addMedia({ streams }),
        await addMedia({ streams: [{ streamId: stream, position: 1 }] }),
      ];
      await shop.store.setBaseMedia(stream, media);
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

      const fields = new URLSearchParams({ email: 'sam@example.com', reason: 'It is mine.' });
      const { status, json } = await shop.post(`/media/${media}/reports/?version=v2.2`, fields);
      expect([status, json]).toEqual([201, { metadata: { code: 201, message: 'Created', version: 'v2.0' } }]);
      for (const list of lists) expect(await listed(list)).not.toContain(media);
      expect(await embedded()).toEqual([undefined, String(other)]);
      expect((await shop.get(`/media/${media}`)).json.data.message).toBe(
        `The requested entity Media with the id "${media}" is inactive.`,
      );
      expect(await shop.store.queued(media)).toMatchObject({ reason: 'reported' });
      expect((await shop.store.reports([media])).get(media)).toMatchObject([
        { email: 'sam@example.com', reason: 'It is mine.' },
      ]);

      await shop.decide(media, 'approve');
      for (const list of lists) expect(await listed(list)).toContain(media);
      expect(await embedded()).toEqual([String(media), String(other)]);
      expect(await shop.store.queued(media)).toBeUndefined();
    },
  );

  test('takes a product’s own picture out of its stream', shows({ [REPORTS]: ['media_id'] }), async () => {
    const base = await addMedia({ listed: false });
    await shop.store.setBaseMedia(shop.streamId, base);
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
        expect((await shop.post(`/media/${media}/reports`, form(fields))).status).toBe(201);
      }
      expect((await report(media, { email: 'person3@example.com', reason: 'again' })).status).toBe(201);
      const reports = (await shop.store.reports([media])).get(media) ?? [];
      expect(reports).toHaveLength(100);
      expect(reports.find(({ email }) => email === 'person3@example.com')?.reason).toBe('again');
    },
  );

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
      expect((await shop.post('/media/1/reports?auth_token=nobody')).json).toEqual(INVALID);
      const page = await shop.post(`/media/1/reports?auth_token=${PRIVATE}`, form({}), { origin: ORIGIN });
      expect(page.status).toBe(403);
      expect(shop.kept()).toEqual(before);
    },
  );
});
