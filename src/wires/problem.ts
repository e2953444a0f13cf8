/** The vocabulary's names of fields, each with the name that a protocol has for it. */
export type FieldNames = Readonly<Record<string, string>>;

/**
 * A problem that `problemOf` found, with the protocol's name of the field.
 * @param problem `field: reason`
 */
export function problemIn(names: FieldNames, problem: string): string {
  return problem.replace(/^[\w.]+/, (field) => (Object.hasOwn(names, field) ? (names[field] as string) : field));
}
