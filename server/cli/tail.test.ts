import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import type { EventRow } from '../store/events/event-row.ts';
import { openContentStore, openEventStore } from '../store/testing/open-stores.ts';
import { openTestService, SHOP_ORIGIN } from '../testing/service.ts';
import { tailEvents } from './tail.ts';

const CLI = fileURLToPath(new URL('./admin.ts', import.meta.url));
const TIME = '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ';

async function openService() {
  const service = await openTestService();
  onTestFinished(() => service.close());
  const { url, key } = service;
  const send = async (media: number) => {
    const path = `/track/widget/abc/best/media/${media}/view?analytics_id=a&pics=1&auth_token=${key}`;
    const sent = { origin: SHOP_ORIGIN, referer: `${SHOP_ORIGIN}/mug` };
    expect((await fetch(url + path, { headers: sent })).status).toBe(200);
  };
  return { ...service, send };
}

/** The command as its own process, as somebody starts it. */
function startTail(dataDir: string, ...words: string[]) {
  const child = spawn(process.execPath, [CLI, 'events', 'tail', ...words], {
    env: { ...process.env, VITRINE_DATA: dataDir },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text) => {
      output[name] += text;
    });
  return { child, output, lines: () => output.stdout.split('\n').filter(Boolean), ended: once(child, 'close') };
}

const PATIENT = { timeout: 20_000 };
const view = (media: number) =>
  new RegExp(`^${TIME}  media view {10}  ${String(media).padEnd(6)}  https://shop\\.example/mug  tracking$`);

test('the latest events are shown, then each as it arrives, until Ctrl-C', async () => {
  const { data: dataDir, send } = await openService();
  for (let media = 1; media <= 12; media++) await send(media);
  const { child, output, lines, ended } = startTail(dataDir);
  await expect.poll(() => lines().length, PATIENT).toBe(10);
  await send(13);
  await send(14);
  await expect.poll(() => lines().length, PATIENT).toBe(12);
  expect(lines()).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14].map((media) => expect.stringMatching(view(media))));
  child.kill('SIGINT');
  expect(await ended).toEqual([0, null]);
  expect([lines().length, output.stderr]).toEqual([12, '']);
});

test('it ends without a complaint when nobody reads it any more', async () => {
  const { data: dataDir, send } = await openService();
  await send(1);
  const { child, output, lines, ended } = startTail(dataDir);
  await expect.poll(() => lines().length, PATIENT).toBe(1);
  child.stdout.destroy();
  await send(2);
  expect(await ended).toEqual([0, null]);
  expect(output.stderr).toBe('');
});

test('only the customer’s own events are shown, whatever strangers wrote steers no terminal, and long pages are cut', async () => {
  const { data: dataDir, customerId } = await openService();
  const content = await openContentStore(dataDir);
  const { id: other } = await content.upsertCustomer({ key: 'other', name: 'Other', domain: 'other.example' });
  await content.close();
  const events = await openEventStore(dataDir, console);
  onTestFinished(() => events.close());
  const row = (more: Partial<EventRow>): EventRow => ({
    ...{ id: crypto.randomUUID(), kind: 'other', analyticsId: 'a', wire: 'matomo' },
    ...{ occurredAt: Date.now(), receivedAt: Date.now(), ...more },
  });
  const ended = new AbortController();
  const shown: string[] = [];
  const tailing = tailEvents({ dataDir, customerId, show: (line) => shown.push(line), signal: ended.signal });
  await events.submit(other, [row({ action: 'of another' })]);
  await events.submit(customerId, [
    row({ action: '\u001b[2J\u202e', pageUrl: `https://a.example/${'x'.repeat(500)}\n` }),
  ]);
  await expect.poll(() => shown, PATIENT).toHaveLength(1);
  ended.abort();
  await tailing;
  const page = `https://a.example/${'x'.repeat(182)}`;
  expect(shown[0]).toMatch(new RegExp(`^${TIME}  other \\\\u001b\\[2J\\\\u202e  -      ${' '}${page}  matomo$`));
});

test('a folder whose database comes later is watched', async () => {
  const service = await openService();
  const { data: dataDir, customerId } = service;
  const ended = new AbortController();
  const shown: string[] = [];
  const later = `${dataDir}/later`;
  const tailing = tailEvents({ dataDir: later, customerId, show: (line) => shown.push(line), signal: ended.signal });
  const events = await openEventStore(later, console);
  onTestFinished(() => events.close());
  const now = Date.now();
  await events.submit(customerId, [
    { id: crypto.randomUUID(), kind: 'vital', analyticsId: 'a', wire: 'tracking', occurredAt: now, receivedAt: now },
  ]);
  await expect.poll(() => shown, PATIENT).toHaveLength(1);
  ended.abort();
  await tailing;
});
