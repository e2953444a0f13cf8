import type { RelaySender } from '../../relay/relay.ts';
import type { ContentStore } from '../../store/content/content-store.ts';
import type { EventStore } from '../../store/events/event-store.ts';
import type { Intake } from '../ingest/intake.ts';

/** What the routes of user activities work with. */
export interface ActivitiesOptions {
  contentStore: ContentStore;
  eventStore: EventStore;
  intake: Intake;
  relay: RelaySender;
}
