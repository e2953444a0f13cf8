import { showProgress } from '../../server/cli/progress.ts';
import type { EventRow } from '../../server/store/events/event-row.ts';
import { openContentStore, openEventStore } from '../../server/store/testing/open-stores.ts';
import { eventsOf } from './events.ts';

/** Rows that are handed to the event store at a time: so many that the disk is waited for seldom. */
const PER_SUBMIT = 10_000;

/** Makes the data folder of a service whose one customer has so many product events; the token is private. */
export async function fill(folder: string, count: number, token: string, now: number): Promise<void> {
  const content = await openContentStore(folder);
  const { id: customerId } = await content.upsertCustomer({ key: 'large', name: 'Large', domain: 'www.shop.example' });
  await content.addToken(customerId, 'private', 'bench', token);
  await content.close();

  const progress = showProgress(`Writing ${count.toLocaleString('en')} events, per cent`, process.stderr);
  const events = await openEventStore(folder, { error: (details, message) => console.error(message, details) });
  let rows: EventRow[] = [];
  let written = 0;
  let shown = -1;
  const write = async () => {
    const outcomes = await events.submit(customerId, rows);
    if (outcomes.some((outcome) => outcome !== 'accepted')) throw new Error('Not all events are stored.');
    written += rows.length;
    rows = [];
    const percent = Math.floor((written / count) * 100);
    if (percent > shown) progress(percent, 100);
    shown = percent;
  };
  for (const event of eventsOf(count, now)) if (rows.push(event) === PER_SUBMIT) await write();
  if (rows.length > 0) await write();
  await events.close();
}
