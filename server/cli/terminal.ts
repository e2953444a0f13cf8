/**
 * The characters that control a terminal or change the writing direction: C0, DEL and C1, line and paragraph separators,
 * and directional embeddings, overrides and isolates.
 */
const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u;
const ALL_CONTROLS = new RegExp(CONTROL, 'gu');

/** Whether a text has control characters. */
export function hasControls(text: string): boolean {
  return CONTROL.test(text);
}

/** Escapes all control characters as JSON does (`\u001b`), line ends included. */
export function escapeControls(text: string): string {
  return text.replaceAll(ALL_CONTROLS, escaped);
}

/** Escapes all control characters except line ends. */
export function escapeOutput(text: string): string {
  return text.replaceAll(ALL_CONTROLS, (character) => (character === '\n' ? character : escaped(character)));
}

/** Prints a text with its control characters escaped. All commands print with it, since strangers write names and captions. */
export function print(text: string, output: NodeJS.WritableStream = process.stdout): void {
  output.write(`${escapeOutput(text)}\n`);
}

/** Prints to standard error. */
export function printError(text: string): void {
  print(text, process.stderr);
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
