import type { IsOperator } from '../http/operator.ts';
import type { MediaArchive } from '../media/media-archive.ts';
import type { EventStore } from '../store/events/event-store.ts';
import type { Removals } from './removal.ts';

/** What the routes of the administration work with. */
export interface AdminOptions {
  archive: MediaArchive;
  eventStore: EventStore;
  /** Removes the content of removed customers. */
  removals: Pick<Removals, 'start'>;
  isOperator: IsOperator;
  /** Whether relays may lead to private addresses; false by default. */
  allowPrivateRelays?: boolean;
}
