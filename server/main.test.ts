import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { PACKAGE, ROOT } from './config.ts';
import { CONTENT_FILE, EVENTS_FILE } from './store/database-files.ts';
import { markAsNewer } from './store/testing/change-data.ts';
import { EARLIER_CONTENT, writeEarlierContent } from './store/testing/earlier-content.ts';
import { writeEarlierEvents } from './store/testing/earlier-events.ts';
import { openContentStore, openEventStore } from './store/testing/open-stores.ts';
import { readEvents } from './store/testing/read-events.ts';

const KEY = '0123456789abcdef0123456789abcdef';
let data: string;
let running: ChildProcess[];

beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'vitrine-main-'));
  running = [];
  // A folder with a customer of its own gets no demo content.
  const content = await openContentStore(data);
  const { id } = await content.upsertCustomer({ key: 'shop', name: 'Shop', domain: 'shop.example' });
  await content.addToken(id, 'public', 'page', KEY);
  await content.close();
});
afterEach(async () => {
  for (const child of running) child.kill('SIGKILL');
  await rm(data, { recursive: true, force: true });
});

function start(
  env: Record<string, string>,
  [command, ...words]: [string, ...string[]] = [process.execPath, 'dist/server/main.js'],
  user: { uid?: number; gid?: number } = {},
) {
  const child = spawn(command, words, {
    cwd: ROOT,
    env: { ...process.env, PORT: '0', HOST: '', VITRINE_DATA: data, LOG_LEVEL: 'silent', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...user,
  });
  running.push(child);
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (text) => {
    output.stdout += text;
  });
  child.stderr.on('data', (text) => {
    output.stderr += text;
  });
  return { child, output, ended: once(child, 'close').then(([code]) => code as number | null) };
}

/** Starts the service and resolves to its address when it has said it. */
async function serve(env: Record<string, string> = {}, command?: [string, ...string[]], user?: typeof NOBODY) {
  const { child, output, ended } = start(env, command, user);
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout?.on('data', () => {
      const found = /(http:\S+)\/vitrine\.js/.exec(output.stdout)?.[1];
      if (found) resolve(found);
    });
    ended.then((code) => reject(new Error(`ended with ${code}: ${output.stderr}`)));
  });
  return { url, child, output, ended };
}

test.each(['SIGINT', 'SIGTERM'] as const)(
  '%s: what was answered is there, exit code 0; the next start finds it',
  async (signal) => {
    const { url, child, ended } = await serve();
    // A connection that a browser keeps in reserve must not hold the service up.
    const reserve = connect(Number(new URL(url).port), '127.0.0.1').on('error', () => {});
    const answered: string[] = [];
    let down = false;
    const shoppers = Array.from({ length: 8 }, async (_, shopper) => {
      for (let n = 0; !down; n++) {
        const analyticsId = `${shopper}-${n}`;
        const path = `/track/widget/abc/best/render?analytics_id=${analyticsId}&pics=1&auth_token=${KEY}`;
        const status = await fetch(`${url}${path}`).then(
          (response) => response.status,
          () => 0,
        );
        if (status !== 200) down = true;
        else if (answered.push(analyticsId) === 100) child.kill(signal);
      }
    });
    expect(await ended).toBe(0);
    reserve.destroy();
    await Promise.all(shoppers);
    const stored = new Set(readEvents(data).map(({ analytics_id }) => analytics_id));
    expect(answered.length).toBeGreaterThanOrEqual(100);
    expect(answered.filter((id) => !stored.has(id))).toEqual([]);

    const again = await serve();
    expect((await fetch(`${again.url}/healthz`)).status).toBe(200);
    again.child.kill(signal);
    expect(await again.ended).toBe(0);
    expect(readEvents(data)).toHaveLength(stored.size);
  },
);

test('a signal that npm hands on beside that of the terminal ends nothing sooner, and a third ends it at once', async () => {
  const body = JSON.stringify({ requests: ['/track/widget/abc/best/render?analytics_id=a&pics=1'] });
  // A request in the midst of its body keeps the service from ending.
  const begin = async () => {
    const service = await serve();
    const { port } = new URL(service.url);
    const socket = connect(Number(port), '127.0.0.1').on('error', () => {});
    let answer = '';
    socket.on('data', (text) => {
      answer += text;
    });
    socket.write(
      `POST /track/bulk?auth_token=${KEY} HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`,
    );
    await expect.poll(() => answer).toContain('100 Continue');
    const refusesNew = () =>
      expect
        .poll(() =>
          fetch(`${service.url}/healthz`).then(
            () => false,
            () => true,
          ),
        )
        .toBe(true);
    service.child.kill('SIGINT');
    await refusesNew();
    service.child.kill('SIGINT');
    return { ...service, socket, answer: () => answer };
  };

  const patient = await begin();
  patient.socket.write(body);
  await expect.poll(patient.answer).toContain('"accepted":[0]');
  patient.socket.destroy();
  expect(await patient.ended).toBe(0);
  expect(readEvents(data)).toHaveLength(1);

  const urgent = await begin();
  // Signals of one kind that come before the first is taken are one.
  urgent.child.kill('SIGTERM');
  expect(await urgent.ended).toBe(1);
  urgent.socket.destroy();
});

