import { escapeControls } from '../../cli/terminal.ts';
import type { Imported } from './target.ts';

/** A remark on a row: the reason why it was not imported, or not completely, or a note. */
export interface Problem {
  /** The name of the file, such as `products.csv`. */
  file: string;
  /** The first line of the row. The header is line 1. */
  line: number;
  reason: string;
}

/** The result of an imported row. */
export interface RowResult {
  file: string;
  line: number;
  outcome: Imported['outcome'];
  /** The changed fields, with the names of the CSV. */
  changes: string[];
}

export interface ImportReport {
  /** The numbers of rows, by their result. */
  created: number;
  changed: number;
  unchanged: number;
  /** The number of rows and files of which nothing was imported. */
  refused: number;
  /** The reasons of refused rows, and the missing parts of imported rows. */
  problems: Problem[];
  /** Notes on guesses about how a file is to be read. */
  notes: Problem[];
  /** All imported rows, in their order. */
  rows: RowResult[];
  /** The ids of streams, by the shop's own keys of its products. */
  streams: Map<string, number>;
  categories: Map<string, number>;
}

/** Writes the report as a CSV for spreadsheets, with a line for each row and each remark, in the order of the files. */
export function reportCsv({ problems, notes, rows }: ImportReport): string {
  const lines = [
    ...notes.map((note) => ({ ...note, outcome: 'note' })),
    ...problems.map((problem) => ({ ...problem, outcome: 'problem' })),
    ...rows.map((row) => ({ ...row, reason: row.changes.join(', ') })),
  ];
  const files = [...new Set(lines.map(({ file }) => file))];
  lines.sort((a, b) => files.indexOf(a.file) - files.indexOf(b.file) || a.line - b.line);
  const cells = lines.map(({ file, line, outcome, reason }) => [file, String(line), outcome, reason]);
  // Without a byte order mark, Excel would not read the file as UTF-8.
  return `\ufeff${[['file', 'line', 'outcome', 'what'], ...cells].map((row) => `${row.map(cellOf).join(',')}\r\n`).join('')}`;
}

/** A spreadsheet runs a cell that begins like a formula. Strangers write file names and captions, so that is escaped. */
function cellOf(text: string): string {
  const plain = escapeControls(text);
  const safe = /^[=+\-@]/.test(plain) ? `'${plain}` : plain;
  return /[",]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
