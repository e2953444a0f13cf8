/** Text of a stranger, or none. */
export function text(value: unknown): string {
  return typeof value === 'string' ? value.trim() : '';
}

/**
 * An id, a number or one of the API's own words, which come as strings or numbers; nothing for anything else. Of an
 * object the language would ask its `toString`, and an answer may have that for a key.
 */
export function word(value: unknown): string | undefined {
  return /^"?([\w.-]+)"?$/.exec(JSON.stringify(value ?? ''))?.[1];
}

/** A number, also where it comes as text; 0 where there is none. */
export function number(value: unknown): number {
  return Number(word(value)) || 0;
}
