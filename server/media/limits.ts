/** What one file may cost. Strangers choose the files, so every bound is checked before the work it bounds. */

export const MAX_IMAGE_BYTES = 25 * 1024 * 1024;
export const MAX_IMAGE_PIXELS = 50_000_000;
/** Pixels of all frames together: 100 frames of 500x500. Each million takes 0.1 s of a processor to be encoded anew. */
export const MAX_ANIMATION_PIXELS = 25_000_000;
/** Frames of an animation: 20 s at 15 a second. Past it, the picture is refused before it is decoded. */
export const MAX_FRAMES = 300;
/** Scans of a JPEG: encoders write about 10. Each goes over all pixels again, 40 ms where there are 50 million. */
export const MAX_SCANS = 64;
/** AVIF takes 35 bytes a pixel to be read and written, three times as much as the others. */
export const MAX_AVIF_PIXELS = 20_000_000;
/** Of a JPEG whose codes are optimised, a quarter less in bytes: for that it is in memory whole, 11 bytes a pixel. */
export const MAX_OPTIMISED_PIXELS = 16_000_000;
/** WebP cannot be wider or higher than this, and every picture is also made as WebP. */
export const MAX_IMAGE_SIDE = 16_383;
export const IMAGE_SECONDS = 60;

export const MAX_VIDEO_BYTES = 64 * 1024 * 1024;
export const MAX_VIDEO_SECONDS = 180;
export const MAX_VIDEO_SIDE = 4096;
/** MP4 boxes or WebM elements: three minutes at 60 pictures and 50 sound frames a second have about 20,000. */
export const MAX_VIDEO_PARTS = 200_000;
