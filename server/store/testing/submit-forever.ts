import { uuidv7 } from '../../../src/events/id.ts';
import type { EventRow } from '../events/event-row.ts';
import { openEventStore } from '../events/open.ts';

/** A process for the durability test: submits from eight sides without end and tells its parent each id that was answered. */

const [folder = ''] = process.argv.slice(2);
const store = await openEventStore(folder, console);
for (let side = 0; side < 8; side++) void submitForever();

async function submitForever(): Promise<never> {
  for (;;) {
    const now = Date.now();
    const rows = Array.from(
      { length: 7 },
      (): EventRow => ({
        id: uuidv7(now),
        kind: 'widget',
        action: 'render',
        analyticsId: 'v',
        occurredAt: now,
        receivedAt: now,
        wire: 'tracking',
      }),
    );
    await store.submit(1, rows);
    process.send?.(rows.map(({ id }) => id));
  }
}
