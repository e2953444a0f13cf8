import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { form, largePicture } from '../../server/content/uploads/testing/upload-shop.ts';
import { CONTENT_FILE, EVENTS_FILE } from '../../server/store/database-files.ts';
import { openContentStore } from '../../server/store/testing/open-stores.ts';
import { readEvents } from '../../server/store/testing/read-events.ts';
import { freePort, removeData, type ServiceProcess, startProcess } from '../service.ts';
import { exampleOf, type FrontProxy, HOST, isInstalled, PROXIES, startProxy } from './proxies.ts';

/** The examples of `deploy/` as they stand, but for what each of them says has to be edited. */

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const ORIGIN = 'https://shop.example';
const KEY = '0123456789abcdef0123456789abcdef';

/** What the unit sets for the service. */
const [, trustProxy = ''] = /^Environment=VITRINE_TRUST_PROXY=(.+)$/m.exec(exampleOf('vitrine.service')) ?? [];

/** @param rates `VITRINE_RATE_LIMITS` */
async function startShop(rates: string, env: Record<string, string> = {}): Promise<ServiceProcess> {
  const data = await mkdtemp(join(tmpdir(), 'vitrine-deploy-'));
  const content = await openContentStore(data);
  const { id } = await content.upsertCustomer({ key: 'shop', name: 'Shop', domain: 'shop.example' });
  await content.addToken(id, 'public', 'page', KEY);
  await content.addOrigin(id, ORIGIN);
  await content.close();
  return startProcess({ data, rates, env: { VITRINE_TRUST_PROXY: trustProxy, ...env } });
}

async function endShop(service: ServiceProcess): Promise<void> {
  await service.stop();
  await removeData(service.data);
}

describe.each(PROXIES)('%s in front of the service', (name) => {
  describe.runIf(isInstalled(name))('as its example has it', () => {
    let service: ServiceProcess;
    let proxy: FrontProxy;
    beforeAll(async () => {
      service = await startShop('read=2 track=100000 upload=100 admin=20 failed=5 private=20');
      proxy = await startProxy(name, service.port);
    }, 60_000);
    afterAll(async () => {
      await proxy?.close();
      await endShop(service);
    });

    const withKey = (path: string) => `${path}${path.includes('?') ? '&' : '?'}auth_token=${KEY}&version=v2.2`;
    const fromPage = { origin: ORIGIN };

    test('health and the tag come over TLS', async () => {
      expect(JSON.parse((await proxy.ask('/healthz')).text)).toMatchObject({ status: 'ok' });
      const tag = await proxy.ask('/vitrine.js', { headers: { 'accept-encoding': 'br' } });
      expect(tag).toMatchObject({ status: 200, headers: { 'content-encoding': 'br' } });
      expect(tag.headers['content-type']).toMatch(/javascript/);
    });

    test('browsers are offered HTTP/2', async () => {
      expect(await proxy.protocolOf(['h2', 'http/1.1'])).toBe('h2');
    });

    test('what is asked for without TLS is sent there', async () => {
      const { status, headers } = await proxy.askPlain('/vitrine.js?v=1');
      expect([status, headers.location]).toEqual([308, expect.stringMatching(`^https://${HOST}(:\\d+)?/vitrine.js`)]);
    });

    test('a batch of a page is stored, and one event in a URL that is as long as in a batch', async () => {
      const event = (visitor: string) => `/track/vital/CLS?value=0&analytics_id=${visitor}&auth_token=${KEY}`;
      const batch = { sent_at: Date.now(), requests: [event('bulk')] };
      const bulk = await proxy.ask(`/track/bulk?auth_token=${KEY}`, {
        ...{ method: 'POST', body: JSON.stringify(batch) },
        headers: { ...fromPage, 'content-type': 'text/plain' },
      });
      expect([bulk.status, bulk.headers['access-control-allow-origin']]).toEqual([200, ORIGIN]);
      const long = await proxy.ask(`${event('long')}&unknown=${'x'.repeat(50_000)}`, { headers: fromPage });
      expect(long.status).toBe(200);
      expect(readEvents(service.data).map(({ analytics_id }) => analytics_id)).toEqual(['bulk', 'long']);
    });

    test('a picture of some megabytes is taken; the addresses in answers have https and the name of the host', async () => {
      const user = await proxy.ask(withKey('/users'), {
        ...{ method: 'POST', headers: fromPage, body: form({ email: 'ada@example.com', screen_name: 'Ada' }) },
      });
      const { id } = JSON.parse(user.text).data;
      const file = await sharp(await largePicture())
        .png()
        .toBuffer();
      expect(file.length).toBeGreaterThan(4_000_000);
      const sent = await proxy.ask(withKey(`/users/${id}/media`), {
        ...{ method: 'POST', headers: fromPage, body: form({ file, caption: 'Noise' }) },
      });
      expect([sent.status, sent.text]).toEqual([200, expect.stringContaining('"caption":"Noise"')]);
      const { images } = JSON.parse(sent.text).data;
      expect(images.normal).toMatch(`https://${HOST}/media-files/`);
      expect((await proxy.ask(new URL(images.normal).pathname)).status).toBe(200);
    });

    test('what is too large is refused by the service, whose answer says why', async () => {
      const { status, text } = await proxy.ask(withKey('/stashes'), {
        ...{ method: 'POST', headers: fromPage, body: form({ file: new Uint8Array(26 * 1024 * 1024) }) },
      });
      expect([status, text]).toEqual([413, expect.stringContaining('The file has more than 25 MB.')]);
    });

    test('metrics are closed to it, whatever is claimed', async () => {
      const claims: Record<string, string>[] = [{}, { 'x-forwarded-for': '127.0.0.1' }, { forwarded: 'for=127.0.0.1' }];
      for (const headers of claims) expect((await proxy.ask('/metrics', { headers })).status).toBe(403);
      expect((await fetch(`${service.url}/metrics`)).status).toBe(200);
    });

    test('rates are counted for each visitor, whatever one writes into X-Forwarded-For', async () => {
      const ask = async (from: string, claimed: string) =>
        (await proxy.ask(withKey('/customers/1'), { from, headers: { ...fromPage, 'x-forwarded-for': claimed } }))
          .status;
      const asked = Array.from({ length: 40 }, (_, i) => ask('127.0.0.2', `203.0.113.${i}`));
      const statuses = await Promise.all(asked);
      expect(new Set(statuses)).toEqual(new Set([200, 429]));
      expect(await ask('127.0.0.3', '127.0.0.2')).toBe(200);
    });
  });
});

