import type { MediaRecord, PixelHashes } from './records.ts';

export interface Report {
  email: string;
  reason: string;
  reportedAt: number;
}

/** Limits of what reports hide. */
export interface ReportLimits {
  /** From how many networks a media must be reported to be hidden; 0: reports hide nothing. */
  threshold: number;
  /** How many media the reports of one network can count for in an hour. */
  countedOfNetwork: number;
  /** How many media of a customer reports hide in an hour. */
  hiddenOfCustomer: number;
}

/** A media that waits for a decision. */
export interface QueueEntry {
  /** Its place: oldest first. */
  id: number;
  mediaId: number;
  reason: 'premoderated' | 'reported';
  since: number;
  /** From how many networks it was reported. */
  reporters: number;
}

export interface Moderation {
  /**
   * Queues a media that is shown. It is hidden until somebody decides when it was never reviewed, was reported from
   * enough networks, and the limits of this hour are not reached; else it stays shown.
   *
   * @param network of who reports. Only a keyed hash of it is stored, until the media is decided about
   * @returns whether it was hidden by this report
   */
  report(mediaId: number, report: Report & { network: string }, limits: ReportLimits): Promise<boolean>;
  /** Removes what was stored to count the reports of hours that are over. */
  forgetReportQuota(now: number): Promise<void>;
  /** Why a media waits, if it does. */
  queued(mediaId: number): Promise<QueueEntry | undefined>;
  /** Those after a place, oldest first. */
  queue(customerId: number, after: number, count: number): Promise<QueueEntry[]>;
  /** How many there are, of each customer that has any. */
  queueLengths(): Promise<{ customerId: number; waiting: number }[]>;
  /** All media that are not shown yet, or not now. */
  pendingHashes(): Promise<string[]>;
  /** Rejected media that cannot be found again when they are saved anew, by id. */
  rejectedWithoutHashes(after: number, count: number): Promise<MediaRecord[]>;
  setPixelHashes(mediaId: number, hashes: Omit<PixelHashes, 'type'>): Promise<void>;
  /** By media, oldest first. */
  reports(mediaIds: readonly number[]): Promise<Map<number, Report[]>>;
  /** @returns the media as it is afterwards, or nothing when the customer has no such media */
  decide(
    customerId: number,
    mediaId: number,
    status: 'approved' | 'rejected',
    now: number,
  ): Promise<MediaRecord | undefined>;
}
