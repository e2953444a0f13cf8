import { looksAlike } from '../../media/perceptual-hash.ts';
import type { ContentStore, PixelHashes } from '../../store/content/content-store.ts';

/**
 * The number of a customer's withheld media that an upload is compared with, newest first. Reading and comparing them
 * takes about 10 ms. An older one is recognised only by the same file.
 */
const MAX_COMPARED = 10_000;

/**
 * The status of withheld media that look like an upload: `rejected` if any of them was rejected, else `pending`. Two
 * media look alike if they have the same pixels or tracks, or if they are of one type and their pictures look alike.
 */
export async function findAlike(
  contentStore: Pick<ContentStore, 'withheld'>,
  customerId: number,
  made: PixelHashes,
): Promise<'rejected' | 'pending' | undefined> {
  const withheld = await contentStore.withheld(customerId, MAX_COMPARED);
  const found = new Set(withheld.filter((other) => isAlike(made, other)).map(({ status }) => status));
  return (['rejected', 'pending'] as const).find((status) => found.has(status));
}

function isAlike(one: PixelHashes, other: PixelHashes): boolean {
  if (one.type !== other.type) return false;
  if (one.pixelHash !== null && one.pixelHash === other.pixelHash) return true;
  if (one.perceptualHash === null || other.perceptualHash === null) return false;
  return looksAlike(one.perceptualHash, other.perceptualHash);
}
