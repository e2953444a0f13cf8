import { escapeControls } from '../../cli/terminal.ts';
import type { Imported } from './target.ts';

/** What was not imported, whole or in part, or is good to know, and why. */
export interface Problem {
  /** As `products.csv`. */
  file: string;
  /** Where the row begins; the header is line 1. */
  line: number;
  reason: string;
}

/** What became of a row. */
export interface Done {
  file: string;
  line: number;
  outcome: Imported['outcome'];
  /** What was changed, in the words of the CSV. */
  changes: string[];
}

export interface ImportReport {
  /** Rows by what they did. */
  created: number;
  changed: number;
  unchanged: number;
  /** Rows, and files, of which nothing was imported. */
  refused: number;
  /** Why those were refused, and what is missing of rows that were imported. */
  problems: Problem[];
  /** How a file was understood, where that is a guess. */
  notes: Problem[];
  /** All rows that were imported, in their order. */
  rows: Done[];
  /** What the products became: ids by the shop's own keys. */
  streams: Map<string, number>;
  categories: Map<string, number>;
}

/** The report as a CSV for spreadsheets, a line for each row and each remark, in the order of the files. */
export function reportCsv({ problems, notes, rows }: ImportReport): string {
  const lines = [
    ...notes.map((note) => ({ ...note, outcome: 'note' })),
    ...problems.map((problem) => ({ ...problem, outcome: 'problem' })),
    ...rows.map((row) => ({ ...row, reason: row.changes.join(', ') })),
  ];
  const files = [...new Set(lines.map(({ file }) => file))];
  lines.sort((a, b) => files.indexOf(a.file) - files.indexOf(b.file) || a.line - b.line);
  const cells = lines.map(({ file, line, outcome, reason }) => [file, String(line), outcome, reason]);
  // Excel takes a file without a byte order mark for one of its own encoding.
  return `\ufeff${[['file', 'line', 'outcome', 'what'], ...cells].map((row) => `${row.map(cellOf).join(',')}\r\n`).join('')}`;
}

/** A spreadsheet runs what begins like a formula; strangers write file names and captions. */
function cellOf(text: string): string {
  const plain = escapeControls(text);
  const safe = /^[=+\-@]/.test(plain) ? `'${plain}` : plain;
  return /[",]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
