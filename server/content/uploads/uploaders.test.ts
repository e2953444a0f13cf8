import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { contentBytes } from '../../store/testing/read-content.ts';
import { ORIGIN, PRIVATE, PUBLIC } from '../testing/shop.ts';
import { shows } from '../testing/shows.ts';
import { FOREIGN, form, openUploadShop, picture, type UploadShop } from './testing/upload-shop.ts';

const USERS = 'POST /users';

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
      expect(json.data.id).toMatch(/^\d{40,}$/);
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
    'with a private token is the same user for the same address, who cannot be renamed',
    shows({ [USERS]: ['email', 'screen_name', 'auth_token'] }),
    async () => {
      const users = `/users?auth_token=${PRIVATE}`;
      const first = await shop.post(users, form({ email: 'Sam@Example.com', screen_name: 'Sam' }));
      const before = shop.kept();
      const again = await shop.post(
        users,
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
    const users = `/users?auth_token=${PRIVATE}`;
    const { json } = await shop.post(users, body, URLENCODED);
    expect(json.data).toMatchObject({ name: 'Zoë 100% = me', avatar_url: 'https://example.com/?a=b=c&d=e' });
    const escaped = await shop.post(users, new URLSearchParams({ email: 'a+b@example.com' }));
    expect(escaped.json.data.id).toBe(json.data.id);
  });

  test('has an absolute address of its picture, as browsers write it', shows({ [USERS]: ['avatar_url'] }), async () => {
    for (const [sent, kept] of [
      ['HTTPS://Example.com/a b.jpg', 'https://example.com/a%20b.jpg'],
      ['https:example.com/a.jpg', 'https://example.com/a.jpg'],
    ] as const) {
      const { json } = await shop.post('/users', form({ email: 'mila@example.com', avatar_url: sent }));
      expect(json.data.avatar_url).toBe(kept);
    }
    const { status } = await shop.post(
      '/users',
      form({ email: 'mila@example.com', avatar_url: '//example.com/a.jpg' }),
    );
    expect(status).toBe(400);
  });

  test('needs an address and nothing else', shows({ [USERS]: ['email', 'screen_name', 'avatar_url'] }), async () => {
    const { json } = await shop.post(
      '/users',
      form({ email: 'nameless@example.com', screen_name: '', avatar_url: '' }),
    );
    expect(json.data).toMatchObject({ name: null, avatar_url: null });
  });

  test('keeps no address, neither in answers nor in the database', shows({ [USERS]: ['email'] }), async () => {
    for (const token of [PUBLIC, PRIVATE]) {
      const { json } = await shop.post(`/users?auth_token=${token}`, form({ email: 'secret-address@example.com' }));
      expect(JSON.stringify(json)).not.toContain('secret-address');
    }
    const files = await contentBytes(shop.dataDir);
    expect(files.length).toBeGreaterThan(1);
    for (const bytes of files) expect(bytes.includes('secret-address')).toBe(false);
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

  test(
    'with a public token answers a known address like a new one, and changes nobody',
    shows({ [USERS]: ['email', 'screen_name', 'auth_token'] }),
    async () => {
      const ask = async (email: string, more = {}) => {
        const { status, headers, json } = await shop.post('/users', form({ email, screen_name: 'Mallory', ...more }));
        const { id } = json.data;
        // All that may differ is what is made at random for each.
        const text = JSON.stringify(json).replaceAll(id, 'ID').replaceAll(json.data.username, 'NAME');
        return { id, answer: { status, text, headers: [...headers.keys()] } };
      };
      const bySelf = await shop.post('/users', form({ email: 'mila@turku.example', screen_name: 'Mila K., Turku' }));
      const byShop = `/users?auth_token=${PRIVATE}`;
      const imported = await shop.post(byShop, form({ email: 'known@turku.example', screen_name: 'Known' }));
      const asked = [
        await ask('new@turku.example'),
        await ask('mila@turku.example'),
        await ask('MILA@turku.example'),
        await ask('known@turku.example'),
      ];
      for (const { answer } of asked) expect(answer).toEqual(asked[0]?.answer);
      const ids = [...asked.map(({ id }) => id), bySelf.json.data.id, imported.json.data.id];
      expect(new Set(ids).size).toBe(ids.length);
      expect((await shop.get(`/users/${bySelf.json.data.id}`)).json.data.name).toBe('Mila K., Turku');
      expect((await shop.get(`/users/${imported.json.data.id}`)).json.data.name).toBe('Known');
      expect((await shop.post(byShop, form({ email: 'known@turku.example' }))).json.data).toEqual(imported.json.data);
    },
  );

  test('a user who uploads nothing for a week is removed, and one who did stays', async () => {
    const make = async () => (await shop.post('/users', form({ email: 'idle@example.com' }))).json.data.id as string;
    const [idle, busy] = [await make(), await make()];
    expect((await shop.post(`/users/${busy}/media`, form({ file: await picture() }))).status).toBe(200);
    await shop.contentStore.removeIdleUploaders(Date.now() - 7 * 24 * 3600_000);
    expect((await shop.get(`/users/${idle}`)).status).toBe(200);
    await shop.contentStore.removeIdleUploaders(Date.now() + 1);
    expect((await shop.get(`/users/${idle}`)).status).toBe(404);
    expect((await shop.get(`/users/${busy}`)).status).toBe(200);
    expect((await shop.post(`/users/${idle}/media`, form({ file: await picture() }))).status).toBe(404);
  });

  test('is for registered pages only', shows({ [USERS]: ['auth_token'] }), async () => {
    const body = () => form({ email: 'page@example.com' });
    const allowed = await shop.post('/users', body(), { origin: ORIGIN });
    expect([allowed.status, allowed.headers.get('access-control-allow-origin')]).toEqual([200, ORIGIN]);
    expect((await shop.post('/users', body(), { origin: 'https://evil.example' })).status).toBe(403);
    expect((await shop.post('/users?auth_token=nobody', body())).json).toMatchObject(INVALID);
  });
});
