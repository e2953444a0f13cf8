import type { EventStore } from '../events/event-store.ts';
import { StorageError } from '../storage-error.ts';
import type { UserPoints } from '../user-points/user-points.ts';

const NOBODY: UserPoints = {
  customers: async () => [],
  pointNamed: async () => undefined,
  point: async () => undefined,
  profile: async () => undefined,
  choices: async () => [],
  choiceLog: async () => [],
};

/** An event store that refuses as a full one does, for what the service says then. */
export function refusingStore(error: Error): EventStore {
  return {
    submit: () => Promise.reject(error),
    outcomes: { accepted: 0, repeated: 0, refused: 0, failed: 0 },
    mediaClickThrough: () => Promise.reject(error),
    eventsOfDay: () => Promise.resolve(0),
    robots: { add: () => Promise.reject(error), list: () => Promise.reject(error) },
    visitNear: () => Promise.reject(error),
    ordersOf: () => Promise.reject(error),
    products: {
      list: () => Promise.reject(error),
      one: () => Promise.reject(error),
      perDay: () => Promise.reject(error),
    },
    userPoints: NOBODY,
    forget: () => Promise.reject(error),
    erasure: {
      forgetVisitor: () => Promise.reject(error),
      prune: () => Promise.reject(error),
      eraseCustomer: () => Promise.reject(error),
    },
    relayed: {
      add: () => Promise.reject(error),
      relays: async () => [],
      next: async () => undefined,
      waiting: async () => 0,
      tried: () => Promise.reject(error),
      remove: () => Promise.reject(error),
      removeAll: () => Promise.reject(error),
    },
    check: () => Promise.reject(error),
    waiting: 0,
    full: false,
    drain: () => {},
    close: () => Promise.resolve(),
  };
}

/** The error of an event store whose queue or disk is full: senders are told to come again. */
export function unavailable(reason: string): StorageError {
  return new StorageError('busy', reason, { store: 'events', silent: true });
}
