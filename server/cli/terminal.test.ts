import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROOT } from '../config.ts';
import { openContentStore } from '../store/testing/open-stores.ts';
import { openTestService, type TestService } from '../testing/service.ts';
import { run as admin } from './admin-commands.ts';
import { hasControls } from './terminal.ts';

/** C0, DEL, C1, ends of lines, and what turns a line around. */
const STEERING = '\u001b]0;owned\u0007\u001b[2J\u007f\u009b31m\r\n\u2028\u202egnp.\u2066';
const ESCAPED = '\\u001b]0;owned\\u0007\\u001b[2J\\u007f\\u009b31m\\u000d\\u000a\\u2028\\u202egnp.\\u2066';

let service: TestService;
beforeAll(async () => {
  service = await openTestService();
});
afterAll(() => service.close());

/** Runs a command as an operator does. */
async function run(script: string, ...args: string[]): Promise<string> {
  const env = { ...process.env, VITRINE_DATA: service.data };
  const command = promisify(execFile)(process.execPath, [join(ROOT, script), ...args], { env });
  const { stdout, stderr } = await command.catch((failed: { stdout: string; stderr: string }) => failed);
  return `${stdout}${stderr}`;
}

function expectPlain(output: string): void {
  for (const line of output.split('\n')) expect(hasControls(line), JSON.stringify(line)).toBe(false);
}

test('names, labels, captions and reasons steer no terminal', { timeout: 120_000 }, async () => {
  const contentStore = await openContentStore(service.data);
  const { customerId } = service;
  const name = `bad${STEERING}`;
  const { id: styleId } = await contentStore.upsertStyle(customerId, { name, type: 'a', settings: { [name]: name } });
  await contentStore.addToken(customerId, 'public', name, 'c'.repeat(64));
  await contentStore.addHost(customerId, name);
  await contentStore.addOrigin(customerId, name);
  const instance = { customerId, name, type: 'best_photos', settings: {}, streamId: null, categoryId: null } as const;
  await contentStore.putInstance({ ...instance, id: 'd'.repeat(32), styleId });
  const { id: userId } = await contentStore.upsertUser(customerId, { source: 'upload', username: 'mila' });
  const picture = { type: 'IMAGE', hash: 'e'.repeat(64), imageExt: 'jpg', width: 8, height: 8, caption: name } as const;
  const posted = { userId, source: 'upload', submittedAt: 1, publishedAt: 1, streams: [] };
  const { id } = await contentStore.upsertMedia(customerId, { ...picture, ...posted, status: 'approved' });
  const report = new URLSearchParams({ email: 'sam@example.com', reason: name });
  const reported = await fetch(`${service.url}/media/${id}/reports?auth_token=${service.key}`, {
    method: 'POST',
    body: report,
  });
  expect(reported.status).toBe(201);
  for (const list of ['style', 'token', 'host', 'origin', 'instance', 'moderate']) {
    const output = await admin(contentStore, [list, 'list'], service.data);
    expectPlain(output);
    expect(output, list).toContain(ESCAPED);
  }
  await contentStore.close();
  const output = await run('server/cli/admin.ts', 'style', 'list');
  expectPlain(output);
  expect(output).toContain(ESCAPED);
});

test('arguments and files that are refused steer no terminal', { timeout: 120_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vitrine-terminal-'));
  try {
    await writeFile(join(folder, 'media.csv'), `file,products\na.jpg,"no${STEERING}"\n`);
    const outputs = [
      await run('server/cli/admin.ts', 'style', 'remove', STEERING),
      await run('server/cli/import.ts', folder, '--media', 'media.csv'),
    ];
    for (const output of outputs) expectPlain(output);
    expect(outputs[1]).toContain('media.csv:2: There is no product "no\\u001b]0;owned');
  } finally {
    await rm(folder, { recursive: true });
  }
});

test.each([
  ['tokens', { kind: 'public', label: STEERING }],
  ['styles', { name: STEERING, type: 'a' }],
  ['instances', { name: STEERING, type: 'best_photos' }],
])('the administration takes no control characters in a name: %s', async (path, body) => {
  const headers = { authorization: `Bearer ${service.privateKey}`, 'content-type': 'application/json' };
  const answer = await fetch(`${service.url}/admin/v1/${path}`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  });
  expect(answer.status).toBe(400);
  const { data } = (await answer.json()) as { data: { message: string } };
  expect(data.message).toContain('must have no control characters');
});
