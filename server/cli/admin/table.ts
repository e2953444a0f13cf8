import { escapeControls } from '../terminal.ts';

/** Writes rows as lines with aligned columns. Control characters in cells are escaped, so each row is one line. */
export function table(rows: readonly (readonly (string | number)[])[]): string {
  if (rows.length === 0) return 'None.';
  const lines = rows.map((row) => row.map((cell) => escapeControls(String(cell))));
  const widths = lines[0]?.map((_, i) => lines.reduce((width, line) => Math.max(width, line[i]?.length ?? 0), 0)) ?? [];
  return lines
    .map((line) =>
      line
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
