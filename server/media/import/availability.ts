import type { StreamStatus } from '../../../src/content/resources.ts';

/** The words of shops, Google Merchant, Meta, schema.org and Shopify's `Status`, normalised by {@link bare}. */
const WORDS: Record<StreamStatus, readonly string[]> = {
  // A product that can be ordered is available, even if it is delivered later.
  available: [
    ...['available', 'instock', 'preorder', 'presale', 'backorder', 'availablefororder', 'limitedavailability'],
    ...['onlineonly', 'instoreonly', 'active', 'ok', 'yes', 'true', '1'],
  ],
  unavailable: ['unavailable', 'outofstock', 'soldout', 'notavailable', 'draft', 'no', 'false', '0'],
  miscellaneous: ['miscellaneous'],
  discontinued: ['discontinued', 'archived', 'inactive'],
};

const STATUS_OF = new Map(
  Object.entries(WORDS).flatMap(([status, words]) => words.map((word) => [word, status as StreamStatus])),
);

/** The status of a stream for a word. `in stock`, `in_stock`, `InStock` and `https://schema.org/InStock` are the same. */
export function readAvailability(word: string): StreamStatus | undefined {
  return STATUS_OF.get(bare(word));
}

function bare(word: string): string {
  return word
    .trim()
    .toLowerCase()
    .replace(/^https?:\/\/schema\.org\//, '')
    .replace(/[\s_-]/g, '');
}
