import type { ReportLimits } from '../../store/content/content-store.ts';

/** The number of network addresses that must report an unreviewed media to hide it, if the customer sets no other. */
export const REPORT_THRESHOLD = 3;

/** Bounds on hiding by reports. Past them, a reported media is queued for a moderator and stays visible. */
export const REPORT_LIMITS = {
  /** The media of a customer for which reports of one network count. A person reports a few; a script reports all. */
  countedOfNetwork: 5,
  /** The media of a customer that reports hide within an hour, from however many networks. */
  hiddenOfCustomer: 10,
} satisfies Partial<ReportLimits>;
