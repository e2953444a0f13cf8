import type { UserInput } from '../../store/content/content-store.ts';

/** A column of a CSV. `Stored` is what the store keeps of a row. */
export interface Column<Stored = object> {
  /** The file must have it. */
  required?: boolean;
  /** What other programs call it, as {@link headerName} writes names; the first that a file has is read. */
  names?: readonly string[];
  /**
   * For a column that the store keeps as it is read: its fields of the store. An empty cell is read when it shall empty
   * what is there.
   * @param baseUrl what relative URLs are resolved against
   * @throws {RowError}
   */
  store?: (value: string, baseUrl: string | undefined) => Partial<Stored>;
  /** The same for a field of who posted a media. */
  user?: (value: string) => Partial<UserInput>;
}

export type Columns<Name extends string = string, Stored = object> = Record<Name, Column<Stored>>;

/** `Image Src`, `image_src` and Google's `g:image_src` are one name. */
export function headerName(cell: string): string {
  return cell
    .trim()
    .toLowerCase()
    .replace(/^g:/, '')
    .split(/[\s_-]+/)
    .join('_');
}

/** Where the columns of a file are. */
export interface Header<Name extends string = string> {
  /** By column: the place in a row and the name that the file has for it. */
  found: Map<Name, { index: number; name: string }>;
  /** Names that nobody reads, as the file writes them. */
  ignored: string[];
  /** How many cells a row has. */
  width: number;
}

export function readHeader<Name extends string>(cells: readonly string[], columns: Columns<Name>): Header<Name> {
  const names = cells.map(headerName);
  const found: Header<Name>['found'] = new Map();
  for (const [column, { names: others = [] }] of Object.entries(columns) as [Name, Column][]) {
    const name = [column, ...others].find((name) => names.includes(name));
    if (name !== undefined) found.set(column, { index: names.indexOf(name), name });
  }
  const read = new Set([...found.values()].map(({ index }) => index));
  const ignored = cells.filter((cell, index) => cell.trim() !== '' && !read.has(index)).map((cell) => cell.trim());
  return { found, ignored, width: cells.length };
}

/** Why nothing can be read with this header. */
export function headerProblem<Name extends string>(
  { found }: Header<Name>,
  cells: readonly string[],
  columns: Columns<Name>,
): string | undefined {
  const missing = (Object.keys(columns) as Name[]).filter((name) => columns[name].required && !found.has(name));
  if (missing.length > 0) {
    const others = missing.flatMap((name) => columns[name].names ?? []);
    const alias = others.length > 0 ? ` (or ${others.join(', ')})` : '';
    return `The header must be the first line. It lacks ${missing.join(', ')}${alias}.`;
  }
  const names = cells.map(headerName);
  const twice = [...found.values()].find(({ name }) => names.indexOf(name) !== names.lastIndexOf(name));
  return twice && `The column "${twice.name}" is there twice.`;
}
