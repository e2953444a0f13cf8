/** Bounds that the tracker keeps and the service enforces, so that nothing valid on one side fails on the other. */
export const LIMITS = {
  /** Characters of an `analytics_id`. */
  analyticsId: 256,
  /** Characters of instance, stream, category, media, product and transaction ids. */
  id: 256,
  /** Pairs on one event. */
  segments: 50,
  segmentKey: 128,
  segmentValue: 1024,
  /** Units sold in one checkout. */
  products: 1000,
  /** Characters of any URL. */
  url: 2048,
  /** Bytes of a bulk body. */
  bulkBytes: 65_536,
  /** Events in one bulk body; more of ours than fit into its bytes. */
  bulkRequests: 1000,
} as const;
