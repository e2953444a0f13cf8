import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import fastify from 'fastify';
import { expect, test } from 'vitest';
import { ROOT } from '../config.ts';
import { operationsOf } from '../site/testing/operations.ts';
import { openContentStore } from '../store/testing/open-stores.ts';
import { logging } from './log.ts';

/** Nobody can be found in the log of the real process, whatever is asked and however much it is told to say. */

const [KEY, PRIVATE, OPERATOR] = ['publictokenofthetest', 'privatetokenofthetest', 'operatortokenofthetest0123456789'];
/** What a request says of somebody; none of it may stand in the log, and `findable` finds each in other notations. */
const PERSONAL = {
  address: '203.0.113.77',
  analyticsId: 'analytics-of-somebody',
  userAgent: 'SomebodysBrowser/7',
  email: 'somebody@example.com',
  caption: 'Somebodys own words',
  page: 'https://shop.example/somebodys-page',
  search: 'somebodys-search',
  guess: 'somebodys-guess',
  cookie: 'somebodys-cookie',
  language: 'tlh-Somebody',
  file: 'somebodys-holiday.jpg',
};

test.each(['info', 'trace'])('at the level %s', async (level) => {
  const data = await mkdtemp(join(tmpdir(), 'vitrine-log-'));
  const content = await openContentStore(data);
  const { id } = await content.upsertCustomer({ key: 'shop', name: 'Shop', domain: 'shop.example' });
  await content.addToken(id, 'public', 'page', KEY);
  await content.addToken(id, 'private', 'desk', PRIVATE);
  await content.addOrigin(id, 'https://shop.example');
  await content.close();
  const settings = { PORT: '0', HOST: '127.0.0.1', VITRINE_DATA: data, LOG_LEVEL: level };
  const child = spawn(process.execPath, ['dist/server/main.js', '--demo'], {
    cwd: ROOT,
    // Few are let through, so that refusals for that reason are logged, too.
    env: {
      ...{ ...process.env, ...settings, VITRINE_OPERATOR_TOKEN: OPERATOR },
      ...{ VITRINE_TRUST_PROXY: 'loopback', VITRINE_RATE_LIMITS: 'read=5 track=5 upload=5 admin=5 failed=5 private=1' },
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (said) => (output += said));
  await expect.poll(() => output, { timeout: 20_000 }).toMatch(/http:\S+\/vitrine\.js/);
  const url = /(http:\S+)\/vitrine\.js/.exec(output)?.[1] as string;

  const { address, analyticsId, userAgent, email, caption, page, search, guess, cookie, language, file } = PERSONAL;
  const said = new URLSearchParams({
    ...{
      analytics_id: analyticsId,
      page_url: page,
      caption,
      email,
      q: search,
      idsite: '1',
      rec: '1',
      _id: analyticsId,
    },
    ...{ redirect_url: page, callback: 'show', url: page, action_name: search, sessionId: analyticsId },
  });
  let asked = 0;
  for (const { method, path } of await operationsOf(url)) {
    for (const token of [KEY, PRIVATE, OPERATOR, guess]) {
      const form = new FormData();
      form.append('caption', caption);
      form.append('email', email);
      form.append('file', new File(['no picture'], file));
      const json = {
        $ts: 1,
        $properties: { email, caption },
        email,
        reason: caption,
        sessionId: analyticsId,
        visitor: analyticsId,
      };
      for (const body of [form, JSON.stringify(json), `{"broken": "${email}`]) {
        const isJson = typeof body === 'string';
        const response = await fetch(
          `${url}${path}&${said}&auth_token=${token}&bearer_token=${token}&token_auth=${token}`,
          {
            method,
            redirect: 'manual',
            headers: {
              ...{ 'user-agent': userAgent, 'x-forwarded-for': address, referer: page, cookie: `a=${cookie}` },
              ...{ 'accept-language': language, 'if-none-match': search },
              ...(token === OPERATOR && { authorization: `Bearer ${token}` }),
              ...(isJson && { 'content-type': 'application/json' }),
            },
            ...(method !== 'GET' && method !== 'HEAD' && { body }),
          },
        );
        await response.arrayBuffer();
        asked++;
        if (method === 'GET' || method === 'DELETE') break;
      }
    }
  }
  for (const line of [
    `GET /${search}%c0 HTTP/1.1\r\nHost: x\r\nUser-Agent: ${userAgent}\r\n\r\n`,
    `${email}\r\n\r\n`,
  ]) {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.end(line);
    await text(socket);
  }
  child.kill('SIGTERM');
  await once(child, 'close');
  await rm(data, { recursive: true });

  expect(asked).toBeGreaterThan(300);
  // It does say something: a line for each request that is no sampled one.
  expect(output.split('\n').filter((line) => line.includes('"msg":"request"')).length).toBeGreaterThan(100);
  expect(output).toContain('"route":"/media/:media_id"');
  for (const secret of [KEY, PRIVATE, OPERATOR, ...Object.values(PERSONAL)])
    for (const written of findable(secret)) expect(output.includes(written), written).toBe(false);
});

test('one collecting request in ten seconds is logged, and every other request', async () => {
  const lines: string[] = [];
  const { logger, logController } = logging('info');
  const stream = { write: (line: string) => void lines.push(line) };
  const app = fastify({ logController, logger: { ...(logger as object), stream } });
  for (const path of ['/healthz', '/media']) app.get(path, async () => ({}));
  const started = performance.now();
  for (let asked = 0; asked < 200; asked++) await app.inject('/healthz');
  const tens = Math.floor((performance.now() - started) / 10_000);
  for (let asked = 0; asked < 3; asked++) await app.inject('/media');
  await app.close();

  const loggedOf = (route: string) => lines.filter((line) => line.includes(`"route":"${route}"`)).length;
  expect(loggedOf('/healthz')).toBeGreaterThan(0);
  expect(loggedOf('/healthz')).toBeLessThanOrEqual(1 + tens);
  expect(loggedOf('/media')).toBe(3);
});

function findable(secret: string): string[] {
  return [secret, encodeURIComponent(secret), secret.replaceAll(' ', '+'), Buffer.from(secret).toString('base64')];
}
