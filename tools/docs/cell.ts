/** Text in a cell of a table: what Markdown would take for its own is escaped, outside of `code`. */
export function inCell(text: string): string {
  return text
    .replaceAll(/\s+/g, ' ')
    .replaceAll('|', '\\|')
    .split(/(`[^`]*`)/)
    .map((part, i) => (i % 2 ? part : part.replaceAll(/[[\]<*]/g, '\\$&')))
    .join('');
}
