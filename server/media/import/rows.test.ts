import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readRows } from './rows.ts';

const COLUMNS = { file: true, caption: false };

test('any bytes at all are rows or problems', () => {
  const header = Buffer.from('file,caption\n');
  const piece = fc.constantFrom('"', '""', ',', '\n', '\r\n', 'a', ' ', '\ufeff', '\0');
  const text = fc
    .array(fc.oneof(piece, fc.string({ maxLength: 4 })), { maxLength: 30 })
    .map((all) => Buffer.from(all.join('')));
  fc.assert(
    fc.property(fc.oneof(text, fc.uint8Array({ maxLength: 60 })), (bytes) => {
      const problems: [number, string][] = [];
      for (const { line, values } of readRows(Buffer.concat([header, bytes]), COLUMNS, (...problem) =>
        problems.push(problem),
      )) {
        expect(line).toBeGreaterThan(1);
        expect(Object.keys(values)).toEqual(['file', 'caption']);
      }
      for (const [line, reason] of problems) expect([line > 0, reason.endsWith('.')]).toEqual([true, true]);
    }),
    { numRuns: 1000 },
  );
});

test('what a spreadsheet writes is read as it was, with the line it begins in', () => {
  const cell = fc
    .array(fc.constantFrom('a', 'é', '😀', '"', ',', ';', '\n', ' ', "'"), { maxLength: 8 })
    .map((all) => all.join('').trim());
  fc.assert(
    fc.property(fc.array(fc.tuple(cell, cell), { maxLength: 10 }), (cells) => {
      const quote = (value: string) => `"${value.replaceAll('"', '""')}"`;
      const expected: object[] = [];
      let line = 2;
      let csv = 'file,caption\n';
      for (const [file, caption] of cells) {
        expected.push({ line, values: { file, caption } });
        const row = `${quote(file)},${quote(caption)}\n`;
        csv += row;
        line += row.split('\n').length - 1;
      }
      const rows = readRows(Buffer.from(csv), COLUMNS, (at, reason) => {
        throw new Error(`${at}: ${reason}`);
      });
      expect(rows).toEqual(expected);
    }),
  );
});
