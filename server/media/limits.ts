/** Bounds on the cost of one file. Strangers choose the files, so each bound is checked before the work that it bounds. */

/** The bytes of a picture. A larger one is refused. */
export const MAX_IMAGE_BYTES = 25 * 1024 * 1024;
/** The pixels of a stored original. A larger picture is scaled down. */
export const MAX_IMAGE_PIXELS = 50_000_000;
/** The bytes of memory for decoding a picture. A picture that needs more is refused before it is decoded. */
export const MAX_DECODING_BYTES = 700_000_000;
/** The pixels of a source, however little memory it needs. The largest phone cameras have 200 million; more are refused. */
export const MAX_DECODED_PIXELS = 200_000_000;
/** The pixels of a side of a source, which is the maximum of JPEG. A larger picture is refused. */
export const MAX_SOURCE_SIDE = 65_535;
/** The pixels of a side of a source. A smaller picture, an icon or a counter, is refused. */
export const MIN_IMAGE_SIDE = 50;
/** The pixels of all frames: 100 frames of 500x500. More are refused, since encoding takes 0.1 s for each million. */
export const MAX_ANIMATION_PIXELS = 25_000_000;
/** The frames of an animation: 20 s with 15 frames a second. One with more is refused before it is decoded. */
export const MAX_FRAMES = 300;
/** The scans of a JPEG, of which encoders write about 10. More are refused: each takes 40 ms for 50 million pixels. */
export const MAX_SCANS = 64;
/**
 * The pixels of a JPEG with optimised codes, which save a quarter of the bytes. Optimising needs the whole picture in
 * memory, 11 bytes for each pixel, so a larger JPEG has standard codes.
 */
export const MAX_OPTIMISED_PIXELS = 16_000_000;
/** The pixels of a side of a stored original, which is the maximum of WebP. A larger picture is scaled down. */
export const MAX_IMAGE_SIDE = 16_383;
/** The seconds for one operation of libvips. Past them, the picture is refused. */
export const IMAGE_SECONDS = 60;

/** The bytes of a video. A larger one is refused, and so is one that is too long or too wide. */
export const MAX_VIDEO_BYTES = 64 * 1024 * 1024;
export const MAX_VIDEO_SECONDS = 180;
/** The pixels of a side of a video. */
export const MAX_VIDEO_SIDE = 4096;
/** The MP4 boxes or WebM elements of a video. Three minutes with 60 pictures and 50 sound frames a second have 20,000. */
export const MAX_VIDEO_PARTS = 200_000;
