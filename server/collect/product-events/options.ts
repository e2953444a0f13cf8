import type { ContentStore } from '../../store/content/content-store.ts';
import type { EventStore } from '../../store/events/event-store.ts';
import type { Intake } from '../ingest/intake.ts';

/** What the routes of product events work with. */
export interface ProductEventsOptions {
  eventStore: EventStore;
  intake: Intake;
  contentStore: Pick<ContentStore, 'access' | 'streamByKey'>;
}
