import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PACKAGE } from '../config.ts';
import { CONTENT_FILE } from '../store/database-files.ts';
import { openContentStore } from '../store/testing/open-stores.ts';
import { openTestService, type TestService } from '../testing/service.ts';

let service: TestService;
beforeAll(async () => {
  service = await openTestService();
});
afterAll(() => service.close());

/** The value of a metric, by its name and labels as they stand in the answer. */
async function read(metric: string): Promise<number> {
  const lines = (await (await fetch(`${service.url}/metrics`)).text()).split('\n');
  return Number(lines.find((line) => line.startsWith(`${metric} `))?.slice(metric.length));
}

test('the version that runs', async () => {
  expect(await read(`vitrine_build_info{version="${PACKAGE.version}",node="${process.version}"}`)).toBe(1);
});

test('the free disk space, and the sizes of the databases with their logs', async () => {
  expect(await read('vitrine_disk_free_bytes')).toBeGreaterThan(1_000_000);
  const sizes = await Promise.all(
    [CONTENT_FILE, `${CONTENT_FILE}-wal`].map(async (name) => (await stat(join(service.data, name))).size),
  );
  expect(await read(`vitrine_database_bytes{database="${CONTENT_FILE}"}`)).toBe(
    sizes.reduce((sum, size) => sum + size),
  );
});

test('the number of media that wait for a moderator', async () => {
  const metric = `vitrine_moderation_waiting{customer="${service.customerId}"}`;
  expect(await read(metric)).toBeNaN();
  const content = await openContentStore(service.data);
  const userId = await content.addUploader(service.customerId, { name: 'Sam', avatarUrl: null }, 1);
  for (const letter of ['a', 'b'])
    await content.addMedia(
      service.customerId,
      {
        ...{ userId, type: 'IMAGE', hash: letter.repeat(64), imageExt: 'jpg', width: 9, height: 9, source: 'upload' },
        ...{ status: 'pending', submittedAt: 1, publishedAt: 1 },
      },
      [],
    );
  await content.close();
  expect(await read(metric)).toBe(2);
});
