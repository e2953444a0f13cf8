/** What one file may cost. Strangers choose the files, so every bound is checked before the work it bounds. */

export const MAX_IMAGE_BYTES = 25 * 1024 * 1024;
/** Pixels of a stored original. What has more and can be read is scaled down to so many. */
export const MAX_IMAGE_PIXELS = 50_000_000;
/** Bytes of memory to read a picture: what needs more is refused before it is decoded. */
export const MAX_DECODING_BYTES = 700_000_000;
/** Pixels of what is read, however little memory it takes: the largest phone cameras have 200 million. */
export const MAX_DECODED_PIXELS = 200_000_000;
/** Pixels of a side of what is read; JPEG can have no more. */
export const MAX_SOURCE_SIDE = 65_535;
/** Pixels of a side of what is read. What has fewer is an icon or a counter. */
export const MIN_IMAGE_SIDE = 50;
/** Pixels of all frames together: 100 frames of 500x500. Each million takes 0.1 s of a processor to be encoded anew. */
export const MAX_ANIMATION_PIXELS = 25_000_000;
/** Frames of an animation: 20 s at 15 a second. Past it, the picture is refused before it is decoded. */
export const MAX_FRAMES = 300;
/** Scans of a JPEG: encoders write about 10. Each goes over all pixels again, 40 ms where there are 50 million. */
export const MAX_SCANS = 64;
/** Of a JPEG whose codes are optimised, a quarter less in bytes: for that it is in memory whole, 11 bytes a pixel. */
export const MAX_OPTIMISED_PIXELS = 16_000_000;
/** Pixels of a side of a stored original: WebP cannot be wider or higher. What is, is scaled down. */
export const MAX_IMAGE_SIDE = 16_383;
export const IMAGE_SECONDS = 60;

export const MAX_VIDEO_BYTES = 64 * 1024 * 1024;
export const MAX_VIDEO_SECONDS = 180;
export const MAX_VIDEO_SIDE = 4096;
/** MP4 boxes or WebM elements: three minutes at 60 pictures and 50 sound frames a second have about 20,000. */
export const MAX_VIDEO_PARTS = 200_000;
