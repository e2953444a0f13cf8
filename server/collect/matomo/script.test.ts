import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openTestService } from '../../testing/service.ts';

test('a script that the operator names is served where the protocol’s servers have theirs, and nothing else is', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vitrine-script-'));
  const file = join(folder, 'tracker.js');
  await writeFile(file, 'window._paq = [];');
  await writeFile(join(folder, 'secret.js'), 'secret');
  const service = await openTestService({ matomoScript: file });
  for (const path of ['/matomo.js', '/piwik.js', '/matomo.js?v=4']) {
    const response = await fetch(service.url + path);
    expect([response.status, await response.text()], path).toEqual([200, 'window._paq = [];']);
    expect(response.headers.get('content-type')).toMatch(/javascript/);
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(response.headers.get('cross-origin-resource-policy')).toBe('cross-origin');
    expect((await fetch(service.url + path, { method: 'HEAD' })).status).toBe(200);
    expect(response.headers.get('etag')).toBeTruthy();
  }
  for (const path of ['/secret.js', '/matomo.js/secret.js', '/tracker.js'])
    expect((await fetch(service.url + path)).status, path).not.toBe(200);
  await rm(file);
  expect((await fetch(`${service.url}/matomo.js`)).status).toBe(404);
  await service.close();
  await rm(folder, { recursive: true });
});

test('without one there is nothing', async () => {
  const service = await openTestService();
  for (const path of ['/matomo.js', '/piwik.js']) expect((await fetch(service.url + path)).status).toBe(404);
  await service.close();
});
