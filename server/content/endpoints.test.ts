import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fastify from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { limitRates } from '../http/rate-limit.ts';
import { MediaArchive } from '../media/media-archive.ts';
import { contentPlugin } from './plugin.ts';
import {
  address,
  type CompleteShop,
  ENDPOINTS,
  type Endpoint,
  idsIn,
  NAMING,
  naming,
  openCompleteShop,
  unknownValue,
} from './testing/endpoints.ts';
import { PRIVATE } from './testing/shop.ts';
import { shows } from './testing/shows.ts';

let shop: CompleteShop;
beforeAll(async () => {
  shop = await openCompleteShop();
});
afterAll(() => shop.close());

const NOT_ALLOWED = 'The authenticated customer is not allowed to access the selected resource.';
const ROOT: Endpoint = { path: '/', values: () => ({}), ids: ({ customerId }) => [customerId] };

/** What every endpoint must be asked about; `nothing` is an address of it where there is nothing. */
const CASES = [ROOT, ...ENDPOINTS].map((endpoint) => ({
  endpoint,
  name: `GET ${endpoint.path}`,
  url: (more = {}) => address(endpoint, { ...endpoint.values(shop), ...more }),
  nothing: (more = {}) => {
    const name = naming(endpoint).at(-1);
    return name && address(endpoint, { ...endpoint.values(shop), [name]: unknownValue(name), ...more });
  },
}));

/** Keys of pages tell when they were made. */
const lasting = (body: string) => body.replaceAll(/page_key=[\w-]+/g, '');

describe('the table of endpoints', () => {
  it('has every GET of the content API', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'vitrine-endpoints-'));
    const app = fastify();
    const served: string[] = [];
    app.addHook('onRoute', ({ method, url, schema }) => {
      if (method === 'GET' && !schema?.hide) served.push(`GET ${url.replaceAll(/:(\w+)/g, '{$1}')}`);
    });
    const options = { archive: new MediaArchive(shop.contentStore, folder) };
    limitRates(app);
    await app.register(contentPlugin, options);
    expect(CASES.map(({ name }) => name).toSorted()).toEqual(served.toSorted());
    await app.close();
    rmSync(folder, { recursive: true });
  });
});

