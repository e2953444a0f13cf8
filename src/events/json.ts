/**
 * A value as JSON, without the `toJSON` of anything but dates. Prototype.js before 1.7 gives arrays, texts and numbers a
 * `toJSON`, with which `JSON.stringify` would encode them twice.
 */
export function toJson(value: unknown): string {
  return JSON.stringify(value, function (this: Record<string, unknown>, key, said) {
    const plain = this[key];
    return plain instanceof Date ? said : plain;
  });
}
