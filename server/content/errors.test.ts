import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UNKNOWN_TOKEN } from '../http/caller.ts';
import {
  FOREIGN_INSTANCE,
  type Furnished,
  INSTANCE,
  keys,
  ORIGIN,
  openFurnishedShop,
  type Shop,
} from './testing/shop.ts';

let shop: Furnished;
let get: Shop['get'];
let ids: Furnished['ids'];
let foreign: Furnished['foreign'];

beforeAll(async () => {
  shop = await openFurnishedShop();
  ({ get, ids, foreign } = shop);
});
afterAll(() => shop.close());

describe('errors', () => {
  it.each<[string, () => string, number, string | RegExp]>([
    ['no key', () => `/customers/${shop.customerId}/streams/search`, 400, 'The parameter "tag_key" is missing.'],
    ['no key', () => '/streams/media/recent', 400, 'The parameter "tag_key" is missing.'],
    [
      'no number',
      () => '/media/abc',
      400,
      'The parameter "media_id" received an invalid type string, expected was integer.',
    ],
    [
      'no number',
      () => '/streams/1/media/recent?count=ten',
      400,
      'The parameter "count" received an invalid type string, expected was integer.',
    ],
    [
      'two of one',
      () => '/customers/1/media/recent?rights_given=1&rights_given=0',
      400,
      'The parameter "rights_given" received an invalid type array, expected was string.',
    ],
    [
      'too few',
      () => '/customers/1/media/recent?count=0',
      400,
      'The parameter "count" received an invalid value "0", expected was "at least 1".',
    ],
    [
      'another flag',
      () => '/customers/1/media/recent?rights_given=yes',
      400,
      'The parameter "rights_given" received an invalid value "yes", expected was "0, 1, true, false".',
    ],
    [
      'another order',
      () => '/customers/1/media/best',
      400,
      'The parameter "sorting_option" received an invalid value "best", expected was "recent, shuffled, photorank, rated".',
    ],
    [
      'positions of a customer',
      () => '/customers/1/media/media_position',
      400,
      /"sorting_option" received an invalid value "media_position"/,
    ],
    [
      'a number without end',
      () => '/customers/1/media/recent?count=1e999',
      400,
      'The parameter "count" received an invalid value "Infinity", expected was "at most 50".',
    ],
    [
      'bytes that are no text',
      () => '/streams/media/recent?tag_key=%FF%FE',
      400,
      'There were an issue trying to identify the charset of the parameter "tag_key".',
    ],
    [
      'another customer',
      () => `/customers/${foreign.customer}`,
      403,
      'The authenticated customer is not allowed to access the selected resource.',
    ],
    [
      'another’s media',
      () => `/media/${foreign.media}`,
      403,
      'The authenticated customer is not allowed to access the selected resource.',
    ],
    [
      'another’s stream',
      () => `/streams/${foreign.stream}/media/recent`,
      403,
      'The authenticated customer is not allowed to access the selected resource.',
    ],
    [
      'another’s category',
      () => `/categories/${foreign.category}`,
      403,
      'The authenticated customer is not allowed to access the selected resource.',
    ],
    [
      'another’s user',
      () => `/users/${foreign.user}`,
      403,
      'The authenticated customer is not allowed to access the selected resource.',
    ],
    [
      'another’s widget',
      () => `/widgets/${FOREIGN_INSTANCE}`,
      403,
      'The authenticated customer is not allowed to access the selected resource.',
    ],
    [
      'another’s style',
      () => `/widgets/settings/${foreign.style}`,
      403,
      'The authenticated customer is not allowed to access the selected resource.',
    ],
    ['another’s key', () => '/streams/bytag/x', 404, 'No entity of type Stream was found with id x.'],
    ['no such customer', () => '/customers/999', 404, 'No entity of type Customer was found with id 999.'],
    ['no such media', () => '/media/999', 404, 'No entity of type Media was found with id 999.'],
    [
      'no such stream',
      () => '/streams/media/rated?tag_key=nope',
      404,
      'No entity of type Stream was found with id nope.',
    ],
    [
      'no such category',
      () => '/categories/999/media/recent',
      404,
      'No entity of type Category was found with id 999.',
    ],
    [
      'no such widget',
      () => `/widgets/${'a'.repeat(32)}`,
      404,
      `No entity of type Widget was found with id ${'a'.repeat(32)}.`,
    ],
    [
      'a discontinued stream',
      () => `/streams/${ids.gone}`,
      404,
      /^The requested entity Stream with the id "\d+" is inactive\.$/,
    ],
    [
      'a page_key without end',
      () => `/customers/1/media/recent?page_key=${'x'.repeat(3000)}`,
      404,
      'No pagination found.',
    ],
    ['no such page', () => '/customers/1/media/recent?page_key=abc&page_number=2', 404, 'No pagination found.'],
  ])('%s: %s', async (_, path, status, message) => {
    const { json, ...got } = await get(path());
    expect([got.status, json.metadata.code]).toEqual([status, status]);
    if (typeof message === 'string') expect(json.data.message).toBe(message);
    else expect(json.data.message).toMatch(message);
    expect(keys(json)).toBe('data metadata');
    expect(got.headers['cache-control']).toBe('no-store');
  });

  it.each([
    ['GET', '/streams/1/photos'],
    ['GET', '/media'],
    ['GET', '/stashes/fAcxTCXC'],
    ['GET', '/category/1/media/recent'],
    ['GET', '/widgets/a/b/c/'],
    ['GET', '/users/1/media/rated'],
    ['POST', '/media/1'],
    ['PUT', '/categories/1'],
    ['DELETE', '/customers/1'],
  ])('%s %s: of a path that there is not', async (method, path) => {
    const ask = (query: string, headers = {}) => shop.ask(`${path}?${query}`, { method, headers });
    const body = { message: 'There is nothing at this path.' };
    const missing = await ask('auth_token=public-token', { origin: ORIGIN });
    expect([missing.status, missing.json]).toEqual([
      404,
      { metadata: { code: 404, message: 'Not Found', version: 'v2.0' }, data: body },
    ]);
    expect(missing.headers).toMatchObject({ 'access-control-allow-origin': ORIGIN, 'cache-control': 'no-store' });
    const wrapped = await ask('auth_token=public-token&wrap_responses=1');
    expect([wrapped.status, wrapped.json]).toEqual([200, missing.json]);
    expect((await ask('auth_token=nobody')).json.data.message).toBe('Invalid Credentials.');
    if (method === 'GET')
      expect((await ask('auth_token=public-token&callback=f')).body).toBe(`/**/f(${missing.body});`);
  });

  it('of credentials', async () => {
    const invalid = (detail: string) => ({
      metadata: { code: 401, message: 'Unauthorized', version: 'v2.0' },
      data: { message: 'Invalid Credentials.', detail },
    });
    expect((await get('/', { token: 'nobody' })).json).toEqual(invalid(`auth_token: ${UNKNOWN_TOKEN}`));
    expect((await shop.ask('/media/1')).json).toEqual(invalid('auth_token: is missing'));
    expect((await shop.ask('/media/1?auth_token[]=public-token')).status).toBe(401);
  });

  it('say that a media is not shown while it waits, or was rejected', async () => {
    const waiting = await shop.addMedia({ status: 'pending' });
    expect((await get(`/media/${waiting}`)).json.data.message).toBe(
      `The requested entity Media with the id "${waiting}" is inactive.`,
    );
  });
});

