import { type CsvError, parse } from 'csv-parse/sync';
import { type Columns, type Header, headerProblem, readHeader } from './columns.ts';
import { type Delimiter, detectDelimiter } from './delimiter.ts';
import { decodeText } from './text.ts';

/** A row cannot be imported. The message is for the author of the CSV. */
export class RowError extends Error {
  override name = 'RowError';
}

/** A remark on a line. */
export interface Remark {
  /** The first line of the row. The header is line 1. */
  line: number;
  /** `refused` for a row that cannot be read, `note` for a guess about the file. */
  kind: 'refused' | 'note';
  reason: string;
}

export interface Row<Column extends string = string> {
  line: number;
  /** The trimmed cells. A column that is not in the file is empty. */
  values: Record<Column, string>;
  /** The names of the columns in the file. */
  names: Partial<Record<Column, string>>;
}

/**
 * The errors of the parser in one line. For each of them it copies the field read so far. A file with more is no CSV, and
 * none of it is read.
 */
const MAX_LINE_ERRORS = 20;
/** The rows of a file. All are in memory, with about 1 KB each. A file with more is refused. */
const MAX_ROWS = 200_000;
/** The names of columns in a note. */
const MAX_NAMED = 30;

interface Parsed {
  record: string[];
  info: { lines: number };
}

/**
 * Reads the rows of a CSV with a header (RFC 4180), with commas, semicolons or tabs, in any encoding of
 * {@link decodeText}. A row that cannot be read is skipped.
 *
 * @param tell called for each row that cannot be read, and for each guess about the file
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
    refuse(1, isZip(bytes) ? 'This is a workbook: save it as CSV.' : 'The file is not text in UTF-8 or UTF-16.');
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
    refuse(1, `The file has ${records.length} rows; at most ${MAX_ROWS} are accepted. Split it.`);
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
    // Spreadsheets leave out delimiters at the end of a row, or add some.
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

/** Normalises line ends, since the parser counts a quoted CRLF twice, and finds the delimiter. */
function layoutOf(text: string, columns: Columns): { text: string; delimiter: Delimiter } {
  const lines = text.replace(/\r\n?/g, '\n');
  // Excel writes a first line that names the delimiter. It is emptied, not removed, so that line numbers stay right.
  const [named, delimiter] = /^sep=([,;\t])(?=\n)/i.exec(lines) ?? [];
  if (named) return { text: lines.slice(named.length), delimiter: delimiter as Delimiter };
  return { text: lines, delimiter: detectDelimiter(lines, columns) };
}

function parseRecords(text: string, delimiter: Delimiter, refuse: (line: number, reason: string) => void): Parsed[] {
  let lastBad: number | undefined;
  let lineErrors = 0;
  try {
    return parse(text, {
      delimiter,
      info: true,
      skip_empty_lines: true,
      relax_column_count: true,
      skip_records_with_error: true,
      on_skip: (error) => {
        const line = error && lineOf(error);
        // The parser may report the same row many times.
        if (line && line !== lastBad) refuse(line, sentence(error));
        lineErrors = line === lastBad ? lineErrors + 1 : 0;
        if (error && lineErrors > MAX_LINE_ERRORS) throw error;
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
  return `Ignored columns: ${named.join(', ')}${more}. Known columns: ${known.join(', ')}.`;
}

/** The first line of a row. The parser counts the lines read so far; a quoted field may have several lines. */
function firstLine({ record, info }: Parsed): number {
  return info.lines - record.join('').split('\n').length + 1;
}

function lineOf({ lines }: CsvError): number | undefined {
  return typeof lines === 'number' ? lines : undefined;
}

function sentence(error: CsvError): string {
  return `The row is not valid CSV: ${error.message}${error.message.endsWith('.') ? '' : '.'}`;
}

/** Whether a file is a ZIP archive, as the workbooks of Excel and LibreOffice are. */
function isZip(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.subarray(0, 4)).toString('latin1') === 'PK\x03\x04';
}
