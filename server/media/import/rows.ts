import { type CsvError, parse } from 'csv-parse/sync';

/** A row, or what stands in it, that cannot be imported. The message is for whoever wrote the CSV. */
export class RowRefused extends Error {
  override name = 'RowRefused';
}

/** What was not imported, and why. */
export interface Problem {
  /** As `products.csv`. */
  file: string;
  /** Where the row begins; the header is line 1. */
  line: number;
  reason: string;
}

export interface Row<Column extends string = string> {
  line: number;
  /** Trimmed; a column that the file does not have is empty. */
  values: Record<Column, string>;
}

/**
 * Mistakes in one line. The parser copies what it has of a field for each; past this many the file is no CSV, and none
 * of it is read.
 */
const MAX_STUMBLES = 20;

interface Parsed {
  record: string[];
  info: { lines: number };
}

/**
 * The rows of a CSV with a header (RFC 4180, UTF-8). What is wrong with one row does not keep the others back.
 *
 * @param columns those it may have; the ones that are true it must have
 * @param complain is told about each row that cannot be read
 */
export function readRows<Column extends string>(
  bytes: Uint8Array,
  columns: Record<Column, boolean>,
  complain: (line: number, reason: string) => void,
): Row<Column>[] {
  const [header, ...records] = parseRecords(bytes, complain);
  if (!header) return [];
  const names = header.record.map((name) => name.trim().toLowerCase());
  const wrong = headerProblem(names, columns);
  if (wrong) {
    complain(1, wrong);
    return [];
  }
  const rows: Row<Column>[] = [];
  for (const parsed of records) {
    const line = firstLine(parsed);
    if (parsed.record.length !== names.length) {
      complain(line, `The row has ${parsed.record.length} fields, the header ${names.length}.`);
      continue;
    }
    const values = Object.fromEntries(Object.keys(columns).map((name) => [name, ''])) as Record<Column, string>;
    for (const [index, name] of names.entries()) values[name as Column] = parsed.record[index]?.trim() ?? '';
    rows.push({ line, values });
  }
  return rows;
}

function parseRecords(bytes: Uint8Array, complain: (line: number, reason: string) => void): Parsed[] {
  let lastBad: number | undefined;
  let stumbles = 0;
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    // The parser counts a line end of two characters twice when it is inside quotes.
    return parse(text.replace(/\r\n?/g, '\n'), {
      info: true,
      skip_empty_lines: true,
      relax_column_count: true,
      skip_records_with_error: true,
      on_skip: (error) => {
        const line = error && lineOf(error);
        // The parser may stumble over the same row again and again.
        if (line && line !== lastBad) complain(line, sentence(error));
        stumbles = line === lastBad ? stumbles + 1 : 0;
        if (error && stumbles > MAX_STUMBLES) throw error;
        lastBad = line;
        return undefined;
      },
    }) as unknown as Parsed[];
  } catch (error) {
    const line = lineOf(error as CsvError);
    complain(
      line ?? 1,
      line ? `Nothing of the file was read. ${sentence(error as CsvError)}` : 'The file is not UTF-8.',
    );
    return [];
  }
}

function headerProblem(names: string[], columns: Record<string, boolean>): string | undefined {
  const known = Object.keys(columns).join(', ');
  const missing = Object.keys(columns).filter((name) => columns[name] && !names.includes(name));
  if (missing.length > 0) {
    return `The header must be the first line, with commas between its columns. It lacks ${missing.join(', ')}.`;
  }
  const strange = names.find((name) => !Object.hasOwn(columns, name));
  if (strange !== undefined) return `There is no column "${strange}"; there are ${known}.`;
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  return twice === undefined ? undefined : `The column "${twice}" is there twice.`;
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
