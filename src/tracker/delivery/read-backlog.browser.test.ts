import type { UseStore } from 'idb-keyval';
import { expect, test } from 'vitest';
import { createOutbox } from '../outbox.ts';
import { click } from '../testing/shops.ts';
import { readBacklog } from './read-backlog.ts';

test('a script that writes ever more behind what is being read keeps nobody reading for ever', async () => {
  let writes = 0;
  /** Has one more record each time that it is asked. */
  const use = (async () => {
    const id = String(++writes).padStart(9, '0');
    return [[['1', id]], [[{ page: '1', event: { ...click(1), id, at: 1 }, bytes: 1, states: { any: 0 } }]]];
  }) as UseStore;
  const database = { use, write: async () => {}, close() {}, erase() {} };
  let read = 0;
  for await (const rows of readBacklog(database, createOutbox('2', ['any'], database))) read += rows.length;
  expect(read).toBe(500);
});