describe('whatever is asked', () => {
  const segment = fc.oneof(
    fc.constantFrom('media', 'streams', 'customers', 'categories', 'widgets', 'settings', 'users', 'search', 'bytag'),
    fc.constantFrom(
      'recent',
      'rated',
      'shuffled',
      'media_position',
      '1',
      '2',
      '0',
      '-1',
      '1e3',
      '9'.repeat(30),
      INSTANCE,
    ),
    fc.string({ unit: 'binary' }).map(encodeURIComponent),
    fc.constantFrom('%', '%ff', '%00', '..', '%2e%2e', '%2f'),
  );
  const name = fc.constantFrom(
    'count',
    'page_key',
    'page_number',
    'prev_id',
    'tag_key',
    'rights_given',
    'version',
    'wrap_responses',
    'auth_token',
    '__proto__',
    'count[]',
  );
  const value = fc.oneof(
    fc.string({ unit: 'binary' }).map(encodeURIComponent),
    fc.constantFrom('1', '0', '%ff', '9'.repeat(20), '1.5', 'true', '%00'),
  );

  it('is answered in this API’s shape, and never as our mistake', async () => {
    const query = fc.array(fc.tuple(name, value), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(fc.array(segment, { minLength: 1, maxLength: 5 }), query, async (path, parameters) => {
        const text = [...parameters, ['auth_token', 'public-token']].map((pair) => pair.join('=')).join('&');
        const answer = await shop.ask(`/${path.join('/')}?${text}`);
        expect(answer.status).toBeLessThan(500);
        expect(typeof answer.json).toBe('object');
      }),
      { numRuns: 600 },
    );
  });
});
