import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CONTENT_FILE } from './store/database-files.ts';
import { type HeldLock, openLock } from './store/testing/change-data.ts';
import { openTestService, SHOP_ORIGIN, type TestService } from './testing/service.ts';

let service: TestService;
/** Another process that writes, as far as SQLite can tell. */
let other: HeldLock;
beforeEach(async () => {
  service = await openTestService();
  other = openLock(service.data, CONTENT_FILE);
});
afterEach(async () => {
  other.close();
  await service.close();
});

const ask = (path: string, more: RequestInit = {}) =>
  fetch(`${service.url}${path}auth_token=${service.key}`, { headers: { origin: SHOP_ORIGIN }, ...more });
const track = async () => (await ask('/track/vital/CLS?value=1&analytics_id=v&')).status;
const health = async () => {
  const answer = await fetch(`${service.url}/healthz`);
  const { parts } = (await answer.json()) as { parts: Record<string, string> };
  return { status: answer.status, ...parts };
};

test('while another process holds the content, /healthz says so, events are taken, and what is written waits', async () => {
  other.hold();
  const asked = health();
  // A lock that is waited for in this thread ends with an error of SQLite, after 5 s in which nobody is answered.
  for (let n = 0; n < 5; n++) expect(await track()).toBe(200);
  expect(await asked).toEqual({ status: 503, content: expect.stringMatching(/^busy/), events: 'ok', media: 'ok' });
  let posted = 0;
  const posting = ask('/users?', { method: 'POST', body: new URLSearchParams({ email: 'mila@example.com' }) }).then(
    ({ status }) => {
      posted = status;
    },
  );
  expect(await track()).toBe(200);
  expect(posted).toBe(0);
  other.release();
  await posting;
  expect(posted).toBe(200);
  await expect.poll(health).toEqual({ status: 200, content: 'ok', events: 'ok', media: 'ok' });
});

test('/healthz says when the media folder cannot be written', async () => {
  await writeFile(join(service.data, 'media'), 'a file in the way');
  expect(await health()).toEqual({
    ...{ status: 503, content: 'ok', events: 'ok' },
    media: expect.stringContaining('cannot be read and written'),
  });
});
