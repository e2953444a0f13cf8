import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ContentStore } from './content-store.ts';
import { openContentStore } from './open.ts';

/** What a service knows of what another process (`admin`) has just written. */

let folder: string;
let service: ContentStore;
let admin: ContentStore;
let customerId: number;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'vitrine-access-'));
  service = await openContentStore(folder);
  admin = await openContentStore(folder);
  ({ id: customerId } = await admin.upsertCustomer({ key: 'shop', name: 'Shop', domain: 'shop.example' }));
});
afterEach(async () => {
  await service.close();
  await admin.close();
  rmSync(folder, { recursive: true });
});

test('what was refused a moment ago is let in once it is there, however lately the service looked', async () => {
  const { access } = service;
  const allowed = async () => [
    (await access.token('raw')) !== undefined,
    await access.allowsOrigin(customerId, 'https://shop.example'),
    await access.allowsHost(customerId, 'shop.example'),
  ];
  expect(await allowed()).toEqual([false, false, false]);
  await admin.addToken(customerId, 'public', 'page', 'raw');
  await admin.addOrigin(customerId, 'https://shop.example');
  await admin.addHost(customerId, 'shop.example');
  await setTimeout(30);
  expect(await allowed()).toEqual([true, true, true]);
});
