import { afterAll, beforeAll, expect, test } from 'vitest';
import { run } from '../cli/admin-commands.ts';
import { openContentStore } from '../store/testing/open-stores.ts';
import { openTestService, SHOP_ORIGIN, type TestService } from '../testing/service.ts';

let service: TestService;
beforeAll(async () => {
  service = await openTestService();
});
afterAll(() => service.close());

const ask = async (body?: unknown, token = service.privateKey) => {
  const response = await fetch(`${service.url}/admin/v1/permissions`, {
    method: body === undefined ? 'GET' : 'PUT',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return [response.status, await response.json()];
};
const track = async (headers: Record<string, string> = {}) => {
  const url = `${service.url}/track/vital/CLS?value=1&analytics_id=a&auth_token=${service.key}`;
  const response = await fetch(url, { headers });
  return [response.status, await response.text()];
};

test('the endpoint changes what is said and leaves the rest, at once', async () => {
  expect(await ask()).toEqual([200, { trackers: true, views: false }]);
  expect((await track())[0]).toBe(200);
  expect(await ask({ trackers: false })).toEqual([200, { trackers: false, views: false }]);
  expect(await track()).toEqual([403, expect.stringContaining('permit trackers yes')]);
  expect(await ask({ views: true })).toEqual([200, { trackers: false, views: true }]);
  expect(await ask({ trackers: true, views: false })).toEqual([200, { trackers: true, views: false }]);
  expect((await track())[0]).toBe(200);
  for (const wrong of [{}, { trackers: 'perhaps' }, { unknown: true }, null, []])
    expect((await ask(wrong))[0], JSON.stringify(wrong)).toBe(400);
  expect((await ask({ views: true }, service.key))[0]).toBe(403);
  expect(await ask()).toEqual([200, { trackers: true, views: false }]);
});

test('where only pages track, those of registered origins do, by Origin or Referer', async () => {
  await ask({ trackers: false });
  for (const [headers, status] of [
    [{ origin: SHOP_ORIGIN }, 200],
    [{ referer: `${SHOP_ORIGIN}/mugs` }, 200],
    [{ origin: 'null', referer: `${SHOP_ORIGIN}/mugs` }, 200],
    [{ origin: 'null' }, 403],
    [{ referer: 'https://evil.example/' }, 403],
    [{ origin: 'https://evil.example', referer: `${SHOP_ORIGIN}/` }, 403],
  ] as [Record<string, string>, number][])
    expect((await track(headers))[0], JSON.stringify(headers)).toBe(status);
  await ask({ trackers: true });
});

test('the commands say what is allowed', async () => {
  const contentStore = await openContentStore(service.data);
  const admin = (...words: string[]) => run(contentStore, words, service.data);
  expect(await admin('permit', 'list')).toBe('trackers  yes\nviews     no');
  expect(await admin('permit', 'views', 'yes')).toContain('shop with a public token');
  expect(await admin('permit', 'trackers', 'no')).toContain('Only pages');
  expect(await admin('permit', 'list')).toBe('trackers  no\nviews     yes');
  await expect(admin('permit', 'views', 'maybe')).rejects.toThrow('Write "permit views yes"');
  await expect(admin('permit', 'trackers')).rejects.toThrow('Write "permit trackers yes"');
  const customer = await contentStore.customerByKey('shop');
  expect(customer?.settings).toEqual({ permissions: { trackers: false, views: true } });
  const shown = await fetch(`${service.url}/customers/${customer?.id}?auth_token=${service.privateKey}`);
  expect(await shown.text()).not.toContain('permissions');
  await admin('permit', 'trackers', 'yes');
  await contentStore.close();
});
