/** Text of a stranger, or none. Ids and numbers come as strings or as numbers; this is where they become one. */
export function text(value: unknown): string {
  return typeof value === 'string' ? value.trim() : typeof value === 'number' ? `${value}` : '';
}

/** A whole number, also where it comes as text; 0 where there is none. */
export function whole(value: unknown): number {
  return Number.parseInt(text(value), 10) || 0;
}
