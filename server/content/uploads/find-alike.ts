import { looksAlike } from '../../media/perceptual-hash.ts';
import type { ContentStore, PixelHashes } from '../../store/content/content-store.ts';

/**
 * With how many of a customer's media that are not shown an upload is compared, the newest first: reading and comparing
 * them takes some 10 ms. Behind them only the same file is found.
 */
const MAX_COMPARED = 10_000;

/**
 * What became of media that an upload looks like: whether one was rejected, or else whether one waits for a moderator
 * now. Alike are two with the same pixels or tracks, and two of one type whose pictures look alike.
 */
export async function findAlike(
  store: Pick<ContentStore, 'withheld'>,
  customerId: number,
  made: PixelHashes,
): Promise<'rejected' | 'pending' | undefined> {
  const withheld = await store.withheld(customerId, MAX_COMPARED);
  const found = new Set(withheld.filter((other) => isAlike(made, other)).map(({ status }) => status));
  return (['rejected', 'pending'] as const).find((status) => found.has(status));
}

function isAlike(one: PixelHashes, other: PixelHashes): boolean {
  if (one.type !== other.type) return false;
  if (one.pixelHash !== null && one.pixelHash === other.pixelHash) return true;
  if (one.perceptualHash === null || other.perceptualHash === null) return false;
  return looksAlike(one.perceptualHash, other.perceptualHash);
}
