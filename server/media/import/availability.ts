import type { StreamStatus } from '../../../src/content/resources.ts';

/** Words of shops, of Google Merchant, Meta and schema.org, and of Shopify's `Status`; in {@link bare} form. */
const WORDS: Record<StreamStatus, readonly string[]> = {
  // What can be ordered is available, also where it is delivered later.
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

/** The status of a stream by a word for it: `in stock`, `in_stock`, `InStock` and `https://schema.org/InStock` are one. */
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