describe.each(CASES)('$name', ({ endpoint, name, url, nothing }) => {
  it('auth_token: needs one that is known, and puts it into links', shows({ [name]: ['auth_token'] }), async () => {
    for (const token of ['auth_token=nobody', 'auth_token=', ''])
      expect((await shop.ask(`${url()}&${token}`)).json).toEqual({
        metadata: { code: 401, message: 'Unauthorized', version: 'v2.0' },
        data: { message: 'Invalid Credentials.', detail: expect.stringMatching(/^auth_token: is /) },
      });
    const asPage = await shop.get(url());
    expect([asPage.status, asPage.headers['cache-control']]).toEqual([200, expect.stringMatching(/^public/)]);
    const asServer = await shop.get(url(), { token: PRIVATE });
    expect([asServer.status, asServer.headers['cache-control']]).toEqual([200, 'private, no-store']);
    expect(lasting(asServer.body)).toBe(lasting(asPage.body).replaceAll('public-token', PRIVATE));
  });

  it('version: is put into links in every form that clients send', shows({ [name]: ['version'] }), async () => {
    const versions = async (query: object) => new Set((await shop.get(url(query))).body.match(/(?<=&version=)[^"]*/g));
    for (const version of ['v2.2', 'v2.1', 'v2.0', '2.2', 'beta'])
      expect([...(await versions({ version }))]).toEqual([version]);
    expect([...(await versions({}))]).toEqual(['v2.2']);
    expect([...(await versions({ version: '"><script>' }))]).toEqual(['v2.2']);
  });

  it(
    'wrap_responses: a 404 comes as 200, with the real code inside',
    shows({ [name]: ['wrap_responses'] }),
    async () => {
      // The root has no 404: a token's customer is always there.
      const address = nothing() ?? url();
      const plain = await shop.get(address);
      expect(plain.status).toBe(nothing() ? 404 : 200);
      for (const on of ['1', 'true']) {
        const wrapped = await shop.get(`${address}&wrap_responses=${on}`);
        expect([wrapped.status, wrapped.json]).toEqual([200, plain.json]);
      }
      for (const off of ['0', 'false'])
        expect((await shop.get(`${address}&wrap_responses=${off}`)).status).toBe(plain.status);
    },
  );

  it(
    'callback: the answer is a script that calls it, and so is an error',
    shows({ [name]: ['callback'] }),
    async () => {
      const plain = await shop.get(url());
      const script = await shop.get(url({ callback: 'shop.photos' }));
      expect([script.status, script.headers['content-type']]).toEqual([200, 'application/javascript; charset=utf-8']);
      expect(lasting(script.body)).toBe(lasting(`/**/shop.photos(${plain.body});`));
      const address = nothing();
      if (!address) return;
      const error = await shop.get(`${address}&callback=f`);
      expect([error.status, error.body]).toEqual([200, `/**/f(${(await shop.get(address)).body});`]);
    },
  );

  it('takes a trailing slash and parameters that nobody knows', async () => {
    const plain = await shop.get(url());
    const [path, query] = url({ format: 'json', 'x[]': 1 }).split('?');
    const slashed = await shop.get(`${path === '/' ? '' : path}/?${query}`);
    expect([slashed.status, lasting(slashed.body)]).toEqual([200, lasting(plain.body)]);
  });

  it('takes what it says in its links once more, as who follows them may add it', async () => {
    const again = 'auth_token=public-token&version=v2.2';
    const { status, body } = await shop.get(`${url({ version: 'v2.2' })}&${again}&auth_token=public-token`);
    expect([status, lasting(body)]).toEqual([200, lasting((await shop.get(url({ version: 'v2.2' }))).body)]);
    const two = await shop.get(`${url({ version: 'v2.2' })}&version=v2.1`);
    expect([two.status, two.json.data.message]).toEqual([
      400,
      'The parameter "version" received an invalid type array, expected was string.',
    ]);
  });

  for (const parameter of naming(endpoint)) {
    it(`${parameter}: says what is answered`, shows({ [name]: [parameter] }), async () => {
      const right = await shop.get(url());
      expect([right.status, idsIn(endpoint, right)]).toEqual([200, endpoint.ids(shop).map(String)]);
      const wrong = unknownValue(parameter);
      const missing = await shop.get(url({ [parameter]: wrong }));
      const type = NAMING[parameter]?.type(endpoint.path);
      expect([missing.status, missing.json]).toEqual([
        404,
        {
          metadata: { code: 404, message: 'Not Found', version: 'v2.0' },
          data: { message: `No entity of type ${type} was found with id ${wrong}.` },
        },
      ]);
    });

    if (NAMING[parameter]?.foreign)
      it(`${parameter}: of another customer is refused`, shows({ [name]: [parameter] }), async () => {
        const { status, json } = await shop.get(url({ [parameter]: NAMING[parameter]?.foreign?.(shop) }));
        expect([status, json]).toEqual([
          403,
          { metadata: { code: 403, message: 'Forbidden', version: 'v2.0' }, data: { message: NOT_ALLOWED } },
        ]);
      });

    if (parameter.endsWith('_id') && parameter !== 'instance_id')
      it(`${parameter}: is a number from 1`, shows({ [name]: [parameter] }), async () => {
        const said = async (value: string) => (await shop.get(url({ [parameter]: value }))).json.data.message;
        expect(await said('x')).toBe(
          `The parameter "${parameter}" received an invalid type string, expected was integer.`,
        );
        expect(await said('0')).toBe(
          `The parameter "${parameter}" received an invalid value "0", expected was "at least 1".`,
        );
      });

    if (parameter === 'tag_key')
      it('tag_key: is needed, and is text', shows({ [name]: ['tag_key'] }), async () => {
        const { tag_key: _, ...others } = endpoint.values(shop);
        const without = await shop.get(address(endpoint, others));
        expect([without.status, without.json.data.message]).toEqual([400, 'The parameter "tag_key" is missing.']);
        const empty = await shop.get(address(endpoint, { ...others, tag_key: '' }));
        expect([empty.status, empty.json.data.message]).toEqual([400, 'The parameter "tag_key" is missing.']);
        const bytes = await shop.get(`${address(endpoint, others)}&tag_key=%FF%FE`);
        expect([bytes.status, bytes.json.data.message]).toEqual([
          400,
          'There were an issue trying to identify the charset of the parameter "tag_key".',
        ]);
      });
  }
});
