import type { TrackerOptions } from '../tracker/page-tracker.ts';

/** The tag's `data-` attributes. */
export interface TagOptions extends TrackerOptions {
  vitals?: 'off';
  /** As in `TagSettings`. */
  elements?: string;
}
