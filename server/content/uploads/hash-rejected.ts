import type { MediaArchive } from '../../media/media-archive.ts';

/** Records read at a time. */
const BATCH_SIZE = 100;

/**
 * Stores the pixel hashes of media that an earlier version rejected, one media after the other, since each is decoded.
 * @param signal ends the work; the next start continues it
 */
export async function hashRejected(archive: MediaArchive, signal: AbortSignal): Promise<void> {
  let after = 0;
  for (;;) {
    const media = await archive.contentStore.rejectedWithoutHashes(after, BATCH_SIZE);
    for (const one of media) {
      if (signal.aborted) return;
      await archive.hashPixels(one);
    }
    const last = media.at(-1);
    if (!last) return;
    after = last.id;
  }
}
