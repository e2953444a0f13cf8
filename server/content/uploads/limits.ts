/** Bounds on the cost of one request, and of all requests together. Anybody can send them. */

/** The bytes of one file, picture or video. A larger one is refused with 413. */
export const MAX_FILE_BYTES = 25 * 1024 * 1024;
/** The bytes of all text fields of a form. A caption of 5,000 characters has at most 60,000 percent-encoded ones. */
export const MAX_FIELD_BYTES = 64 * 1024;
/** The pairs of a urlencoded form or query. Our forms have ten; a URL that is not escaped adds the pairs of its own query. */
export const MAX_PAIRS = 1000;
/** The fields, files and parts of a multipart form; parts without a name count too. A form with more is refused with 413. */
export const MAX_FIELDS = 32;
export const MAX_FILES = 4;
export const MAX_PARTS = 40;

/**
 * The forms with files that are received at a time. Each has at most two files on disk. `createPlaces` decides which
 * form is given up when one more arrives.
 */
export const MAX_ARRIVING = 32;
/**
 * The uploads that are processed at a time, each with its whole file in memory, and the uploads that may wait for their
 * turn. `createQueue` decides which one is refused when one more arrives.
 */
export const MAX_PROCESSED = 2;
export const MAX_WAITING = 8;

/** The milliseconds until an unused stash expires. */
export const STASH_MS = 24 * 3600_000;
/** The bytes that a smaller stash counts as, so that a customer has at most 8,192 stashes. */
export const MIN_STASHED_BYTES = 256 * 1024;
/**
 * The bytes of all stashes of a customer. One network address may use as much as is still free, so at most half of it
 * if it is the only one.
 */
export const MAX_STASHED_BYTES = 2 * 1024 ** 3;
