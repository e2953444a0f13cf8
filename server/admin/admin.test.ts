import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import fc from 'fast-check';
import fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HELP } from '../cli/admin/help.ts';
import { run } from '../cli/admin-commands.ts';
import { ROOT } from '../config.ts';
import { operatorOf } from '../http/operator.ts';
import { limitRates } from '../http/rate-limit.ts';
import { VALIDATION } from '../http/validation.ts';
import { MediaArchive } from '../media/media-archive.ts';
import type { ContentStore } from '../store/content/content-store.ts';
import type { EventStore } from '../store/events/event-store.ts';
import { openContentStore, openEventStore } from '../store/testing/open-stores.ts';
import { adminPlugin } from './plugin.ts';
import { Removals } from './removal.ts';

let folder: string;
let contentStore: ContentStore;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'vitrine-admin-'));
  contentStore = await openContentStore(folder);
});
afterEach(async () => {
  await contentStore.close();
  rmSync(folder, { recursive: true });
});

const admin = (...args: string[]) => run(contentStore, args, folder);
const addShop = (key = 'atelier') => admin('customer', 'add', key, '--name', 'Atelier', '--domain', `${key}.example`);

describe('the command', () => {
  /** Runs the commands that a text shows, one a line. */
  async function follow(text: string): Promise<number> {
    // What watches does not end, and is no part of it.
    const lines = text.match(/(?<=^ *npm run admin -- )(?!events tail).*/gm) ?? [];
    for (const line of lines) {
      const args = [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');
      await admin(...args);
    }
    return lines.length;
  }

  it('sets up a shop as the README says, beside the demo', async () => {
    await addShop('demo');
    expect(await follow(readFileSync(join(ROOT, 'README.md'), 'utf8'))).toBe(5);
    const { id } = (await contentStore.customerByKey('acme')) as { id: number };
    expect(await contentStore.access.allowsOrigin(id, 'https://shop.example.com')).toBe(true);
    expect(await contentStore.access.allowsHost(id, 'shop.example.com')).toBe(true);
    expect(await contentStore.tokens(id)).toMatchObject([{ kind: 'public' }]);
  });

  it('sets up a shop as its help says, beside the demo', async () => {
    await addShop('demo');
    expect(await follow(HELP.slice(HELP.indexOf('Set up a shop:')))).toBe(5);
    const customer = await contentStore.customerByKey('atelier');
    const { id } = customer as { id: number };
    expect(customer).toMatchObject({ name: 'Atelier Nord', domain: 'www.atelier.example' });
    expect(await contentStore.access.allowsOrigin(id, 'https://www.atelier.example')).toBe(true);
    expect(await contentStore.access.allowsHost(id, 'www.atelier.example')).toBe(true);
    expect(await contentStore.instances(id)).toMatchObject([{ name: 'Product page', type: 'by_stream' }]);
    expect(await contentStore.tokens(id)).toMatchObject([{ kind: 'public', label: 'product pages' }]);
  });

  it('prints a new token once, and it works', async () => {
    await addShop();
    const [token = ''] = (await admin('token', 'add', 'private', '--label', 'desk')).split('\n');
    expect(token).toMatch(/^[0-9a-f]{64}$/);
    expect(await contentStore.access.token(token)).toMatchObject({ kind: 'private' });
    const list = await admin('token', 'list');
    expect(list).toMatch(/^1 {2}private {2}\d{4}-\d\d-\d\dT\S+ {2}desk$/);
    expect(list).not.toContain(token);
    await admin('token', 'remove', '1');
    expect(await contentStore.access.token(token)).toBeUndefined();
  });

  it('lists and removes what it added', async () => {
    await addShop();
    expect(await admin('origin', 'add', 'HTTPS://Shop.example:443/')).toContain('https://shop.example');
    expect(await admin('origin', 'list')).toBe('https://shop.example');
    await admin('origin', 'remove', 'https://shop.example');
    expect(await admin('origin', 'list')).toBe('None.');
    await admin('host', 'add', 'WWW.Shop.example');
    expect(await admin('host', 'list')).toBe('www.shop.example');
    await admin('host', 'remove', 'www.shop.example');
    expect(await admin('host', 'list')).toBe('None.');
    await admin('style', 'add', 'Slides', '--settings', '{"photos_limit":"12"}');
    expect(await admin('style', 'list')).toBe('1  olapic_slidev3  Slides  {"photos_limit":"12"}');
    const id = 'ab'.repeat(16);
    await admin('instance', 'add', 'Home', '--type', 'best_photos', '--sorting', 'rated', '--id', id);
    expect(await admin('instance', 'list')).toBe(`${id}  best_photos  Home`);
    await expect(admin('style', 'remove', '1')).rejects.toThrow(`used by ${id}: remove these instances first`);
    await admin('instance', 'remove', id);
    await admin('style', 'remove', '1');
    expect(await admin('style', 'list')).toBe('None.');
    await admin('customer', 'remove', 'atelier', '--yes');
    expect(await admin('customer', 'list')).toBe('None.');
  });

  it.each([
    [['frobnicate'], 'There is no command "frobnicate"'],
    [['origin', 'add', 'https://a.example', '--nope'], "Unknown option '--nope'"],
    [['origin', 'add'], 'The origin is missing'],
    [['origin', 'add', 'shop.example'], 'must look like https://shop.example'],
    [['origin', 'add', 'https://*.shop.example'], 'would let no page in. Add each origin by itself'],
    [['origin', 'add', 'null'], 'track without it ("permit trackers yes")'],
    [['origin', 'add', 'https://shop.example/path'], 'must look like https://shop.example'],
    [['origin', 'add', 'javascript:alert(1)'], 'must look like https://shop.example'],
    [['origin', 'add', 'https://a.example', 'and', 'more'], 'Unexpected arguments: and more'],
    [['host', 'add', 'https://shop.example'], 'without scheme, port and path'],
    [['host', 'add', 'shop.example:8080'], 'without scheme, port and path'],
    [['host', 'add', 'shop example'], 'without scheme, port and path'],
    [['host', 'remove', 'other.example'], 'has no host other.example'],
    [['token', 'add', 'secret'], 'public (for pages) or private'],
    [['token', 'remove', 'x'], 'must be a number'],
    [['token', 'list', '--customer', 'nobody'], 'There are: atelier (1)'],
    [['customer', 'add', 'Big Shop', '--name', 'B', '--domain', 'b.example'], 'only a-z, 0-9 and "-"'],
    [['customer', 'add', 'atelier', '--name', 'B', '--domain', 'b.example'], 'There is a customer atelier already'],
    [['customer', 'add', 'b', '--domain', 'b.example'], '--name is missing'],
    [
      ['customer', 'add', 'b', '--name', 'B', '--domain', 'b.example', '--currency', '€'],
      'must be three letters of ISO 4217, as EUR',
    ],
    [['customer', 'remove', 'atelier'], 'Repeat the command with --yes'],
    [['style', 'add', 'S', '--settings', '[1]'], '--settings must be a JSON object'],
    [['instance', 'add', 'I', '--type', 'wall'], 'must be one of best_photos, by_category, by_stream'],
    [
      ['instance', 'add', 'I', '--type', 'by_stream', '--stream', 'p9'],
      'has no stream with the key "p9": import it first',
    ],
    [['instance', 'add', 'I', '--type', 'best_photos', '--id', 'xyz'], 'must have 32 hex digits'],
    [['instance', 'add', 'I', '--type', 'best_photos', '--style', 'No'], 'add it with "style add"'],
  ])('%j: says what to do instead', async (args, message) => {
    await addShop();
    await expect(admin(...args)).rejects.toThrow(message);
    expect(await contentStore.customers()).toHaveLength(1);
  });

  it('says of a mistyped command how that one is written, within a screen', async () => {
    await addShop();
    const said = (...args: string[]) => admin(...args).catch(({ message }) => message.split('\n'));
    expect(await said('origin', 'add')).toEqual([
      'The origin is missing.',
      '',
      '  origin add|remove https://www.shop.example     the origins of pages that may use the public tokens',
      '  origin list',
      '',
      'npm run admin -- --help shows all commands.',
    ]);
    expect(await said('frobnicate')).toEqual([
      'There is no command "frobnicate".',
      '',
      'npm run admin -- --help shows all commands.',
    ]);
    for (const what of HELP.slice(0, HELP.indexOf('All commands but')).matchAll(/^ {2}(\w+) /gm)) {
      const lines = await said(what[1] ?? '', 'tial');
      expect(lines.length).toBeGreaterThan(4);
      expect(lines.length).toBeLessThan(24);
    }
  });

  it('asks which customer when there are several', async () => {
    await addShop('one');
    await addShop('two');
    await expect(admin('origin', 'add', 'https://a.example')).rejects.toThrow('There are: one (1), two (2).');
    await admin('origin', 'add', 'https://a.example', '--customer', '2');
    expect(await contentStore.origins(2)).toEqual(['https://a.example']);
  });

  it('runs as a process, on the folder that VITRINE_DATA names', async () => {
    const cli = fileURLToPath(new URL('../cli/admin.ts', import.meta.url));
    const env = { ...process.env, VITRINE_DATA: folder };
    const shell = (...args: string[]) => promisify(execFile)(process.execPath, [cli, ...args], { env });
    await shell('customer', 'add', 'atelier', '--name', 'A', '--domain', 'a.example');
    expect((await shell('customer', 'list')).stdout).toBe('1  atelier  A  a.example\n');
    expect((await shell('--help')).stdout).toContain('Set up a shop:');
    const rebuilt = await shell('totals', 'rebuild');
    expect(rebuilt).toEqual({
      stdout: 'The totals are rebuilt from 0 events.\n',
      stderr: expect.stringContaining('100 of 100'),
    });
    const failure = await shell('origin', 'add', 'nonsense').catch((error) => error);
    expect([failure.code, failure.stderr.split('\n')[0]]).toEqual([
      1,
      expect.stringContaining('"nonsense" must look like'),
    ]);
    env.VITRINE_DATA = cli;
    const noFolder = await shell('customer', 'list').catch((error) => error);
    expect([noFolder.code, noFolder.stderr]).toEqual([
      1,
      expect.stringMatching(/^\S+ cannot be made .*VITRINE_DATA.*\n$/),
    ]);
  });
});

const OPERATOR = 'the-operator-of-this-test-0123456789';

describe('/admin/v1', () => {
  let app: FastifyInstance;
  let events: EventStore;
  let secret: string;
  let open: string;

  beforeEach(async () => {
    await addShop();
    [secret = ''] = (await admin('token', 'add', 'private')).split('\n');
    [open = ''] = (await admin('token', 'add', 'public')).split('\n');
    app = fastify(VALIDATION);
    events = await openEventStore(folder, console);
    limitRates(app);
    const archive = new MediaArchive(contentStore, folder);
    const removals = new Removals({ archive, eventStore: events }, console);
    app.addHook('onClose', () => removals.stop());
    await app.register(adminPlugin, { archive, eventStore: events, removals, isOperator: operatorOf(OPERATOR) });
  });
  afterEach(async () => {
    await app.close();
    await events.close();
  });

  async function ask(method: 'GET' | 'POST' | 'DELETE', url: string, payload?: object, token = secret) {
    const answer = await app.inject({
      method,
      url: `/admin/v1${url}`,
      payload,
      headers: { authorization: `Bearer ${token}` },
    });
    return { status: answer.statusCode, json: answer.body ? answer.json() : undefined, headers: answer.headers };
  }

  it('adds, lists and removes', async () => {
    expect((await ask('GET', '/customers')).json.customers).toMatchObject([{ id: 1, key: 'atelier' }]);
    expect((await ask('POST', '/origins', { origin: 'https://a.example/' })).json).toEqual({
      origin: 'https://a.example',
    });
    expect((await ask('GET', '/origins')).json).toEqual({ origins: ['https://a.example'] });
    expect((await ask('DELETE', `/origins?origin=${encodeURIComponent('https://a.example')}`)).status).toBe(204);
    expect((await ask('GET', '/origins')).json).toEqual({ origins: [] });
    expect((await ask('POST', '/hosts', { host: 'a.example' })).status).toBe(201);
    expect((await ask('GET', '/hosts')).json).toEqual({ hosts: ['a.example'] });
    expect((await ask('DELETE', '/hosts?host=a.example')).status).toBe(204);
    const style = { name: 'Slides', type: 'olapic_slidev3', settings: { infinite: '1' } };
    expect((await ask('POST', '/styles', style)).json).toMatchObject({ id: 1, ...style });
    const { json: instance } = await ask('POST', '/instances', { name: 'Home', type: 'best_photos' });
    expect(instance.id).toMatch(/^[0-9a-f]{32}$/);
    expect((await ask('GET', '/instances')).json.instances).toEqual([instance]);
    expect((await ask('DELETE', '/styles/1')).status).toBe(409);
    expect((await ask('DELETE', `/instances/${instance.id}`)).status).toBe(204);
    expect((await ask('DELETE', '/styles/1')).status).toBe(204);
  });

  it('shows a new token once, and never its hash', async () => {
    const { json } = await ask('POST', '/tokens', { kind: 'public', label: 'blog' });
    expect(await contentStore.access.token(json.token)).toMatchObject({ id: json.id, kind: 'public' });
    const { json: listed, headers } = await ask('GET', '/tokens');
    expect(listed.tokens).toHaveLength(3);
    expect(JSON.stringify(listed)).not.toContain(json.token);
    expect(JSON.stringify(listed)).not.toContain('hash');
    expect(headers['cache-control']).toBe('private, no-store');
    expect((await ask('DELETE', `/tokens/${json.id}`)).status).toBe(204);
    expect(await contentStore.access.token(json.token)).toBeUndefined();
  });

  it('adds a customer, whose first token administers it and nobody else', async () => {
    const wanted = { key: 'second', name: 'Second', domain: 'second.example', currency: 'EUR' };
    const { json, status } = await ask('POST', '/customers', wanted, OPERATOR);
    expect(status).toBe(201);
    expect(json.customer).toMatchObject({ key: 'second', settings: { currency: 'EUR' } });
    const its = json.token.token;
    expect((await ask('GET', '/customers', undefined, its)).json.customers).toMatchObject([{ key: 'second' }]);
    expect((await ask('DELETE', '/customers/1', undefined, its)).status).toBe(403);
    const { json: mine } = await ask('GET', '/tokens');
    expect((await ask('DELETE', `/tokens/${mine.tokens[0].id}`, undefined, its)).status).toBe(404);
    expect((await ask('DELETE', `/customers/${json.customer.id}`, undefined, its)).status).toBe(204);
    expect((await ask('GET', '/customers', undefined, its)).status).toBe(401);
    expect(await contentStore.customers()).toHaveLength(1);
  });

  it('lets only the operator add customers', async () => {
    const wanted = { key: 'second', name: 'Second', domain: 'second.example' };
    for (const token of [secret, open, 'x', `${OPERATOR}x`, OPERATOR.slice(1)]) {
      const { status, json } = await ask('POST', '/customers', wanted, token);
      expect([token, status]).toEqual([token, 403]);
      expect(json.data.message).toContain('npm run admin -- customer add');
    }
    const origin = { authorization: `Bearer ${OPERATOR}`, origin: 'https://a.example' };
    const page = await app.inject({ method: 'POST', url: '/admin/v1/customers', payload: wanted, headers: origin });
    expect(page.statusCode).toBe(403);
    expect(await contentStore.customers()).toHaveLength(1);
    // What stands above all customers is no customer's token.
    expect((await ask('GET', '/tokens', undefined, OPERATOR)).status).toBe(401);
  });

  it('is closed to public tokens, to pages, and to everybody else', async () => {
    expect((await ask('GET', '/tokens', undefined, open)).status).toBe(403);
    expect((await ask('GET', '/tokens', undefined, 'x')).status).toBe(401);
    expect((await app.inject('/admin/v1/tokens')).statusCode).toBe(401);
    expect((await app.inject(`/admin/v1/tokens?auth_token=${secret}`)).statusCode).toBe(200);
    await contentStore.addOrigin(1, 'https://a.example');
    const headers = { authorization: `Bearer ${secret}`, origin: 'https://a.example' };
    const page = await app.inject({ url: '/admin/v1/tokens', headers });
    expect([page.statusCode, page.headers['access-control-allow-origin']]).toEqual([403, undefined]);
  });

  it('answers any body with a reason, never with a 500', async () => {
    const paths = ['/customers', '/tokens', '/origins', '/hosts', '/styles', '/instances'];
    const fields = ['key', 'name', 'domain', 'kind', 'label', 'origin', 'host', 'type', 'settings', 'id', 'stream'];
    const body = fc.dictionary(fc.constantFrom(...fields), fc.oneof(fc.string({ unit: 'binary' }), fc.jsonValue()));
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...paths), fc.oneof(body, fc.jsonValue()), async (path, given) => {
        const token = path === '/customers' ? OPERATOR : secret;
        const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
        const answer = await app.inject({
          method: 'POST',
          url: `/admin/v1${path}`,
          payload: JSON.stringify(given),
          headers,
        });
        expect(answer.statusCode).toBeLessThan(500);
        if (answer.statusCode !== 201) expect(answer.json().data.message).toMatch(/\S/);
      }),
      { numRuns: 200 },
    );
  });
});
