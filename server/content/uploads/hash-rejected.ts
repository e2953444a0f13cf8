import { hashesOfFiles } from '../../media/create-media.ts';
import type { ContentStore, MediaRecord } from '../../store/content/content-store.ts';

/** Rows read at a time. */
const BATCH = 100;

/**
 * Makes media that an earlier version rejected known by their pixels, one after the other: each is decoded once.
 * @param signal ends it; the next start goes on
 */
export async function hashRejected(store: ContentStore, data: string, signal: AbortSignal): Promise<void> {
  let after = 0;
  for (;;) {
    const media = await store.rejectedWithoutHashes(after, BATCH);
    for (const one of media) {
      if (signal.aborted) return;
      await hashMedia(store, data, one);
    }
    const last = media.at(-1);
    if (!last) return;
    after = last.id;
  }
}

/** Makes a media known by its pixels where it is not. One whose files are gone or damaged stays known by its file only. */
export async function hashMedia(store: ContentStore, data: string, media: MediaRecord): Promise<void> {
  if (media.pixelHash !== null) return;
  const hashes = await hashesOfFiles(data, media).catch(() => undefined);
  if (hashes) await store.setPixelHashes(media.id, hashes);
}
