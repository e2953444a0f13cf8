/** Bounds that the tracker keeps and the service enforces, so that nothing valid on one side fails on the other. */

/** Characters of an `analytics_id`. */
export const analyticsId = 256;
/** Characters of instance, stream, category, media, product and transaction ids. */
export const id = 256;
/** Pairs on one event. */
export const segments = 50;
export const segmentKey = 128;
export const segmentValue = 1024;
/** Entries of one checkout: units, or lines with their quantity. */
export const products = 1000;
/** Of one line. */
export const quantity = 1e9;
/** Characters of any URL. */
export const url = 2048;
/** Bytes of a bulk body. */
export const bulkBytes = 65_536;
/** Events in one bulk body; more of ours than fit into its bytes. */
export const bulkRequests = 1000;
/** Characters of titles, keywords, names of products and other short texts in the shop's own words. */
export const text = 1024;
/** Values, levels and characters of a text in what is said in keys of the shop's own. */
export const jsonValues = 500;
export const jsonDepth = 10;
export const jsonText = 8192;
