/**
 * A value as JSON, whatever the page has done to its prototypes: Prototype.js before 1.7 gives arrays, texts and numbers a
 * `toJSON` of their own, by which `JSON.stringify` writes each of them twice. Only dates are asked for theirs.
 */
export function toJson(value: unknown): string {
  return JSON.stringify(value, function (this: Record<string, unknown>, key, said) {
    const plain = this[key];
    return plain instanceof Date ? said : plain;
  });
}
