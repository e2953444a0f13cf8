/** A field as text; empty where it has none. Ids and numbers come as strings or as numbers. */
export function text(value: unknown): string {
  return typeof value === 'string' ? value.trim() : typeof value === 'number' ? `${value}` : '';
}

/** A field as a whole number; 0 where it has none. Numbers come as strings, too. */
export function whole(value: unknown): number {
  return Number.parseInt(text(value), 10) || 0;
}
