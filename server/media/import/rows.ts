import { type CsvError, parse } from 'csv-parse/sync';
import { type Columns, type Header, headerProblem, readHeader } from './columns.ts';
import { type Delimiter, detectDelimiter } from './delimiter.ts';
import { decodeText } from './text.ts';

/** A row, or what stands in it, that cannot be imported. The message is for whoever wrote the CSV. */
export class RowRefused extends Error {
  override name = 'RowRefused';
}

/** What is told about a line. */
export interface Remark {
  /** Where the row begins; the header is line 1. */
  line: number;
  /** A row that is not read, or how the file was understood. */
  kind: 'refused' | 'note';
  reason: string;
}

export interface Row<Column extends string = string> {
  line: number;
  /** Trimmed; a column that the file does not have is empty. */
  values: Record<Column, string>;
  /** What the file calls the columns that it has. */
  names: Partial<Record<Column, string>>;
}

/**
 * Mistakes in one line. The parser copies what it has of a field for each; past this many the file is no CSV, and none
 * of it is read.
 */
const MAX_STUMBLES = 20;
/** Rows of a file. They are in memory together, about 1 KB each; past it, none is read. */
const MAX_ROWS = 200_000;
/** Names of columns in a note. */
const MAX_NAMED = 30;

interface Parsed {
  record: string[];
  info: { lines: number };
}

/**
 * The rows of a CSV with a header (RFC 4180), with commas, semicolons or tabs, in any encoding of {@link decodeText}.
 * What is wrong with one row does not keep the others back.
 *
 * @param tell is told about each row that cannot be read, and how the file was understood where that is a guess
 */
export function readRows<Column extends string>(
  bytes: Uint8Array,
  columns: Columns<Column>,
  tell: (remark: Remark) => void,
): Row<Column>[] {
  const note = (reason: string) => tell({ line: 1, kind: 'note', reason });
  const refuse = (line: number, reason: string) => tell({ line, kind: 'refused', reason });
  const decoded = decodeText(bytes);
  if (!decoded) {
    refuse(1, isZip(bytes) ? 'This is a workbook: save it as CSV.' : 'The file is no text in UTF-8 or UTF-16.');
    return [];
  }
  const written = decoded.text.trim();
  if (written === '') {
    refuse(1, 'The file is empty.');
    return [];
  }
  const { text, delimiter } = layoutOf(decoded.text, columns);
  const [first, ...records] = parseRecords(text, delimiter, refuse);
  if (!first) return [];
  const header = readHeader(first.record, columns);
  const wrong = headerProblem(header, first.record, columns);
  if (wrong) {
    refuse(1, wrong);
    return [];
  }
  if (records.length > MAX_ROWS) {
    refuse(1, `The file has ${records.length} rows; at most ${MAX_ROWS} are taken. Split it.`);
    return [];
  }
  if (decoded.encoding === 'windows-1252')
    note('The file is not UTF-8, and was read as Windows-1252. Look at letters with accents, or save it as UTF-8.');
  if (!/[\r\n]/.test(written)) note('The file has a header, and no row.');
  if (header.ignored.length > 0) note(ignoredColumns(header.ignored, Object.keys(columns)));
  return rowsOf(records, header, columns, refuse);
}

function rowsOf<Column extends string>(
  records: Parsed[],
  header: Header<Column>,
  columns: Columns<Column>,
  refuse: (line: number, reason: string) => void,
): Row<Column>[] {
  const rows: Row<Column>[] = [];
  const names = Object.fromEntries([...header.found].map(([column, { name }]) => [column, name]));
  for (const parsed of records) {
    const { record } = parsed;
    const line = firstLine(parsed);
    // Spreadsheets leave delimiters out at the end of a row, and add some.
    const isShort = (Object.keys(columns) as Column[]).some(
      (column) => columns[column].required && (header.found.get(column)?.index ?? 0) >= record.length,
    );
    if (isShort || record.slice(header.width).some((cell) => cell.trim() !== '')) {
      refuse(line, `The row has ${record.length} fields, the header ${header.width}.`);
      continue;
    }
    const values = Object.fromEntries(Object.keys(columns).map((name) => [name, ''])) as Record<Column, string>;
    for (const [column, { index }] of header.found) values[column] = record[index]?.trim() ?? '';
    rows.push({ line, values, names: names as Row<Column>['names'] });
  }
  return rows;
}

/** The parser counts a line end of two characters twice when it is inside quotes: there are only others. */
function layoutOf(text: string, columns: Columns): { text: string; delimiter: Delimiter } {
  const lines = text.replace(/\r\n?/g, '\n');
  // Excel writes and reads a first line that names the delimiter. Empty, it keeps its place in the count of lines.
  const [named, delimiter] = /^sep=([,;\t])(?=\n)/i.exec(lines) ?? [];
  if (named) return { text: lines.slice(named.length), delimiter: delimiter as Delimiter };
  return { text: lines, delimiter: detectDelimiter(lines, columns) };
}

function parseRecords(text: string, delimiter: Delimiter, refuse: (line: number, reason: string) => void): Parsed[] {
  let lastBad: number | undefined;
  let stumbles = 0;
  try {
    return parse(text, {
      delimiter,
      info: true,
      skip_empty_lines: true,
      relax_column_count: true,
      skip_records_with_error: true,
      on_skip: (error) => {
        const line = error && lineOf(error);
        // The parser may stumble over the same row again and again.
        if (line && line !== lastBad) refuse(line, sentence(error));
        stumbles = line === lastBad ? stumbles + 1 : 0;
        if (error && stumbles > MAX_STUMBLES) throw error;
        lastBad = line;
        return undefined;
      },
    }) as unknown as Parsed[];
  } catch (error) {
    const line = lineOf(error as CsvError);
    if (line === undefined) throw error;
    refuse(line, `Nothing of the file was read. ${sentence(error as CsvError)}`);
    return [];
  }
}

function ignoredColumns(ignored: string[], known: string[]): string {
  const named = ignored.slice(0, MAX_NAMED).map((name) => `"${name}"`);
  const more = ignored.length > MAX_NAMED ? ` and ${ignored.length - MAX_NAMED} more` : '';
  return `Not read: the columns ${named.join(', ')}${more}. Those that are read: ${known.join(', ')}.`;
}

/** The parser counts the lines it has read; a quoted field may hold several, and empty ones may come before. */
function firstLine({ record, info }: Parsed): number {
  return info.lines - record.join('').split('\n').length + 1;
}

function lineOf({ lines }: CsvError): number | undefined {
  return typeof lines === 'number' ? lines : undefined;
}

function sentence(error: CsvError): string {
  return `The row is no CSV: ${error.message}${error.message.endsWith('.') ? '' : '.'}`;
}

/** Excel's and LibreOffice's own files. */
function isZip(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.subarray(0, 4)).toString('latin1') === 'PK\x03\x04';
}
