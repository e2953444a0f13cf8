/** Text for a cell of a table. Outside of `code`, the characters that mean something in Markdown are escaped. */
export function inCell(text: string): string {
  return text
    .replaceAll(/\s+/g, ' ')
    .replaceAll('|', '\\|')
    .split(/(`[^`]*`)/)
    .map((part, i) => (i % 2 ? part : part.replaceAll(/[[\]<*]/g, '\\$&')))
    .join('');
}