const NPM_RUN_SERVE: [string, ...string[]] = ['npm', 'run', '--silent', 'serve'];

test('a supervisor that ends npm run serve ends the service', async () => {
  const { url, child, ended } = await serve({}, NPM_RUN_SERVE);
  child.kill('SIGTERM');
  await ended;
  await expect(fetch(`${url}/healthz`)).rejects.toThrow();
  // And what it did is finished: the folder is free.
  const again = await serve();
  expect((await fetch(`${again.url}/healthz`)).status).toBe(200);
});

/** Of a user that owns nothing. */
const NOBODY = { uid: 65_534, gid: 65_534 };
/** Only root may start a process as somebody else, and that one may not look into folders of root's own. */
const canBeNobody =
  process.getuid?.() === 0 && spawnSync('ls', ['package.json'], { cwd: ROOT, stdio: 'ignore', ...NOBODY }).status === 0;

test.runIf(canBeNobody)('npm run serve needs no right to write but into the data folder', async () => {
  for (const file of ['', ...readdirSync(data)]) await chown(join(data, file), NOBODY.uid, NOBODY.gid);
  const { url, child, ended } = await serve({ HOME: '/nonexistent' }, NPM_RUN_SERVE, NOBODY);
  expect(await (await fetch(`${url}/healthz`)).json()).toMatchObject({ status: 'ok' });
  // npm hands this signal on. Killed, it would leave the service behind.
  child.kill('SIGTERM');
  await ended;
});

test.runIf(canBeNobody)('who may not write into the checkout is told so when building', async () => {
  const { output, ended } = start({}, [process.execPath, 'tools/build.ts'], NOBODY);
  expect(await ended).toBe(1);
  expect(output.stderr).toMatch(
    /^dist cannot be written \(EACCES\): build as the user who owns this folder\. .*npm run serve\.\n$/,
  );
});

test('the log says when, how important, with which settings, and that it stopped in good order; no secret', async () => {
  const secret = 'operator-token-0123456789abcdef0123456789';
  const { child, output, ended } = await serve({ LOG_LEVEL: 'info', VITRINE_OPERATOR_TOKEN: secret });
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
  const lines = output.stdout.split('\n').filter((line) => line.startsWith('{'));
  const log = lines.map((line) => JSON.parse(line));
  const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  expect(log.find(({ msg }) => msg === 'the service has started')).toMatchObject({
    ...{ level: 'info', time, version: PACKAGE.version, node: process.version },
    settings: { dataDir: data, operatorToken: 'set', trustProxy: false, demo: false },
  });
  expect(log.at(-1)).toMatchObject({ level: 'info', time, signal: 'SIGTERM', msg: expect.stringMatching(/stopped/) });
  expect(output.stdout + output.stderr).not.toContain(secret);
});

test('a folder without a customer: the start says how to add one, and there is no demo', async () => {
  const empty = join(data, 'empty');
  const { url, output } = await serve({ VITRINE_DATA: empty });
  await expect.poll(() => output.stdout).toMatch(/no customer yet: npm run admin -- customer add/);
  expect(output.stdout).not.toContain('Demo');
  expect((await fetch(`${url}/shop/`)).status).toBe(404);
});

test('events that are older than VITRINE_EVENTS_KEEP go by themselves', async () => {
  const events = await openEventStore(data, console);
  const row = (id: string, days: number) => {
    const at = Date.now() - days * 86_400_000;
    return { id, kind: 'vital', analyticsId: 'v', wire: 'tracking', occurredAt: at, receivedAt: at };
  };
  await events.submit(1, [row('old', 41), row('young', 39)]);
  await events.close();
  // The first look is a minute after the start. No other timeout of the service is as long.
  const preload = join(data, 'soon.cjs');
  const soon = `
    const wait = setTimeout;
    const soon = (work, ms, ...more) => wait(work, ms === 60_000 ? 0 : ms, ...more);
    globalThis.setTimeout = Object.defineProperties(soon, Object.getOwnPropertyDescriptors(wait));`;
  await writeFile(preload, soon);
  const { child, ended } = await serve({ VITRINE_EVENTS_KEEP: '40d' }, [
    process.execPath,
    ...['-r', preload, 'dist/server/main.js'],
  ]);
  await expect.poll(() => readEvents(data).map(({ id }) => id)).toEqual(['young']);
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
});

