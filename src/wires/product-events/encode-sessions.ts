import { toJson } from '../../events/json.ts';
import type { StampedEvent } from '../../events/vocabulary.ts';

/** How long after its last act a session ends, in milliseconds. */
export const SESSION_GAP_MS = 30 * 60_000;
/** Sessions that a page remembers for events that are delivered late. The oldest are forgotten. */
const MAX_SESSIONS = 8;

/** A visit's acts on products. Its members are what the page's storage holds. */
export interface Session {
  /** The id of the act that opened the session. */
  id: string;
  /** The time of its first act, in milliseconds since 1970. */
  from: number;
  /** The time of its last act. */
  to: number;
  /** What the destination has acknowledged: bits of `START` and `END`. */
  told: number;
}
export const START = 1;
export const END = 2;

/**
 * The sessions of one destination. They last across pages, until consent is withdrawn.
 * @param place the key in `localStorage`
 */
export function rememberSessions(place: string) {
  let sessions: Session[] = [];
  return {
    all: (): readonly Session[] => sessions,
    /** Reads what other pages have stored. A session that this page knows keeps its object, which requests refer to. */
    open() {
      try {
        for (const kept of JSON.parse(localStorage.getItem(place) ?? '[]') as Session[]) {
          const known = sessions.find(({ id }) => id === kept.id);
          if (known) {
            known.to = Math.max(known.to, kept.to);
            known.told |= kept.told;
          } else sessions.push(kept);
        }
      } catch {
        // Where storage is blocked, sessions last as long as the page.
      }
    },
    /** The session that an act belongs to. An act that belongs to none opens one. */
    of({ id, at }: StampedEvent): Session {
      let session = sessions.find(({ from, to }) => at > from - SESSION_GAP_MS && at < to + SESSION_GAP_MS);
      if (!session) {
        session = { id, from: at, to: at, told: 0 };
        sessions.push(session);
      }
      session.from = Math.min(session.from, at);
      session.to = Math.max(session.to, at);
      return session;
    },
    /** Stores the sessions. */
    keep() {
      // An answer may come after consent was withdrawn, when there are no sessions to keep.
      if (!sessions.length) return;
      sessions = sessions.sort((a, b) => a.from - b.from).slice(-MAX_SESSIONS);
      try {
        localStorage.setItem(place, toJson(sessions));
      } catch {}
    },
    forget() {
      sessions = [];
      try {
        localStorage.removeItem(place);
      } catch {}
    },
  };
}
