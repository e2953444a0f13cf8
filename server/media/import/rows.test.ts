import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Columns } from './columns.ts';
import { DELIMITERS, detectDelimiter } from './delimiter.ts';
import { MEDIA_COLUMNS } from './media.ts';
import { PRODUCT_COLUMNS } from './products.ts';
import { type Remark, type Row, readRows } from './rows.ts';

const COLUMNS = { file: { required: true }, caption: {} };

function read(csv: string | Uint8Array): { rows: Pick<Row, 'line' | 'values'>[]; remarks: Remark[] } {
  const remarks: Remark[] = [];
  const rows = readRows(Buffer.from(csv), COLUMNS, (remark) => remarks.push(remark));
  return { rows: rows.map(({ line, values }) => ({ line, values })), remarks };
}

test('any bytes at all are rows or remarks', () => {
  const header = Buffer.from('file,caption\n');
  const piece = fc.constantFrom('"', '""', ',', '\n', '\r\n', 'a', ' ', '\ufeff', '\0');
  const text = fc
    .array(fc.oneof(piece, fc.string({ maxLength: 4 })), { maxLength: 30 })
    .map((all) => Buffer.from(all.join('')));
  fc.assert(
    fc.property(fc.oneof(text, fc.uint8Array({ maxLength: 60 })), (bytes) => {
      const { rows, remarks } = read(Buffer.concat([header, bytes]));
      for (const { line, values } of rows) {
        expect(line).toBeGreaterThan(1);
        expect(Object.keys(values)).toEqual(['file', 'caption']);
      }
      for (const { line, reason } of remarks) expect([line > 0, reason.endsWith('.')]).toEqual([true, true]);
    }),
    { numRuns: 1000 },
  );
});

test('what a spreadsheet writes is read as it was, with the line it begins in, whatever its delimiter', () => {
  const cell = fc
    .array(fc.constantFrom('a', 'é', '😀', '"', ',', ';', '\t', '\n', ' ', "'"), { maxLength: 8 })
    .map((all) => all.join('').trim());
  const cells = fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 10 });
  fc.assert(
    fc.property(cells, fc.constantFrom(...DELIMITERS), (cells, delimiter) => {
      const quote = (value: string) => `"${value.replaceAll('"', '""')}"`;
      const expected: object[] = [];
      let line = 2;
      let csv = `file${delimiter}caption\n`;
      for (const [file, caption] of cells) {
        expected.push({ line, values: { file, caption } });
        const row = `${quote(file)}${delimiter}${quote(caption)}\n`;
        csv += row;
        line += row.split('\n').length - 1;
      }
      expect(read(csv)).toEqual({ rows: expected, remarks: [] });
    }),
  );
});

test('the delimiter is found by the columns that it gives, whatever stands in their names', () => {
  const columns: Columns = { ...PRODUCT_COLUMNS, ...MEDIA_COLUMNS };
  const names = Object.entries(columns).flatMap(([name, { names = [] }]) => [name, ...names]);
  const unknown = fc.constantFrom('Body (HTML)', 'SEO, title', 'a;b', 'x\ty', 'Größe "XL"', '');
  const header = fc.tuple(
    fc.uniqueArray(fc.constantFrom(...names), { minLength: 2, maxLength: 12 }),
    fc.array(unknown, { maxLength: 5 }),
  );
  fc.assert(
    fc.property(header, fc.constantFrom(...DELIMITERS), fc.boolean(), ([known, others], delimiter, quoted) => {
      const needsQuotes = (name: string) => quoted || /[",;\t]/.test(name);
      const cells = [...others, ...known].map((name) => (needsQuotes(name) ? `"${name.replaceAll('"', '""')}"` : name));
      expect(detectDelimiter(`${cells.join(delimiter)}\na,b;c\td,,,,,,;;;;;`, columns)).toBe(delimiter);
    }),
  );
});

describe('a file', () => {
  test('in Windows-1252 says so', () => {
    const { rows, remarks } = read(Buffer.from('file;caption\na.jpg;Café\n', 'latin1'));
    expect(rows).toEqual([{ line: 2, values: { file: 'a.jpg', caption: 'Café' } }]);
    expect(remarks).toEqual([{ line: 1, kind: 'note', reason: expect.stringContaining('Windows-1252') }]);
  });

  test('of Excel, as "Unicode text" and with a line that names its delimiter', () => {
    const unicode = read(Buffer.from('\ufefffile\tcaption\r\na.jpg\tCafé, „gut“\r\n', 'utf16le'));
    expect(unicode).toEqual({ rows: [{ line: 2, values: { file: 'a.jpg', caption: 'Café, „gut“' } }], remarks: [] });
    const named = read('sep=;\r\nfile;caption\r\na.jpg;x,y\r\n');
    expect(named).toEqual({ rows: [{ line: 3, values: { file: 'a.jpg', caption: 'x,y' } }], remarks: [] });
  });

  test('with columns that nobody knows names them, and is read without', () => {
    const { rows, remarks } = read('Vendor,file,Tags,,caption\nx,a.jpg,y,z,One\n');
    expect(rows).toEqual([{ line: 2, values: { file: 'a.jpg', caption: 'One' } }]);
    expect(remarks).toEqual([
      { line: 1, kind: 'note', reason: 'Not read: the columns "Vendor", "Tags". Those that are read: file, caption.' },
    ]);
  });

  test('whose rows end early or late, as those of spreadsheets', () => {
    const { rows, remarks } = read('caption,file,caption2\nOne,a.jpg\nTwo,b.jpg,,,\nThree\nFour,d.jpg,,x\n');
    expect(rows).toEqual([
      { line: 2, values: { file: 'a.jpg', caption: 'One' } },
      { line: 3, values: { file: 'b.jpg', caption: 'Two' } },
    ]);
    expect(remarks.slice(1)).toEqual([
      { line: 4, kind: 'refused', reason: 'The row has 1 fields, the header 3.' },
      { line: 5, kind: 'refused', reason: 'The row has 4 fields, the header 3.' },
    ]);
  });

  test('of a spreadsheet program is none', () => {
    const { rows, remarks } = read(Buffer.from('504b030414000600080000', 'hex'));
    expect([rows, remarks]).toEqual([
      [],
      [{ line: 1, kind: 'refused', reason: 'This is a workbook: save it as CSV.' }],
    ]);
  });

  test('of more rows than fit is not read in part', () => {
    const { rows, remarks } = read(`file\n${'a.jpg\n'.repeat(200_001)}`);
    expect(rows).toEqual([]);
    expect(remarks).toEqual([
      { line: 1, kind: 'refused', reason: 'The file has 200001 rows; at most 200000 are taken. Split it.' },
    ]);
  });
});
