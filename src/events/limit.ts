/** Limits of events. The tracker keeps them and the service enforces them, so that what one accepts the other accepts. */

/** Characters of an `analytics_id`. */
export const analyticsId = 256;
/** Characters of instance, stream, category, media, product and transaction ids. */
export const id = 256;
/** Segments of one event, and characters of a key and of a value. */

export const segments = 50;
export const segmentKey = 128;
export const segmentValue = 1024;
/** Entries of one checkout: units, or lines with their quantity. */
export const products = 1000;
/** The quantity of one line. */
export const quantity = 1e9;
/** Characters of any URL. */
export const url = 2048;
/** Bytes of a bulk body. A larger one is refused. */
export const bulkBytes = 65_536;
/** Events in one bulk body. Our own events reach the limit of bytes before. */
export const bulkRequests = 1000;
/** Characters of titles, keywords, product names and other short texts of the shop. */
export const text = 1024;
/** Values, levels, and characters of a text in an object whose keys are the shop's own. */
export const jsonValues = 500;
export const jsonDepth = 10;
export const jsonText = 8192;
