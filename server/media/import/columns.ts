import type { UserInput } from '../../store/content/content-store.ts';

/** A column of a CSV. `Stored` is the type of the record that a row becomes. */
export interface Column<Stored = object> {
  /** Whether a file must have the column. */
  required?: boolean;
  /** The names in other programs, normalised by {@link headerName}. The first one in the file is read. */
  names?: readonly string[];
  /**
   * For a column that is only stored: the fields of the record. An empty cell is read only if the row replaces all
   * fields.
   * @param baseUrl the address that relative URLs are resolved against
   * @throws {RowError}
   */
  store?: (value: string, baseUrl: string | undefined) => Partial<Stored>;
  /** For a column of the media's author: the fields of the user's record. */
  user?: (value: string) => Partial<UserInput>;
}

export type Columns<Name extends string = string, Stored = object> = Record<Name, Column<Stored>>;

/** Normalises a name: `Image Src`, `image_src` and Google's `g:image_src` are the same. */
export function headerName(cell: string): string {
  return cell
    .trim()
    .toLowerCase()
    .replace(/^g:/, '')
    .split(/[\s_-]+/)
    .join('_');
}

/** The columns of a file. */
export interface Header<Name extends string = string> {
  /** By column: its index in a row and its name in the file. */
  found: Map<Name, { index: number; name: string }>;
  /** The names of ignored columns, as in the file. */
  ignored: string[];
  /** The number of cells in a row. */
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

/** The reason why a file with this header cannot be read, or undefined. */
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
