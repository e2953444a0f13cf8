import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { MediaArchive } from '../../media/media-archive.ts';
import type { CustomerRecord } from '../../store/content/content-store.ts';
import { createUploadProcessor } from './create-upload.ts';
import { openUploadShop, picture } from './testing/upload-shop.ts';

test('the customer is removed while the picture is being made: 404, and nothing of it stays', async () => {
  const shop = await openUploadShop();
  const { contentStore, dataDir, customerId, userId } = shop;
  const customer = (await contentStore.customer(customerId)) as CustomerRecord;
  const folder = join(dataDir, 'uploads/incoming/request');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'file');
  writeFileSync(file, await picture());
  await contentStore.removeCustomer(customerId);
  const before = shop.kept();
  const sender = { customerId, network: '203.0.113.1' };
  const post = { poster: undefined, caption: null, latitude: null, longitude: null, streamIds: [] };
  await expect(
    createUploadProcessor(new MediaArchive(contentStore, dataDir))({ sender, customer, userId, file, folder, ...post }),
  ).rejects.toMatchObject({
    status: 404,
  });
  expect(shop.kept()).toEqual(before);
  await shop.close();
});
