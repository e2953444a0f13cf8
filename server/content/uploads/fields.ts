import { unknownCharset } from '../errors.ts';
import type { FilePart } from './uploaded-files.ts';

/** The values of a form by field name; an array for a field that was sent more than once. */
export type FieldValues = Record<string, string | string[]>;

/** Collects the fields of a form that its route knows, and ignores all others. */
export class FormFields {
  readonly values: FieldValues = {};
  readonly #known: readonly string[];
  readonly #files: readonly FilePart[];

  /**
   * @param known the names of the route's fields
   * @param files those of them that are files, whatever the form says about them
   */
  constructor(known: readonly string[], files: readonly FilePart[]) {
    this.#known = known;
    this.#files = files;
  }

  knows(name: string): boolean {
    return this.#known.includes(name);
  }

  isFile(name: string | undefined): name is FilePart {
    return (this.#files as readonly unknown[]).includes(name);
  }

  /** @param filename the value of the field when the schema is checked */
  addFile(name: FilePart, filename: string): void {
    this.#add(name, filename);
  }

  /**
   * @param value undefined for bytes that are not UTF-8
   * @throws {ContentError} 400
   */
  addText(name: string, value: string | undefined): void {
    // Browsers also send the fields that were left empty.
    if (value === '' || !this.knows(name) || this.isFile(name)) return;
    // NUL is valid UTF-8, but ends a text in databases and terminals.
    if (value === undefined || value.includes('\0')) throw unknownCharset(name);
    this.#add(name, value);
  }

  #add(name: string, value: string): void {
    if (!this.knows(name)) return;
    const before = this.values[name];
    if (before === undefined) this.values[name] = value;
    else if (Array.isArray(before)) before.push(value);
    else this.values[name] = [before, value];
  }
}
