import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { buildApp } from '../app.ts';
import { storeFiles } from '../media/files.ts';
import { FILE_STATUSES, hashFolder, mediaFolder, statusFolder } from '../media/paths.ts';
import type { ContentStore } from '../store/content/content-store.ts';
import { openContentStore, openEventStore } from '../store/testing/open-stores.ts';
import { inspectContent } from '../store/testing/read-content.ts';
import { openTestService, SHOP_ORIGIN, type TestService } from '../testing/service.ts';

const TOKEN = 'a'.repeat(32);
const MEDIA = 40;
/** The media whose file another customer has, too. */
const SHARED = 7;
let service: TestService;
let customerId: number;
beforeEach(async () => {
  service = await openTestService();
  const contentStore = await openContentStore(service.data);
  ({ id: customerId } = await contentStore.upsertCustomer({ key: 'large', name: 'Large', domain: 'large.example' }));
  await contentStore.addToken(customerId, 'private', 'desk', TOKEN);
  for (let n = 0; n < MEDIA; n++) {
    await storeFiles(mediaFolder(service.data), hashOf(n), new Map([['normal.jpg', Buffer.from('picture')]]));
    await addMedia(contentStore, customerId, n);
  }
  await addMedia(contentStore, service.customerId, SHARED);
  await contentStore.close();
});
afterEach(() => service.close());

const hashOf = (n: number) => n.toString(16).padStart(2, '0').repeat(32);

async function addMedia(contentStore: ContentStore, customerId: number, n: number): Promise<void> {
  const { id: userId } = await contentStore.upsertUser(customerId, { source: 'upload', username: 'mila' });
  const facts = { userId, type: 'IMAGE', imageExt: 'jpg', width: 9, height: 9, source: 'upload' } as const;
  await contentStore.addMedia(customerId, { ...facts, hash: hashOf(n), submittedAt: 1, publishedAt: 1 }, []);
}

const remove = async () => {
  const headers = { authorization: `Bearer ${TOKEN}` };
  return (await fetch(`${service.url}/admin/v1/customers/${customerId}`, { method: 'DELETE', headers })).status;
};
const track = async () => {
  const path = `/track/vital/CLS?value=1&analytics_id=v&auth_token=${service.key}`;
  return (await fetch(`${service.url}${path}`, { headers: { origin: SHOP_ORIGIN } })).status;
};

const FORM = `--b\r\nContent-Disposition: form-data; name="file"; filename="a.gif"\r\n\r\nGIF89a\r\n--b--\r\n`;

/** Sends all of a form but its end. @returns what sends that, and answers the status */
async function begin(path: string, type: string, body: string): Promise<() => Promise<number>> {
  const headers = { 'content-type': type, 'content-length': body.length };
  const request = httpRequest(`${service.url}${path}?auth_token=${TOKEN}`, { method: 'POST', headers });
  const answered = once(request, 'response') as Promise<[IncomingMessage]>;
  await new Promise((resolve) => request.write(body.slice(0, -9), resolve));
  return async () => {
    request.end(body.slice(-9));
    const [response] = await answered;
    response.resume();
    return response.statusCode ?? 0;
  };
}

function rows() {
  const inspector = inspectContent(service.data);
  const { customers, media } = inspector.counts();
  inspector.close();
  return { customers, media };
}
/** What is left of two customers, one of which was removed. */
const LEFT = { customers: 1, media: 1 };
const files = (n: number) =>
  FILE_STATUSES.map((status) => existsSync(hashFolder(statusFolder(service.data, status), hashOf(n))));

test('a customer that removes itself is refused at once, and events of others are taken while its content goes', async () => {
  expect(await remove()).toBe(204);
  expect(await remove()).toBe(401);
  let beside = 0;
  for (; rows().customers === 2; beside++) expect(await track()).toBe(200);
  expect(beside).toBeGreaterThan(0);
  expect(rows()).toEqual(LEFT);
});

test('what its visitors were sending is refused when it is there, as a page of theirs is', async () => {
  const begun = await Promise.all([
    begin('/users', 'application/x-www-form-urlencoded', 'email=mila%40example.com'),
    begin('/stashes', 'multipart/form-data; boundary=b', FORM),
  ]);
  await remove();
  await expect.poll(rows, { timeout: 20_000 }).toEqual(LEFT);
  expect(await Promise.all(begun.map((finish) => finish()))).toEqual([403, 403]);
});

test('its files go with it, but for those that another customer has', async () => {
  await remove();
  await expect.poll(rows, { timeout: 20_000 }).toEqual(LEFT);
  for (let n = 0; n < MEDIA; n++) expect([n, files(n)]).toEqual([n, [n === SHARED, false, false]]);
});

test('a removal that a kill interrupted is finished by the next service', async () => {
  const content = await openContentStore(service.data);
  await content.removeCustomer(customerId);
  await content.removeSome(customerId);
  expect(rows().customers).toBe(2);
  const events = await openEventStore(service.data, console);
  const next = await buildApp(
    { dataDir: service.data, logLevel: 'silent' },
    { contentStore: content, eventStore: events },
  );
  await next.ready();
  await expect.poll(rows, { timeout: 20_000 }).toEqual(LEFT);
  await next.close();
  await events.close();
  await content.close();
});
