import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeText } from './text.ts';

const TEXT = 'file;caption\na.jpg;Café – „heißer“ Tee ☀️\n';
const LATIN = 'file;caption\na.jpg;Café für 5 £\n';
const swapped = (text: string) => Buffer.from(text, 'utf16le').swap16();

test.each([
  ['UTF-8', Buffer.from(TEXT), 'utf-8', TEXT],
  ['UTF-8 with a byte order mark', Buffer.from(`\ufeff${TEXT}`), 'utf-8', TEXT],
  ['UTF-16 with a byte order mark', Buffer.from(`\ufeff${TEXT}`, 'utf16le'), 'utf-16le', TEXT],
  ['UTF-16 without one', Buffer.from(TEXT, 'utf16le'), 'utf-16le', TEXT],
  ['big-endian UTF-16 with a byte order mark', swapped(`\ufeff${TEXT}`), 'utf-16be', TEXT],
  ['big-endian UTF-16 without one', swapped(TEXT), 'utf-16be', TEXT],
  ['Windows-1252', Buffer.from(LATIN, 'latin1'), 'windows-1252', LATIN],
  [
    'the characters that Windows-1252 has beyond Latin-1',
    Buffer.from('caption\n\x80 \x96 \x93a\x94\n', 'latin1'),
    'windows-1252',
    'caption\n€ – “a”\n',
  ],
  ['nothing', Buffer.alloc(0), 'utf-8', ''],
])('%s', (_, bytes, encoding, text) => {
  expect(decodeText(bytes)).toEqual({ text, encoding });
});

test.each([
  ['a picture', Buffer.from('ffd8ffe000104a46494600010100004800480000', 'hex')],
  ['an Excel workbook', Buffer.from('504b0304140006000800000021', 'hex')],
  ['UTF-16 that is cut off', Buffer.from(`\ufeff${TEXT}`, 'utf16le').subarray(0, -1)],
])('%s is no text', (_, bytes) => {
  expect(decodeText(bytes)).toBeUndefined();
});

test('every text is read as it was, in all three encodings of Unicode', () => {
  const text = fc
    .string({ unit: 'grapheme' })
    .map((text) => `file,caption\n${text.replaceAll('\0', '').replace(/^\ufeff/, '')}`);
  fc.assert(
    fc.property(text, (text) => {
      for (const bytes of [Buffer.from(text), Buffer.from(`\ufeff${text}`, 'utf16le'), swapped(`\ufeff${text}`)])
        expect(decodeText(bytes)?.text).toBe(text);
    }),
  );
});
