/** The encodings of a CSV. */
export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

export interface DecodedText {
  /** The text without its byte order mark. */
  text: string;
  encoding: Encoding;
}

/** The bytes at the beginning from which the encoding is guessed if there is no byte order mark. */
const SAMPLE_BYTES = 256;

/**
 * Decodes a file as UTF-8 or UTF-16, with or without a byte order mark, or else as Windows-1252. Excel writes all three
 * without naming them.
 *
 * @returns undefined for a file that is no text
 */
export function decodeText(bytes: Uint8Array): DecodedText | undefined {
  const marked = markOf(bytes) ?? guessUtf16(bytes);
  // Every sequence of bytes is valid Windows-1252, so it is tried last.
  for (const encoding of marked ? [marked] : (['utf-8', 'windows-1252'] as const)) {
    const text = decode(bytes, encoding);
    if (text !== undefined && !text.includes('\0')) return { text, encoding };
  }
  return undefined;
}

function decode(bytes: Uint8Array, encoding: Encoding): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function markOf([first, second]: Uint8Array): Encoding | undefined {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  return undefined;
}

/** A header is mostly ASCII, so one byte of most of its UTF-16 characters is 0. */
function guessUtf16(bytes: Uint8Array): Encoding | undefined {
  const sample = bytes.subarray(0, Math.min(SAMPLE_BYTES, bytes.length - (bytes.length % 2)));
  const zeros = [0, 0] as [number, number];
  for (const [at, byte] of sample.entries()) if (byte === 0) zeros[(at % 2) as 0 | 1]++;
  const [even, odd] = zeros;
  if (Math.max(even, odd) <= sample.length / 4) return undefined;
  if (odd > 4 * even) return 'utf-16le';
  return even > 4 * odd ? 'utf-16be' : undefined;
}
