import { expect, onTestFinished, test } from 'vitest';
import { run } from '../cli/admin-commands.ts';
import { openContentStore } from '../store/testing/open-stores.ts';
import { openTestService } from '../testing/service.ts';

test('what robots sent is shown by a command and to the private token', async () => {
  const service = await openTestService();
  onTestFinished(() => service.close());
  const { url, key, privateKey, data: dataDir } = service;
  const path = `/track/vital/CLS?value=0&analytics_id=a&auth_token=${key}`;
  for (const agent of ['Twitterbot/1.0', 'Twitterbot/1.0', 'Googlebot/2.1'])
    await fetch(`${url}${path}`, { headers: { 'user-agent': agent } });

  const today = new Date().toISOString().slice(0, 10);
  const asked = await fetch(`${url}/admin/v1/events/robots`, { headers: { authorization: `Bearer ${privateKey}` } });
  expect(await asked.json()).toEqual({
    robots: [
      { day: today, wire: 'tracking', family: 'google', events: 1 },
      { day: today, wire: 'tracking', family: 'preview', events: 2 },
    ],
  });
  expect((await fetch(`${url}/admin/v1/events/robots?auth_token=${key}`)).status).toBe(403);

  const content = await openContentStore(dataDir);
  onTestFinished(() => content.close());
  expect(await run(content, ['events', 'robots'], dataDir)).toBe(
    `${today}  tracking  google   1\n${today}  tracking  preview  2`,
  );
});

test('a folder without events has none', async () => {
  const service = await openTestService();
  onTestFinished(() => service.close());
  const content = await openContentStore(service.data);
  onTestFinished(() => content.close());
  expect(await run(content, ['events', 'robots'], service.data)).toBe('None.');
});
