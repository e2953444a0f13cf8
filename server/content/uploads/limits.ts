/** What one request, and all of them together, may cost. Strangers send them. */

/** Of one file, picture or video. */
export const MAX_FILE_BYTES = 25 * 1024 * 1024;
/** Of all other fields of a form together: a caption of 5,000 characters has at most 60,000 percent-encoded ones. */
export const MAX_FIELD_BYTES = 64 * 1024;
/** Pairs of a urlencoded form, and of a query. Forms of ours have ten; a URL that is not escaped has some of its own. */
export const MAX_PAIRS = 1000;
/** Of a multipart form; parts are fields, files, and what has no name. A form with more is refused with 413. */
export const MAX_FIELDS = 32;
export const MAX_FILES = 4;
export const MAX_PARTS = 40;

/**
 * Forms with files that arrive at a time: what may lie in the folder for them is so many times two files. When one more
 * comes, see `createPlaces`.
 */
export const MAX_ARRIVING = 32;
/**
 * Files made into media at a time, each of them whole in memory then, and how many more may wait for their turn. When one
 * more comes, see `createQueue`.
 */
export const MAX_PROCESSED = 2;
export const MAX_WAITING = 8;

export const STASH_MS = 24 * 3600_000;
/** Bytes that a stash counts at least, so that a customer has at most 8,192 of them. */
export const MIN_STASHED_BYTES = 256 * 1024;
/** Of a customer's stashes together. An address may have as much of it as is still free: half, if it is the only one. */
export const MAX_STASHED_BYTES = 2 * 1024 ** 3;
