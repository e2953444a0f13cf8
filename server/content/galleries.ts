import { STREAM_STATUSES, type StreamStatus } from '../../src/content/resources.ts';

/** The streams that are visible besides those with status OK: those with status TAG, and those with status INACTIVE. */
export interface Galleries {
  tagged: boolean;
  inactive: boolean;
}

/** The specification's three statuses for the four of a stream. */
const SPECIFIED = {
  available: 'OK',
  unavailable: 'TAG',
  miscellaneous: 'TAG',
  discontinued: 'INACTIVE',
} as const satisfies Record<StreamStatus, string>;

export function visibleStatuses({ tagged, inactive }: Galleries): StreamStatus[] {
  const visible = { OK: true, TAG: tagged, INACTIVE: inactive };
  return STREAM_STATUSES.filter((status) => visible[SPECIFIED[status]]);
}
