import type { ReportLimits } from '../../store/content/content-store.ts';

/** From how many addresses a media that nobody reviewed must be reported to be hidden, unless the customer says another. */
export const REPORT_THRESHOLD = 3;

/** What bounds how far reports hide media: past it they queue media as before, and hide none. */
export const REPORT_LIMITS = {
  /** Media of a customer. People report what they come across, and a script all there is. */
  countedOfNetwork: 5,
  /** So that nobody takes a whole shop away, from however many addresses. */
  hiddenOfCustomer: 10,
} satisfies Partial<ReportLimits>;
