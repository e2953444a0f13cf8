import { parse } from 'csv-parse/sync';
import { type Columns, readHeader } from './columns.ts';

/** The delimiters of fields: commas, semicolons (of Excel in countries with a decimal comma) and tabs. */
export const DELIMITERS = [',', ';', '\t'] as const;
export type Delimiter = (typeof DELIMITERS)[number];

/** The characters of a header that are read to find the delimiter. */
const MAX_HEADER = 65_536;

/** The delimiter with which the first line has most known columns; a comma if there are none. */
export function detectDelimiter(text: string, columns: Columns): Delimiter {
  const [line = ''] = text.slice(0, MAX_HEADER).trimStart().split('\n', 1);
  const known = DELIMITERS.map((delimiter) => readHeader(cellsOf(line, delimiter), columns).found.size);
  return DELIMITERS[known.indexOf(Math.max(...known))] ?? ',';
}

function cellsOf(line: string, delimiter: Delimiter): string[] {
  const [cells = []] = parse(line, {
    delimiter,
    relax_quotes: true,
    relax_column_count: true,
    skip_records_with_error: true,
  });
  return cells;
}