const UNITS = ['vitrine.service', 'vitrine-backup.service', 'vitrine-backup.timer'];

test.runIf(isInstalled('systemd-analyze'))('systemd has nothing to say against the units', () => {
  const files = UNITS.map((name) => join(ROOT, 'deploy', name));
  const { status, stderr } = spawnSync('systemd-analyze', ['verify', ...files], { encoding: 'utf8' });
  // What is to be run stands elsewhere on a machine where Vitrine is not installed.
  const said = stderr.split('\n').filter((line) => /^\/.*vitrine/.test(line) && !/is not executable/.test(line));
  expect({ said, failed: said.length > 0 && status !== 0 }).toEqual({ said: [], failed: false });
});

test('the unit of the backup makes one, and then removes those that are old', async () => {
  const service = await startShop('off');
  onTestFinished(() => endShop(service));
  const backups = await mkdtemp(join(tmpdir(), 'vitrine-backups-'));
  onTestFinished(() => rm(backups, { recursive: true }));
  const days = (number: number) => new Date(Date.now() - number * 86_400_000);
  for (const [name, age] of [
    ['2026-01-01T033000', 20],
    ['2026-01-08T033000', 13],
    ['mine', 20],
  ] as const) {
    await mkdir(join(backups, name));
    await utimes(join(backups, name), days(age), days(age));
  }
  const unit = exampleOf('vitrine-backup.service');
  const [, keepDays = ''] = /^Environment=KEEP_DAYS=(\d+)$/m.exec(unit) ?? [];
  const env = { ...process.env, VITRINE_DATA: service.data, BACKUPS: backups, KEEP_DAYS: keepDays };
  const commands = [...unit.matchAll(/^ExecStart=\/bin\/sh -c '(.+)'$/gm)].map(([, command = '']) =>
    command.replaceAll('$$', '$').replaceAll('%%', '%'),
  );
  expect(commands).toHaveLength(2);
  for (const command of commands) await promisify(execFile)('/bin/sh', ['-c', command], { cwd: ROOT, env });
  const [older, made, ...more] = (await readdir(backups)).toSorted();
  expect([older, more]).toEqual(['2026-01-08T033000', ['mine']]);
  expect(await readdir(join(backups, made ?? ''))).toEqual(expect.arrayContaining([CONTENT_FILE, EVENTS_FILE]));
});

test('the image gets nothing that was installed on the machine that builds it: binaries are for one kind of machine', () => {
  const ignored = readFileSync(join(ROOT, '.dockerignore'), 'utf8').split('\n');
  // A pattern without `**` is for the root only, and npm also installs into folders of workspaces.
  expect(ignored).toEqual(expect.arrayContaining(['**/node_modules', 'dist', 'data']));
});

test('the health check of the container is good while the service is, and bad when nothing answers', async () => {
  const [, program] = /CMD \["node", "-e", ("(?:[^"\\]|\\.)+")\]/.exec(exampleOf('Dockerfile')) ?? [];
  const check = (port: number) =>
    promisify(execFile)('node', ['-e', JSON.parse(program ?? '')], {
      env: { ...process.env, PORT: String(port) },
    }).then(
      () => 0,
      ({ code }) => code,
    );
  const service = await startShop('off');
  onTestFinished(() => endShop(service));
  expect(await check(service.port)).toBe(0);
  expect(await check(await freePort())).toBe(1);
});

test('docs/operate.md says of each metric of ours what it is for, and names none that is not there', async () => {
  const service = await startShop('off', { VITRINE_EVENTS_PER_DAY: '1000000' });
  onTestFinished(() => endShop(service));
  const metrics = await (await fetch(`${service.url}/metrics`)).text();
  const there = [...metrics.matchAll(/^# TYPE (\S+)/gm)].map(([, name = '']) => name);
  const page = readFileSync(join(ROOT, 'docs/operate.md'), 'utf8');
  const told = [...page.matchAll(/`((?:vitrine|process|nodejs)_\w+)/g)].map(([, name = '']) => name);
  expect(there.filter((name) => name.startsWith('vitrine_') && !told.includes(name))).toEqual([]);
  expect(told.filter((name) => !there.includes(name))).toEqual([]);
});
