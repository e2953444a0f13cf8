import type Database from 'better-sqlite3';
import type { MediaClickThrough } from '../event-store.ts';

/** How often media were shown and clicked since a day, of all widgets, from the totals. */
export function clickThroughQuery(
  db: Database.Database,
): (customerId: number, sinceDay: number) => MediaClickThrough[] {
  const query = db.prepare<[number, number], MediaClickThrough>(
    `SELECT media_id AS mediaId,
            sum(iif(action = 'render', events, 0)) AS renders,
            sum(iif(action = 'click', events, 0)) AS clicks
       FROM daily_totals
      WHERE customer_id = ? AND day >= ? AND kind = 'media' AND action IN ('render', 'click')
      GROUP BY media_id`,
  );
  return (customerId, sinceDay) => query.all(customerId, sinceDay);
}