test('an older Node says which one is needed', async () => {
  const old = "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.19.0' } })";
  const preload = join(data, 'old.cjs');
  await writeFile(preload, old);
  const { output, ended } = start({}, [process.execPath, '-r', preload, 'server/requirements.cjs']);
  expect(await ended).toBe(1);
  expect(output.stderr).toBe('Vitrine needs Node 22 or newer; this is 20.19.0.\n');
});

test('what it compiled is on disk while it runs: a crash may be its end, and the next start shall be fast', async () => {
  const cache = join(data, 'cache');
  await serve({ NODE_COMPILE_CACHE: cache });
  const bytes = () =>
    readdirSync(cache, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
  // What it has compiled of itself by then is some megabytes.
  await expect.poll(bytes, { timeout: 10_000 }).toBeGreaterThan(1_000_000);
});

test('a proxy that nobody told us of stands in the log, once; those it speaks for do not', async () => {
  const { url, child, output, ended } = await serve({ LOG_LEVEL: 'trace' });
  for (const address of ['203.0.113.7', '203.0.113.8'])
    await fetch(`${url}/healthz`, { headers: { 'x-forwarded-for': address } });
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
  const log = output.stdout + output.stderr;
  expect(log.match(/VITRINE_TRUST_PROXY/g)).toHaveLength(1);
  expect(log).not.toContain('203.0.113');
});

test('an origin that is not registered and a key that nobody has are a line each in the log, however often they come', async () => {
  const { url, child, output, ended } = await serve({ LOG_LEVEL: 'warn' });
  const path = '/track/widget/abc/best/render?analytics_id=a&pics=1&auth_token=';
  const headers = { origin: 'https://forgotten.example' };
  for (let n = 0; n < 3; n++)
    for (const key of [KEY, 'mistyped-key']) expect((await fetch(`${url}${path}${key}`, { headers })).status).toBe(403);
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
  expect(output.stdout.match(/"reason":"The origin https:\/\/forgotten\.example is not registered/g)).toHaveLength(1);
  expect(output.stdout.match(/"key":"mist…"/g)).toHaveLength(1);
  expect(output.stdout).not.toContain('mistyped');
});

/** Starts a service that must not start. */
async function refused(env: Record<string, string>): Promise<string> {
  const { output, ended } = start(env);
  expect(await ended).toBe(1);
  return output.stderr;
}

test('a bad setting: one line, exit code 1', async () => {
  expect(await refused({ PORT: 'http' })).toMatch(/^PORT is "http": set it to .*\n$/);
});

test('a port that is taken: one line, exit code 1', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  expect(await refused({ PORT: String(port) })).toMatch(
    new RegExp(`^Port ${port} of 127.0.0.1 is taken: .*PORT.*\\n$`),
  );
  other.close();
});

test('a data folder that another service has: one line, exit code 1, and the first one works on', async () => {
  const first = await serve();
  expect(await refused({})).toBe(
    `Another service (pid ${first.child.pid}) already runs on ${data}: stop it, or set VITRINE_DATA to another folder.\n`,
  );
  expect((await fetch(`${first.url}/healthz`)).status).toBe(200);
  first.child.kill('SIGKILL');
  await first.ended;
  await serve();
});

test('without customers: a port that is taken is told before the demo is imported', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const fresh = join(data, 'fresh');
  expect(await refused({ PORT: String(port), VITRINE_DATA: fresh })).toMatch(/^Port \d+ of .*\n$/);
  expect(existsSync(join(fresh, 'media'))).toBe(false);
  other.close();
});

test('a data folder that is a file: one line, exit code 1', async () => {
  const file = join(data, 'file');
  await writeFile(file, '');
  expect(await refused({ VITRINE_DATA: file })).toMatch(
    /file cannot be made or written \(EEXIST\): .*VITRINE_DATA.*\n$/,
  );
});

test('earlier databases: the operator reads that they are brought up to date, and how far that is', async () => {
  const folder = join(data, 'earlier');
  await writeEarlierContent(folder, EARLIER_CONTENT[0] ?? [], 'f'.repeat(64));
  writeEarlierEvents(folder, 1, 50);
  const { child, output, ended } = await serve({ VITRINE_DATA: folder });
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
  const brought = (file: string) => `${file} is migrated from version 1 to \\d+; the service starts after that\\.`;
  const counted = '(Counting events \\(%\\): \\d+0 of 100\n){10}';
  expect(output.stderr).toMatch(new RegExp(`^${brought(CONTENT_FILE)}\n${brought(EVENTS_FILE)}\n${counted}$`));
});

test.each([EVENTS_FILE, CONTENT_FILE] as const)('a newer %s: one line, exit code 1', async (file) => {
  markAsNewer(data, file);
  expect(await refused({})).toMatch(/^\S+ was written by a newer .*\n$/);
});
