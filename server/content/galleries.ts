import { STREAM_STATUSES, type StreamStatus } from '../../src/content/resources.ts';

/** Which streams are shown besides those with status OK: those with status TAG, those with status INACTIVE. */
export interface Galleries {
  tagged: boolean;
  inactive: boolean;
}

/** The text's three words for the four statuses that a stream may have. */
const WORDS = {
  available: 'OK',
  unavailable: 'TAG',
  miscellaneous: 'TAG',
  discontinued: 'INACTIVE',
} as const satisfies Record<StreamStatus, string>;

export function shownStatuses({ tagged, inactive }: Galleries): StreamStatus[] {
  const shown = { OK: true, TAG: tagged, INACTIVE: inactive };
  return STREAM_STATUSES.filter((status) => shown[WORDS[status]]);
}
