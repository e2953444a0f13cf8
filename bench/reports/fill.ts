import { join } from 'node:path';
import { showProgress } from '../../server/media/import/progress.ts';
import { openContentStore } from '../../server/store/content/open.ts';
import { type RowValues, valuesOf } from '../../server/store/events/columns.ts';
import { openForWriting } from '../../server/store/events/schema.ts';
import { EventWriter } from '../../server/store/events/writer.ts';
import { eventsOf } from './events.ts';

/** Rows in one transaction: so many that the disk is waited for seldom. */
const PER_COMMIT = 10_000;

/** Makes the data folder of a service whose one customer has so many product events; the token is private. */
export async function fill(folder: string, count: number, token: string, now: number): Promise<void> {
  const content = await openContentStore(folder);
  const { id: customerId } = await content.upsertCustomer({ key: 'large', name: 'Large', domain: 'www.shop.example' });
  await content.addToken(customerId, 'private', 'bench', token);
  await content.close();

  const progress = showProgress(`Writing ${count.toLocaleString('en')} events, per cent`, process.stderr);
  const db = openForWriting(join(folder, 'events.db'));
  const writer = new EventWriter(db);
  let rows: RowValues[] = [];
  let written = 0;
  let shown = -1;
  const write = () => {
    writer.write(rows, [], (reason) => {
      throw new Error(reason);
    });
    written += rows.length;
    rows = [];
    const percent = Math.floor((written / count) * 100);
    if (percent > shown) progress(percent, 100);
    shown = percent;
  };
  for (const event of eventsOf(count, now)) if (rows.push(valuesOf(customerId, event)) === PER_COMMIT) write();
  if (rows.length > 0) write();
  db.close();
}
